import { afterEach, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { callsOf, LINKED, openLinkedAcme, rowOf } from '../support/linked-acme.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const calls = (): readonly string[] => callsOf(world);
const row = (id?: number): Promise<Record<string, unknown>> => rowOf(world, id);

/** A world of initech's, whose SR000001 has travelled; returns the provider's number. */
async function openWorldWithRequest(): Promise<string> {
  world = await openWorld('initech', { since: 'now' });
  await world.sql(`UPDATE service_request SET updated_at = :now WHERE id = 1`);
  await world.settle(seconds(120));
  return world.providerTicket('SR000001').ticketNumber;
}

describe('both sides at once', () => {
  test('[convergence] a message that left before our own edit arrived does not win over it', async () => {
    world = await openLinkedAcme();
    // Conflicts of Acme: the latest stays. The provider edits first, we send second, its message comes third.
    world.desk.update(LINKED, { shortDescription: 'Theirs, earlier' });
    await world.clock.advance(seconds(5));
    await world.sql(`UPDATE tickets SET title = 'Ours, later', updated_at = :now WHERE id = 1`);
    world.provider.faults.add([{ match: { method: 'GET' }, kind: 'status', status: 503, times: 2 }]);
    await world.settle(minutes(5));
    expect((await row()).title).toBe('Ours, later');
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Ours, later');
  });

  test('[convergence] an edit of theirs after ours stays on both sides', async () => {
    world = await openLinkedAcme();
    await world.sql(`UPDATE tickets SET title = 'Ours, earlier', updated_at = :now WHERE id = 1`);
    await world.clock.advance(seconds(5));
    world.desk.update(LINKED, { shortDescription: 'Theirs, later' });
    await world.settle(minutes(5));
    expect((await row()).title).toBe('Theirs, later');
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Theirs, later');
  });

  test('[no-echo] a status made of several fields is not said back where the provider’s word won over ours', async () => {
    const composed = `    status: { value: "kind = 'problem' ? 'On Hold' : status", table: status }`;
    world = await openLinkedAcme({
      rewritten: { contract: [['    status: { value: status, table: status }', composed]] },
    });
    await world.sql(`UPDATE tickets SET status = 'In Progress', updated_at = :now WHERE id = 1`);
    world.desk.update(LINKED, { status: 'pending' });
    await world.settle(minutes(5));
    expect((await row()).status).toBe('On Hold');
    expect(world.providerTicket('INC0000001').status).toBe('pending');
    expect(calls()).toEqual(['create']);
  });

  test('a date that our own write of a message left in the row is no edit of ours', async () => {
    world = await openLinkedAcme();
    await world.sql(`UPDATE tickets SET title = 'Ours, earlier', updated_at = :now WHERE id = 1`);
    await world.clock.advance(seconds(5));
    // Both in one read: the first dates the row, later than the second was sent.
    world.desk.update(LINKED, { description: 'Seen there' });
    world.desk.update(LINKED, { shortDescription: 'Theirs, later' });
    await world.clock.advance(seconds(5));
    await world.settle(minutes(5));
    expect(await row()).toMatchObject({ title: 'Theirs, later', description: 'Seen there' });
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Theirs, later');
  });

  test('nor is the date that writing the number of a create without an answer left there', async () => {
    world = await openWorld('initech', { since: 'now' });
    world.provider.faults.add([
      { match: { method: 'POST' }, kind: 'drop-answer', times: 1 },
      { match: { method: 'GET' }, kind: 'status', status: 503 },
    ]);
    await world.sql(`UPDATE service_request SET status = 'Working', updated_at = :now WHERE id = 1`);
    await world.settle(seconds(61));
    // Both in one read: the number dates the row, later than the end was sent.
    world.desk.close(world.providerTicket('SR000001').ticketNumber, { closeNotes: 'It was nothing.' });
    await world.clock.advance(seconds(5));
    world.provider.faults.clear();
    await world.settle(minutes(5));
    expect((await world.sql(`SELECT status FROM service_request WHERE id = 1`))[0]).toMatchObject({
      status: 'Closed',
    });
  });

  test('[convergence] what was sent to a ticket that had ended already does not keep ours open', async () => {
    const ticketNumber = await openWorldWithRequest();
    await world.sql(`UPDATE service_request SET status = 'Working', updated_at = :now WHERE id = 1`);
    await world.clock.advance(seconds(5));
    world.desk.cancel(ticketNumber, { closeNotes: 'Nothing to do' });
    // Our call goes out before the message is read, and is refused.
    world.provider.faults.add([{ match: { method: 'GET' }, kind: 'status', status: 503, times: 2 }]);
    await world.settle(minutes(10));
    expect(world.providerTicket('SR000001').status).toBe('closed');
    expect((await world.sql(`SELECT status FROM service_request WHERE id = 1`))[0]?.status).toBe('Closed');
  });

  test('[convergence] a close without an answer that crosses their re-opening is resolved anew first', async () => {
    const ticketNumber = await openWorldWithRequest();
    world.provider.faults.add([
      { match: { method: 'PUT', pathPattern: 'CS\\d+$' }, skip: 1, kind: 'status', status: 504, times: 1 },
    ]);
    await world.sql(
      `UPDATE service_request SET status = 'Closed', resolution = 'Done.', updated_at = :now WHERE id = 1`,
    );
    await world.settle(seconds(60));
    expect(world.providerTicket('SR000001').status).toBe('resolved');
    world.desk.reopen(ticketNumber, { status: 'open' });
    await world.settle(minutes(5));
    expect(world.providerTicket('SR000001').status).toBe('closed');
    expect((await world.lane('SR000001')).parked).toBeNull();
  });
});

describe('a close that is refused because they have re-opened the ticket', () => {
  test('[convergence] is made anew behind another resolve', async () => {
    const ticketNumber = await openWorldWithRequest();
    world.provider.faults.add([
      { match: { method: 'PUT', pathPattern: 'CS\\d+$' }, skip: 1, kind: 'status', status: 504, times: 1 },
      { match: { method: 'GET' }, kind: 'status', status: 503 },
    ]);
    await world.sql(
      `UPDATE service_request SET status = 'Closed', resolution = 'Done.', updated_at = :now WHERE id = 1`,
    );
    await world.settle(seconds(60));
    world.desk.reopen(ticketNumber, { status: 'open' });
    await world.settle(minutes(3));
    world.provider.faults.clear();
    await world.settle(minutes(5));
    expect(world.providerTicket('SR000001').status).toBe('closed');
    const lines = await world.journal('SR000001');
    expect(lines.map(({ summary }) => summary).join('\n')).toContain(
      'the provider has re-opened the ticket: the bridge answered 400',
    );
    expect((await world.lane('SR000001')).parked).toBeNull();
  });
});
