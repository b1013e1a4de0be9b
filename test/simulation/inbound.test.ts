import { afterEach, describe, expect, test } from 'vitest';
import { seconds } from '../../engine/domain/instant.ts';
import { callsOf, LINKED, openLinkedAcme, rowOf } from '../support/linked-acme.ts';
import { openWorld, retryParked, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const calls = (): readonly string[] => callsOf(world);
const row = (id?: number): Promise<Record<string, unknown>> => rowOf(world, id);

describe('a ticket that the provider opens', () => {
  test('is made here, linked, and our number goes back to it', async () => {
    world = await openWorld('acme', { since: 'now' });
    world.desk.open({
      shortDescription: 'Tape library open',
      description: 'Sensor on.\nNobody there.',
      group: 'Ensono Mainframe',
      priority: '2',
    });
    await world.settle(seconds(120));
    expect(await row(11)).toMatchObject({
      number: 'INC0000011',
      kind: 'incident',
      title: 'Tape library open',
      description: 'Sensor on.\nNobody there.',
      status: 'New',
      priority: 'P2',
      group_id: 3,
      caller_id: 1,
      vendor_ref: LINKED,
    });
    expect(world.tenant.ticket(LINKED)?.clientTicketNumber).toBe('INC0000011');
    // [no-echo] and nothing else is said about it.
    expect(calls()).toEqual(['return-number']);
  });

  test('with other tables, numbers for statuses and local time, is made there just as well', async () => {
    world = await openWorld('globex', { since: 'now' });
    world.desk.open({ shortDescription: 'Backup failed', group: 'Ensono Backup', impact: '2', urgency: '1' });
    await world.settle(seconds(120));
    const [made] = await world.sql('SELECT * FROM hd_case WHERE case_id = 111');
    expect(made).toMatchObject({
      case_no: 'GX-00111',
      case_type: 'IN',
      state_cd: 1,
      impact_cd: 'medium',
      urgency_cd: 'high',
      env_cd: 'PROD',
      team_id: 30,
      person_id: 1,
      ext_ref: 'e-CS0879727',
      mod_user: 'EBRIDGE',
    });
    // 09:00 UTC is 10:00 in Berlin.
    expect(String(made?.open_ts)).toMatch(/^2026-11-23 10:00/);
    expect(calls()).toEqual(['return-number']);
  });

  test('out of contract is deleted, with the name of the rule in the journal', async () => {
    world = await openWorld('acme', { since: 'now' });
    world.desk.open({ shortDescription: 'PRINTER jam', group: 'Ensono Service Desk' });
    world.desk.comment(LINKED, { body: 'Still jammed.' });
    await world.settle(seconds(120));
    expect(await world.sql('SELECT * FROM tickets WHERE id > 10')).toEqual([]);
    expect(world.tenant.queue.state().messages).toEqual([]);
    const journal = await world.journal(LINKED);
    expect(journal.map(({ transaction, outcome }) => `${transaction} ${outcome}`)).toEqual([
      'Create dropped',
      'Notes dropped',
    ]);
    for (const { rule } of journal)
      expect(rule).toMatch(/^printers are not in the contract \(rules\/acme\/contract\.yaml:\d+\)$/);
  });

  test('of a kind that is not handled yet is recorded and kept, never lost', async () => {
    world = await openWorld('acme', { since: 'now' });
    world.tenant.queue.send({
      group: 'e-CHG0001',
      transactionType: 'Create',
      clientReferenceAvailable: false,
      body: {
        ticketType: 'Change',
        ticketNumber: 'e-CHG0001',
        state: 'Assess',
        shortDescription: 'Patch LPAR',
      },
    });
    for (const type of ['Attachment', 'Approval Request', 'Redraft', 'Something New']) {
      world.tenant.queue.send({
        group: 'e-CHG0001',
        transactionType: type,
        clientReferenceAvailable: false,
        body: { ticketType: 'Change', ticketNumber: 'e-CHG0001' },
      });
    }
    await world.settle(seconds(60));
    expect((await world.journal('e-CHG0001')).map(({ outcome }) => outcome)).toEqual(
      Array(5).fill('not-handled'),
    );
    expect(world.tenant.queue.state().messages).toEqual([]);
    const kept = await world.sql(`SELECT transaction_type, body FROM bh_inbox ORDER BY id`);
    expect(kept).toHaveLength(5);
    expect(String(kept[0]?.body)).toContain('Patch LPAR');
  });
});

describe('a message about a linked ticket', () => {
  test('finds its ticket also where the queue spells the number without its e-', async () => {
    world = await openLinkedAcme();
    const bare = LINKED.replace('e-', '');
    world.tenant.queue.send({
      group: bare,
      transactionType: 'Notes',
      clientReferenceAvailable: true,
      body: {
        clientName: 'AcmeCorp',
        clientTicketNumber: 'INC0000001',
        ticketNumber: bare,
        ticketType: 'Incident',
        notes: { type: 'comments', id: 'n1', body: 'Hello.', commenter: 'Operations', commenterEmail: '' },
      },
    });
    await world.settle(seconds(120));
    expect(await world.sql('SELECT body FROM comments WHERE ticket_id = 1 AND id > 6')).toEqual([
      { body: 'Hello.' },
    ]);
    expect(world.tenant.ticket(LINKED)?.status).toBe('open');
  });

  test('[no-echo] changes what is in `changed` only, and is not sent back', async () => {
    world = await openLinkedAcme();
    await world.sql(`UPDATE tickets SET title = 'Edited here, unsent', updated_at = :now WHERE id = 1`);
    world.desk.update(LINKED, { priority: '3', status: 'pending' });
    await world.poll();
    await world.work();
    expect(await row()).toMatchObject({ title: 'Edited here, unsent', priority: 'P3', status: 'On Hold' });
    await world.settle(seconds(120));
    // A person's edit made while the provider's update was applied still goes out, alone.
    expect(world.providerTicket('INC0000001')).toMatchObject({
      shortDescription: 'Edited here, unsent',
      priority: '3',
      status: 'pending',
    });
    const update = world.provider.requests().filter(({ call }) => call === 'update');
    expect(update.map(({ body }) => Object.keys((body as { payload: object }).payload))).toEqual([
      ['clientName', 'clientTicketNumber', 'ticketType', 'shortDescription'],
    ]);
  });

  test('brings a description back without what we appended to it', async () => {
    world = await openLinkedAcme();
    const theirs = world.providerTicket('INC0000001').description;
    world.desk.update(LINKED, { description: `Checked by operations.\n${theirs}\nSee also PRB12.` });
    await world.settle(seconds(120));
    const description = String((await row()).description);
    expect(description).toMatch(/^Checked by operations\.\nJob ORDP120/);
    expect(description).toMatch(/\nSee also PRB12\.$/);
    expect(description).not.toContain('Additional information');
  });

  test('keeps a status that already means the same', async () => {
    world = await openLinkedAcme();
    await world.sql(`UPDATE tickets SET status = 'Waiting for Vendor', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    world.desk.update(LINKED, { status: 'workinprogress' });
    world.desk.update(LINKED, { status: 'pending' });
    await world.settle(seconds(60));
    expect((await row()).status).toBe('On Hold');
    await world.sql(`UPDATE tickets SET status = 'Waiting for Vendor', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    world.desk.update(LINKED, { statusNextAction: 'pending-vendor', priority: '4' });
    await world.settle(seconds(60));
    expect((await row()).status).toBe('Waiting for Vendor');
  });

  test('[notes-once] adds its comment once, however often it is delivered', async () => {
    world = await openLinkedAcme();
    world.desk.comment(LINKED, { body: 'Restarted "ORDP120".\nWatching.' });
    const [message] = world.tenant.queue.state().messages;
    world.tenant.queue.duplicate(message?.id ?? '', 'queue');
    world.tenant.queue.duplicate(message?.id ?? '', 'sender');
    await world.settle(seconds(120));
    const comments = await world.sql(
      'SELECT body, author_id, is_public FROM comments WHERE ticket_id = 1 AND id > 6',
    );
    expect(comments).toEqual([{ body: 'Restarted "ORDP120".\nWatching.', author_id: 1, is_public: 1 }]);
    expect(world.providerTicket('INC0000001').comments).toHaveLength(3);
  });

  test('that closes, closes here, and a re-opening by the provider re-opens', async () => {
    world = await openLinkedAcme();
    world.desk.resolve(LINKED, { closeNotes: 'Input repaired.' });
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ status: 'Resolved', resolution: 'Input repaired.' });
    world.desk.reopen(LINKED, {});
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ status: 'New' });
    expect(calls()).toEqual(['create']);
  });

  test('that re-opens under `comments-only` leaves ours resolved, and its comments still come', async () => {
    world = await openWorld('globex', { since: 'now' });
    await world.sql(`UPDATE hd_case SET mod_ts = :now WHERE case_id = 101`);
    await world.settle(seconds(60));
    const { ticketNumber } = world.providerTicket('GX-00101');
    world.desk.resolve(ticketNumber, { closeNotes: 'Platz geschaffen.' });
    await world.settle(seconds(60));
    world.desk.reopen(ticketNumber, {});
    world.desk.update(ticketNumber, { shortDescription: 'Wieder voll' });
    world.desk.comment(ticketNumber, { body: 'Wieder voll.', commenter: 'Operations' });
    await world.settle(seconds(60));
    const [ours] = await world.sql('SELECT state_cd, subject FROM hd_case WHERE case_id = 101');
    expect(ours).toEqual({ state_cd: 6, subject: 'Filesystem /oracle/arch voll auf gxdb07' });
    const journal = await world.journal(ticketNumber);
    expect(journal.find(({ outcome }) => outcome === 'dropped')?.rule).toMatch(/^reopen: comments-only/);
    const [note] = await world.sql(
      `SELECT entry_text, entry_by FROM hd_journal ORDER BY entry_no DESC LIMIT 1`,
    );
    expect(note).toEqual({ entry_text: 'Wieder voll.', entry_by: 'Operations (Ensono)' });
  });

  test('[closed-is-closed] that re-opens under `comments-only` is resolved anew when ours is closed', async () => {
    world = await openWorld('globex', { since: 'now' });
    await world.sql(`UPDATE hd_case SET mod_ts = :now WHERE case_id = 101`);
    await world.settle(seconds(60));
    const { ticketNumber } = world.providerTicket('GX-00101');
    world.desk.resolve(ticketNumber, { closeNotes: 'Platz geschaffen.' });
    await world.settle(seconds(60));
    world.desk.reopen(ticketNumber, {});
    await world.settle(seconds(60));
    expect(calls()).toEqual(['create']);
    await world.sql(`UPDATE hd_case SET state_cd = 7, mod_ts = :now WHERE case_id = 101`);
    await world.settle(seconds(60));
    expect(world.providerTicket('GX-00101').status).toBe('closed');
    expect(calls()).toEqual(['create', 'update', 'update']);
  });

  test('that re-opens under `new-ticket` opens a new one, which the provider is told', async () => {
    world = await openWorld('acme', {
      since: 'now',
      adapt: (contract) => ({
        ...contract,
        inbound: { ...contract.inbound, reopen: { Incident: 'new-ticket', Request: 'reopen' } },
      }),
    });
    await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    world.desk.resolve(LINKED, { closeNotes: 'Input repaired.' });
    await world.settle(seconds(60));
    world.desk.reopen(LINKED, { status: 'workinprogress' });
    await world.settle(seconds(120));
    expect(await row()).toMatchObject({ status: 'Resolved', vendor_ref: null });
    expect(await row(11)).toMatchObject({ number: 'INC0000011', status: 'In Progress', vendor_ref: LINKED });
    expect(world.tenant.ticket(LINKED)?.clientTicketNumber).toBe('INC0000011');
    await world.sql(`UPDATE tickets SET title = 'An old ticket', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(120));
    expect(calls()).toEqual(['create', 'return-number']);
  });

  test('[notes-once] that re-opens under `new-ticket` waits until what was written on the old one is sent', async () => {
    world = await openWorld('acme', {
      since: 'now',
      adapt: (contract) => ({
        ...contract,
        inbound: { ...contract.inbound, reopen: { Incident: 'new-ticket', Request: 'new-ticket' } },
      }),
    });
    await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    world.desk.resolve(LINKED, { closeNotes: 'Input repaired.' });
    await world.settle(seconds(60));
    await world.sql(
      `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 2, 'It broke again', 1, :now)`,
    );
    world.desk.reopen(LINKED, { status: 'workinprogress' });
    await world.settle(seconds(120));
    expect(await row(11)).toMatchObject({ status: 'In Progress', vendor_ref: LINKED });
    expect(world.tenant.ticket(LINKED)?.comments.map(({ body }) => body)).toContain('It broke again');
  });

  test('that cannot be applied parks its lane with the reason, keeps what follows, and holds up no other', async () => {
    world = await openLinkedAcme();
    await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 2`);
    await world.settle(seconds(60));
    const second = world.providerTicket('INC0000002').ticketNumber;
    await world.sql("DELETE FROM users WHERE email = 'bridge@acme.example'");
    world.desk.comment(LINKED, { body: 'Who am I?' });
    world.desk.update(LINKED, { priority: '4' });
    world.desk.update(second, { priority: '4' });
    await world.settle(seconds(120));
    const { parked } = await world.lane('INC0000001');
    expect(parked).toMatchObject({ code: 'itsm-refused', until: 'change' });
    expect(parked?.reason).toContain('bridge@acme.example');
    expect(await row()).toMatchObject({ priority: 'P2' });
    expect(await row(2)).toMatchObject({ priority: 'P4' });
    expect(world.tenant.queue.state().messages).toEqual([]);

    // An operator mends the cause; what waited is applied, in order.
    await world.sql(
      `INSERT INTO users (id, full_name, email) VALUES (1, 'Ensono Bridge', 'bridge@acme.example')`,
    );
    await retryParked(world.runtime);
    await world.work();
    expect(await row()).toMatchObject({ priority: 'P4' });
    expect((await world.lane('INC0000001')).parked).toBeNull();
  });
});
