import { afterEach, describe, expect, test } from 'vitest';
import { seconds } from '../../engine/domain/instant.ts';
import type { Bridge } from '../../engine/runtime/ports.ts';
import { openWorld, workDue, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const creates = (): number =>
  world.provider.requests().filter(({ call, effect }) => call === 'create' && effect).length;

/** Acme, where only INC0000001 has been touched since the go-live. */
async function acmeWithOneTicket(): Promise<void> {
  world = await openWorld('acme', { since: 'now' });
  await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
  await world.clock.advance(seconds(10));
}

describe('a create', () => {
  test('carries every required field, what was appended, and the public comments written before', async () => {
    await acmeWithOneTicket();
    await world.settle(seconds(60));
    const create = world.provider.requests().find(({ call }) => call === 'create');
    expect(create?.body).toEqual({
      payload: {
        clientName: 'AcmeCorp',
        clientTicketNumber: 'INC0000001',
        ticketType: 'Incident',
        shortDescription: 'Nightly batch ORDP120 abended with S0C7',
        description: [
          'Job ORDP120 ended with S0C7 in step 040 at 02:14.',
          'Restart from step 040 is fine once the input is repaired.',
          '',
          '----- Additional information -----',
          'Location: Omaha data center',
          'Cost center: 4711',
          '----- End of additional information -----',
        ].join('\\n'),
        group: 'Ensono Mainframe',
        priority: '2',
        contactName: 'Marcus Oyelaran',
        contactEmail: 'marcus.oyelaran@acme.example',
        contactPhone: '+1 402 555 0177',
        cis: 'LPAR-PROD1',
        comments: [
          {
            body: 'The input came from the new EDI partner; I have asked them for a corrected file.',
            commenter: 'Marcus Oyelaran',
            commentTime: '2026-11-23 06:30',
            commenterEmail: 'marcus.oyelaran@acme.example',
          },
          {
            body: 'Corrected file is in PROD.EDI.IN(+1).',
            commenter: 'Marcus Oyelaran',
            commentTime: '2026-11-23 07:25',
            commenterEmail: 'marcus.oyelaran@acme.example',
          },
        ],
      },
    });
    expect(await world.sql('SELECT vendor_ref FROM tickets WHERE id = 1')).toEqual([
      { vendor_ref: 'e-CS0204070' },
    ]);
  });

  test('[one-create] whose answer is lost is not repeated: a ReturnEnsonoNum settles it', async () => {
    await acmeWithOneTicket();
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 }]);
    await world.settle(seconds(600));
    expect(creates()).toBe(1);
    expect((await world.lane('INC0000001')).state.link).toBe('linked');
    expect(
      (await world.journal('INC0000001')).map(({ outcome, transaction }) => `${transaction} ${outcome}`),
    ).toEqual(['create waiting', 'ReturnEnsonoNum applied']);
  });

  test('[patience] whose request is lost is sent again, no sooner than 60 s after the last send', async () => {
    await acmeWithOneTicket();
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-request', how: 'reset', times: 2 }]);
    await world.settle(seconds(600));
    const sends = world.provider.requests().filter(({ method }) => method === 'POST');
    expect(sends.map(({ effect }) => effect)).toEqual([false, false, true]);
    for (const [index, send] of sends.entries()) {
      const before = sends[index - 1];
      if (before !== undefined) expect(send.at - before.at).toBeGreaterThanOrEqual(seconds(60));
    }
  });

  test('[one-create] that the engine did not live to hear about is not repeated at once', async () => {
    await acmeWithOneTicket();
    const dies = world.through((bridge: Bridge) => ({
      send: async (request) => {
        await bridge.send(request);
        throw new Error('killed');
      },
    }));
    await world.poll();
    await world.clock.advance(seconds(10));
    await expect(workDue(dies)).rejects.toThrow('killed');
    // The provider believes that its answer arrived, so no ReturnEnsonoNum comes: only patience is left.
    await world.work();
    expect(creates()).toBe(1);
    expect((await world.lane('INC0000001')).state.link).toBe('unknown');
  });

  test('[one-create] second ticket that comes to light is cancelled at the provider, and said loudly', async () => {
    await acmeWithOneTicket();
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'never' };
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 }]);
    await world.settle(seconds(600));
    expect(world.tenant.tickets().map(({ ticketNumber }) => ticketNumber)).toEqual([
      'e-CS0204070',
      'e-CS0204071',
    ]);

    world.desk.comment('e-CS0204070', { body: 'Who works on this?' });
    await world.settle(seconds(120));
    const surplus = world.tenant.ticket('e-CS0204070');
    expect(surplus?.status).toBe('cancelled');
    expect(surplus?.comments.at(-1)?.body).toContain('please go on in e-CS0204071');
    expect(world.tenant.ticket('e-CS0204071')?.status).toBe('open');
    expect(world.logLines.some(({ level, step }) => level === 'error' && step === 'one ticket twice')).toBe(
      true,
    );
  });

  test('of a group that the provider does not know is sent again with the default group', async () => {
    world = await openWorld('acme', { since: 'now' });
    await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 3`);
    await world.settle(seconds(60));
    expect(world.providerTicket('INC0000003').group).toBe('Ensono Service Desk');
    const requests = world.provider.requests().filter(({ method }) => method !== 'GET');
    // And the difference between the two is no reason for an update.
    expect(requests.map(({ call, effect }) => `${String(call)} ${String(effect)}`)).toEqual([
      'create false',
      'create true',
    ]);
  });

  test('that the bridge would refuse is never sent: the lane parks with field, rule line and limit', async () => {
    world = await openWorld('acme', { since: 'now' });
    await world.sql(`UPDATE tickets SET title = '', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    expect(world.tenant.tickets()).toEqual([]);
    expect(world.provider.requests().filter(({ method }) => method === 'POST')).toEqual([]);
    const { parked } = await world.lane('INC0000001');
    expect(parked?.code).toBe('payload-refused');
    expect(parked?.reason).toMatch(/shortDescription must not be empty/);
    expect(parked?.rule).toMatch(/^shortDescription \(rules\/acme\/contract\.yaml:\d+\)$/);

    // A person writes one: nobody has to wake the lane.
    await world.sql(`UPDATE tickets SET title = 'Mended.', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Mended.');
    expect((await world.lane('INC0000001')).parked).toBeNull();
  });
});

describe('after the create', () => {
  test('[changed-only] an update carries identity and the changed fields, and ten edits are one update', async () => {
    await acmeWithOneTicket();
    await world.settle(seconds(60));
    for (let edit = 0; edit < 10; edit += 1) {
      await world.sql(
        `UPDATE tickets SET title = ?, priority = 'P1', updated_at = :now WHERE id = 1`,
        `Title ${edit}`,
      );
    }
    await world.settle(seconds(300));
    const updates = world.provider.requests().filter(({ call }) => call === 'update');
    expect(updates.map(({ body }) => body)).toEqual([
      {
        payload: {
          clientName: 'AcmeCorp',
          clientTicketNumber: 'INC0000001',
          ticketType: 'Incident',
          shortDescription: 'Title 9',
          priority: '1',
        },
      },
    ]);
  });

  test('a custom field that the bridge lacks travels in the description when it changes', async () => {
    await acmeWithOneTicket();
    await world.settle(seconds(60));
    await world.sql(`UPDATE custom_values SET value = '9999', changed_at = :now WHERE ticket_id = 1`);
    await world.settle(seconds(120));
    expect(world.providerTicket('INC0000001').description).toContain('Cost center: 9999');
  });

  test('[closed-is-closed] closing passes through resolved, other changes go first, and nothing goes after', async () => {
    await acmeWithOneTicket();
    await world.settle(seconds(60));
    const insert = `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 3, 'Done.', 1, :now)`;
    await world.sql(insert);
    await world.sql(
      `UPDATE tickets SET title = 'New title', status = 'Closed', resolution = 'Restarted.', updated_at = :now WHERE id = 1`,
    );
    await world.settle(seconds(120));
    await world.sql(`UPDATE tickets SET title = 'Too late', updated_at = :now WHERE id = 1`);
    await world.sql(insert);
    await world.settle(seconds(120));
    const calls = world.provider.requests().filter(({ method }) => method === 'PUT');
    const fields = calls.map(({ body }) => {
      const { clientName, clientTicketNumber, ticketType, ...rest } = (
        body as { payload: Record<string, unknown> }
      ).payload;
      expect([clientName, clientTicketNumber, ticketType]).toEqual(['AcmeCorp', 'INC0000001', 'Incident']);
      return rest;
    });
    expect(fields).toEqual([
      { shortDescription: 'New title' },
      { comments: [expect.objectContaining({ body: 'Done.' })] },
      { status: 'resolved', closeNotes: 'Restarted.' },
      { status: 'closed', closeNotes: 'Restarted.' },
    ]);
    expect((await world.journal('INC0000001')).at(-1)).toMatchObject({ outcome: 'held' });
  });

  test('[notes-once] each comment in scope goes once, in order, and an internal one never', async () => {
    await acmeWithOneTicket();
    await world.settle(seconds(60));
    for (const [body, isPublic] of [
      ['one', 1],
      ['secret', 0],
      ['two\n"quoted" \\ back', 1],
      ['three', 1],
    ] as const) {
      await world.sql(
        `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 3, ?, ?, :now)`,
        body,
        isPublic,
      );
      await world.settle(seconds(60));
    }
    expect(
      world
        .providerTicket('INC0000001')
        .comments.slice(2)
        .map(({ body }) => body),
    ).toEqual(['one', 'two\n"quoted" \\ back', 'three']);
  });

  test('kept internal is said once, edits wait, and being handed back resumes the work', async () => {
    await acmeWithOneTicket();
    await world.settle(seconds(60));
    await world.sql(`UPDATE tickets SET group_id = 2, title = 'Ours now', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(120));
    expect(world.providerTicket('INC0000001')).toMatchObject({ group: 'Client Generic', status: 'pending' });
    await world.sql(`UPDATE tickets SET title = 'Still ours', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(120));
    expect(world.providerTicket('INC0000001').shortDescription).toBe(
      'Nightly batch ORDP120 abended with S0C7',
    );
    await world.sql(`UPDATE tickets SET group_id = 3, updated_at = :now WHERE id = 1`);
    await world.settle(seconds(120));
    expect(world.providerTicket('INC0000001')).toMatchObject({
      group: 'Ensono Mainframe',
      status: 'open',
      shortDescription: 'Still ours',
    });
    expect(world.provider.requests().filter(({ call }) => call === 'update')).toHaveLength(2);
  });

  test('a resolved ticket is re-opened by its status, with what changed meanwhile', async () => {
    await acmeWithOneTicket();
    await world.settle(seconds(60));
    await world.sql(
      `UPDATE tickets SET status = 'Resolved', resolution = 'Fixed.', updated_at = :now WHERE id = 1`,
    );
    await world.settle(seconds(60));
    expect(world.providerTicket('INC0000001').status).toBe('resolved');
    await world.sql(
      `UPDATE tickets SET status = 'In Progress', priority = 'P1', updated_at = :now WHERE id = 1`,
    );
    await world.settle(seconds(60));
    expect(world.providerTicket('INC0000001')).toMatchObject({ status: 'workinprogress', priority: '1' });
  });
});
