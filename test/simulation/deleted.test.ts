import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

/** INC0000001 is at the provider. */
async function linked(adapt?: (contract: Contract) => Contract): Promise<void> {
  world = await openWorld('acme', { since: 'now', ...(adapt === undefined ? {} : { adapt }) });
  await world.sql(`UPDATE tickets SET title = 'Short-lived', updated_at = :now WHERE id = 1`);
  await world.settle(minutes(3));
}

/** The create of INC0000001 was carried out, and its answer is lost. */
async function createdInDoubt(switches: Partial<World['tenant']['account']['switches']> = {}): Promise<void> {
  world = await openWorld('acme', { since: 'now' });
  world.tenant.account.switches = { ...world.tenant.account.switches, ...switches };
  world.provider.faults.add([{ kind: 'drop-answer', match: { method: 'POST' }, how: 'reset', times: 1 }]);
  await world.sql(`UPDATE tickets SET title = 'Short-lived', updated_at = :now WHERE id = 1`);
  await world.poll();
  await world.clock.advance(seconds(6));
  await world.work();
}

const theirs = () => world.providerTicket('INC0000001');
const number = (): string => theirs().ticketNumber;
const outcomes = async (): Promise<readonly string[]> =>
  (await world.journal('INC0000001')).map(({ transaction, outcome }) => `${transaction} ${outcome}`);

/** Nothing dates the moment at which a row is deleted. */
async function deleteRow(): Promise<void> {
  for (const table of ['comments', 'custom_values', 'attachments'])
    await world.sql(`DELETE FROM ${table} WHERE ticket_id = 1`);
  await world.sql('DELETE FROM tickets WHERE id = 1');
}

describe('a ticket that is gone here', () => {
  test.each([
    ['whose row is deleted', deleteRow],
    ['that no longer meets `where`', () => world.sql('UPDATE tickets SET deleted = 1 WHERE id = 1')],
  ])('[loud] %s is cancelled there, once, by the rule', async (_, remove) => {
    await linked();
    await remove();
    await world.settle(minutes(10));
    expect(theirs()).toMatchObject({ status: 'cancelled', closeNotes: 'Deleted by AcmeCorp.' });
    expect(await outcomes()).toEqual(['create sent', 'cancel sent']);
    const [, cancelled] = await world.journal('INC0000001');
    expect(cancelled).toMatchObject({ summary: 'the ticket is gone here' });
    expect(cancelled?.rule).toContain('deleted');
  });

  test('[closed-is-closed] is closed there where it was resolved', async () => {
    await linked();
    await world.sql(
      `UPDATE tickets SET status = 'Resolved', resolution = 'Mended', updated_at = :now WHERE id = 1`,
    );
    await world.settle(minutes(3));
    await deleteRow();
    await world.settle(minutes(3));
    expect(theirs()).toMatchObject({ status: 'closed', closeNotes: 'Deleted by AcmeCorp.' });
    expect(await outcomes()).toEqual(['create sent', 'resolve sent', 'close sent']);
  });

  test('[loud] drops what the provider still says of it, and parks nothing', async () => {
    await linked();
    await deleteRow();
    world.desk.update(number(), { priority: '1' });
    world.desk.comment(number(), { body: 'Which printer?' });
    await world.settle(minutes(5));
    expect(theirs().status).toBe('cancelled');
    const dropped = (await world.journal('INC0000001')).filter(({ outcome }) => outcome === 'dropped');
    expect(dropped.map(({ transaction, summary }) => [transaction, summary])).toEqual([
      ['Update', 'the ITSM has no ticket INC0000001 any more'],
      ['Notes', 'the ITSM has no ticket INC0000001 any more'],
    ]);
    expect((await world.lane('INC0000001')).parked).toBeNull();
    expect(world.tenant.queue.state().messages).toEqual([]);
  });

  test('[loud] drops a file that the provider attaches to it, and fetches nothing', async () => {
    await linked();
    await deleteRow();
    world.desk.attach(number(), { name: 'report.txt', type: 'text/plain', text: 'bytes' });
    await world.settle(minutes(5));
    const files = (await world.journal('INC0000001')).filter(
      ({ transaction }) => transaction === 'Attachment',
    );
    expect(files.map(({ outcome, summary }) => [outcome, summary])).toEqual([
      ['dropped', 'the ITSM has no ticket INC0000001 any more'],
    ]);
    expect(files[0]?.rule).toContain('deleted');
  });

  test('[closed-is-closed] sends nothing to what the provider has closed meanwhile', async () => {
    await linked();
    await deleteRow();
    world.desk.close(number(), { closeNotes: 'Over.' });
    await world.settle(minutes(5));
    expect(await outcomes()).toEqual(['create sent', 'Closure dropped']);
    expect(theirs().closeNotes).toBe('Over.');
  });

  test('[one-create] is linked by whatever the provider says of it first, and cancelled', async () => {
    await createdInDoubt({ returnNumber: 'never' });
    await deleteRow();
    world.desk.update(number(), { priority: '1' });
    await world.settle(minutes(5));
    expect(theirs().status).toBe('cancelled');
    expect(await outcomes()).toContain('Update dropped');
  });

  test('[one-create] before the number of its create came is linked by that number, and cancelled', async () => {
    await createdInDoubt();
    await deleteRow();
    await world.settle(minutes(5));
    const created = world.tenant
      .tickets()
      .filter(({ clientTicketNumber }) => clientTicketNumber === 'INC0000001');
    expect(created.map(({ status }) => status)).toEqual(['cancelled']);
  });

  test('[loud] and is there twice: both are cancelled, and what is written on the second is dropped', async () => {
    await createdInDoubt();
    await world.clock.advance(seconds(121));
    await world.work();
    await deleteRow();
    const nameless = { message: { clientTicketNumber: '' } };
    for (const body of ['Which printer?', 'Anybody?'])
      world.desk.comment('e-CS0204070', { body, ...nameless });
    await world.settle(minutes(5));
    expect(world.tenant.tickets().map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    const notes = (await world.journal()).filter(({ transaction }) => transaction === 'Notes');
    const dropped = [
      'dropped',
      'e-CS0204070 is known to be one ticket too many; the ITSM has no ticket INC0000001 any more',
    ];
    expect(notes.map(({ outcome, summary }) => [outcome, summary])).toEqual([dropped, dropped]);
    const { parked } = await world.database.transaction(({ store }) => store.backlog());
    expect(parked).toEqual([]);
    expect(world.tenant.queue.state().messages).toEqual([]);
  });

  test('[patience] is cancelled once more after the wait where the answer was lost', async () => {
    await linked();
    world.provider.faults.add([{ kind: 'drop-answer', match: { method: 'PUT' }, how: 'reset', times: 1 }]);
    await deleteRow();
    await world.settle(minutes(6));
    const calls = world.provider.requests().filter(({ call }) => call === 'update');
    expect(calls).toHaveLength(2);
    expect((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThanOrEqual(seconds(60));
    expect(theirs().status).toBe('cancelled');
    expect((await world.lane('INC0000001')).parked).toBeNull();
  });

  test('is said as held, and the provider is not told, where the contract has no such rule', async () => {
    await linked((contract) => ({ ...contract, outbound: { ...contract.outbound, deleted: null } }));
    await deleteRow();
    world.desk.comment(number(), { body: 'Which printer?' });
    await world.settle(minutes(5));
    expect(theirs().status).toBe('open');
    expect((await world.lane('INC0000001')).parked?.reason).toContain('no ticket');
  });
});

describe('what is not gone', () => {
  beforeEach(() => linked());

  test('[changed-only] is called for nothing by the look for what is', async () => {
    const before = world.provider.requests().filter(({ call }) => call === 'update').length;
    await world.settle(minutes(5));
    expect(world.provider.requests().filter(({ call }) => call === 'update')).toHaveLength(before);
    expect(theirs().status).toBe('open');
  });
});
