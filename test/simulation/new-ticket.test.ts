import { afterEach, describe, expect, test } from 'vitest';
import type { Contract } from '../../engine/domain/contract.ts';
import { seconds } from '../../engine/domain/instant.ts';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const always =
  (change: Partial<Contract['inbound']> = {}) =>
  (contract: Contract): Contract => ({
    ...contract,
    inbound: {
      ...contract.inbound,
      reopen: { Incident: 'new-ticket', Request: 'new-ticket' },
      ...change,
    },
  });

async function open(client: SampleItsm, change: Partial<Contract['inbound']> = {}): Promise<void> {
  world = await openWorld(client, { since: 'now', adapt: always(change) });
}

/** Ours with this number is at the provider; the provider's number. */
async function linked(table: string, number: string): Promise<string> {
  await world.sql(`UPDATE ${table} SET updated_at = :now WHERE number = '${number}'`);
  await world.settle(seconds(60));
  return world.providerTicket(number).ticketNumber;
}

async function reopened(theirs: string): Promise<void> {
  world.desk.resolve(theirs, { closeNotes: 'Done.' });
  await world.settle(seconds(60));
  world.desk.reopen(theirs, { status: 'workinprogress' });
  await world.settle(seconds(120));
}

const comments = (ticket: number) =>
  world.sql('SELECT body, is_public FROM comments WHERE ticket_id = ? ORDER BY id', ticket);

describe('a ticket that the provider re-opens under `new-ticket`', () => {
  test('[convergence] and of which we said something meanwhile: the new one says its own', async () => {
    await open('acme');
    const theirs = await linked('tickets', 'INC0000001');
    world.provider.faults.add([{ match: { method: 'GET' }, kind: 'status', status: 503 }]);
    world.desk.resolve(theirs, { closeNotes: 'Done.' });
    world.desk.reopen(theirs, { status: 'workinprogress' });
    await world.clock.advance(seconds(5));
    await world.sql(`UPDATE tickets SET title = 'Ours, later', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(61));
    expect(world.tenant.ticket(theirs)).toMatchObject({ shortDescription: 'Ours, later' });
    world.provider.faults.clear();
    await world.settle(seconds(300));
    const [row] = await world.sql(`SELECT title FROM tickets WHERE vendor_ref = ?`, theirs);
    expect(row?.title).not.toBe('Ours, later');
    expect(world.tenant.ticket(theirs)?.shortDescription).toBe(row?.title);
  });

  test('[no-echo] and its new one name each other in comments, which stay here', async () => {
    await open('acme');
    const theirs = await linked('tickets', 'INC0000001');
    const sent = world.providerTicket('INC0000001').comments.length;
    await reopened(theirs);
    expect((await comments(1)).at(-1)).toEqual({
      body: 'The provider re-opened this ticket: it goes on as INC0000011.',
      is_public: 1,
    });
    expect(await comments(11)).toEqual([
      { body: 'The provider re-opened INC0000001: this ticket goes on from there.', is_public: 1 },
    ]);
    expect(world.tenant.ticket(theirs)).toMatchObject({ clientTicketNumber: 'INC0000011' });
    expect(world.tenant.ticket(theirs)?.comments).toHaveLength(sent);
    const [line] = (await world.journal(theirs)).filter(({ rule }) => rule?.startsWith('reopen') === true);
    expect(line).toMatchObject({ outcome: 'applied', detail: { replaces: 'INC0000001' } });
    expect(line?.summary).toBe(
      'the provider re-opened INC0000001: opened here as INC0000011; a comment says so; of INC0000001; a comment says so',
    );
  });

  test('and its new one name each other in the fields that the contract names', async () => {
    await open('initech', { references: { onNew: 'reopened_from', onOld: 'goes_on_as' } });
    const theirs = await linked('service_request', 'SR000001');
    await reopened(theirs);
    const [fresh] = await world.sql('SELECT * FROM service_request ORDER BY id DESC LIMIT 1');
    const [old] = await world.sql(`SELECT * FROM service_request WHERE number = 'SR000001'`);
    expect(fresh).toMatchObject({ reopened_from: old?.id, goes_on_as: null, vendor_ref: theirs });
    expect(old).toMatchObject({ goes_on_as: fresh?.number, reopened_from: null, vendor_ref: null });
    expect(await world.sql('SELECT id FROM request_note WHERE body LIKE ?', '%re-opened%')).toEqual([]);
    expect(world.tenant.ticket(theirs)?.clientTicketNumber).toBe(fresh?.number);
  });

  test('says so in the journal where the contract takes no comments', async () => {
    await open('acme', { comments: null });
    const theirs = await linked('tickets', 'INC0000001');
    await reopened(theirs);
    const [line] = (await world.journal(theirs)).filter(({ rule }) => rule?.startsWith('reopen') === true);
    expect(line?.summary).toContain('the contract takes no comments');
    expect(await comments(11)).toEqual([]);
  });

  test('[loud] keeps what is written on it later, and the journal says so once for all', async () => {
    await open('acme');
    const theirs = await linked('tickets', 'INC0000001');
    await reopened(theirs);
    const sent = world.tenant.ticket(theirs)?.comments.length;
    for (const body of ['Is it over?', 'Anybody?']) {
      await world.sql(
        'INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 2, ?, 1, :now)',
        body,
      );
      await world.settle(seconds(60));
    }
    const held = (await world.journal('INC0000001')).filter(({ outcome }) => outcome === 'held');
    expect(held.map(({ summary }) => summary)).toEqual([
      `INC0000011 has taken this one's place: nothing of it is sent any more`,
    ]);
    expect(world.tenant.ticket(theirs)?.comments).toHaveLength(sent ?? 0);
  });

  test('[changed-only] makes nothing go out when it is edited, and says nothing of that', async () => {
    await open('acme');
    const theirs = await linked('tickets', 'INC0000001');
    await reopened(theirs);
    const before = world.provider.requests().length;
    await world.sql(`UPDATE tickets SET title = 'An old ticket', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    const calls = world.provider.requests().slice(before);
    expect(calls.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect((await world.journal('INC0000001')).filter(({ outcome }) => outcome === 'held')).toEqual([]);
    await world.sql(`UPDATE tickets SET status = 'In Progress', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    expect((await world.journal('INC0000001')).at(-1)).toMatchObject({ outcome: 'held' });
    expect(world.tenant.tickets()).toHaveLength(1);
  });

  test('[lane-order] does not make the message wait for a comment while a close has no answer', async () => {
    await open('acme');
    const theirs = await linked('tickets', 'INC0000001');
    world.desk.resolve(theirs, { closeNotes: 'Done.' });
    await world.settle(seconds(60));
    world.provider.faults.add([{ match: { method: 'PUT' }, kind: 'status', status: 502, times: 2 }]);
    await world.sql(`UPDATE tickets SET status = 'Closed', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    await world.sql(
      `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 2, 'In between', 1, :now)`,
    );
    world.desk.reopen(theirs, { status: 'workinprogress' });
    await world.settle(seconds(600));
    const [ours] = await world.sql('SELECT status FROM tickets WHERE id = 1');
    expect(ours?.status).toBe('In Progress');
    expect(world.tenant.ticket(theirs)?.status).toBe('workinprogress');
    expect(world.tenant.ticket(theirs)?.comments.map(({ body }) => body)).toContain('In between');
  });
});
