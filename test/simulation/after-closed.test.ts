import { afterEach, describe, expect, test } from 'vitest';
import type { Contract, ReopenPolicy } from '../../engine/domain/contract.ts';
import { seconds } from '../../engine/domain/instant.ts';
import type { BridgeStatus } from '../../engine/domain/payload.ts';
import type { ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const FIRST = 'e-CS0204070';
const SECOND = 'e-CS0204071';
const NEW_TICKET = { Incident: 'new-ticket', Request: 'new-ticket' } as const;

const anew = (contract: Contract): Contract => ({
  ...contract,
  outbound: {
    ...contract.outbound,
    afterClosed: { ...contract.outbound.afterClosed, byType: NEW_TICKET },
  },
});

const edit = (fields: string): Promise<unknown> =>
  world.sql(`UPDATE tickets SET ${fields}, updated_at = :now WHERE id = 1`);
const write = (body: string): Promise<unknown> =>
  world.sql(
    `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 2, '${body}', 1, :now)`,
  );
const row = async (id = 1): Promise<Record<string, unknown>> =>
  (await world.sql(`SELECT * FROM tickets WHERE id = ${id}`))[0] ?? {};
const theirs = (number: string): ProviderTicket => {
  const ticket = world.tenant.ticket(number);
  if (ticket === undefined) throw new Error(`the provider has no ${number}`);
  return ticket;
};
/** The provider's ticket has another status, and nobody says so. */
const silently = (number: string, status: BridgeStatus): void => {
  world.tenant.save({ ...theirs(number), status, resolvedAt: null });
};
const told = async (): Promise<readonly string[]> =>
  (await world.journal('INC0000001')).map(
    ({ transaction, outcome, summary }) => `${transaction} ${outcome}: ${summary}`,
  );
const callsTo = (number: string): number =>
  world.provider.requests().filter(({ method, path }) => method === 'PUT' && path.includes(number)).length;

/** INC0000001 of acme is at the provider, which has resolved it. */
async function resolved(adapt: (contract: Contract) => Contract): Promise<void> {
  world = await openWorld('acme', { since: 'now', adapt });
  await edit(`status = 'New'`);
  await world.settle(seconds(60));
  world.desk.resolve(FIRST, { closeNotes: 'Restarted.' });
  await world.settle(seconds(60));
}

describe('a ticket that is re-opened here after the provider closed it', () => {
  async function closed(): Promise<void> {
    await resolved(anew);
    world.desk.close(FIRST, {});
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ status: 'Closed' });
  }

  test('[closed-is-closed] under `new-ticket` is opened there anew, and names the old one', async () => {
    await closed();
    const before = callsTo(FIRST);
    await edit(`status = 'In Progress'`);
    await write('It broke again.');
    await world.settle(seconds(120));
    expect(theirs(SECOND)).toMatchObject({ clientTicketNumber: 'INC0000001', status: 'workinprogress' });
    expect(theirs(SECOND).comments.map(({ body }) => body)).toEqual([
      `This ticket goes on from ${FIRST}, which has ended and takes nothing more.`,
      'It broke again.',
    ]);
    expect(await row()).toMatchObject({ status: 'In Progress', vendor_ref: SECOND });
    const [said] = await world.sql(
      'SELECT body FROM comments WHERE ticket_id = 1 AND body LIKE ?',
      '%ended%',
    );
    expect(said?.body).toBe(
      `The provider's ticket ${FIRST} has ended and takes nothing more: a new one is opened there.`,
    );
    expect(callsTo(FIRST)).toBe(before);
    const create = (await world.journal('INC0000001')).findLast(
      ({ transaction }) => transaction === 'create',
    );
    expect(create?.summary).toContain(`re-opened after ${FIRST} was closed; trigger`);
    expect(create?.rule).toContain('after_closed');
  });

  test('[one-create] and then goes on there, also when the answer to its create is lost', async () => {
    await closed();
    world.provider.faults.add([{ kind: 'drop-answer', match: { method: 'POST' }, how: 'reset', times: 1 }]);
    await edit(`status = 'In Progress'`);
    await world.settle(seconds(300));
    const live = world.tenant
      .tickets()
      .filter(({ status, clientTicketNumber }) => clientTicketNumber === 'INC0000001' && status !== 'closed');
    expect(live.map(({ ticketNumber, status }) => [ticketNumber, status])).toEqual([
      [SECOND, 'workinprogress'],
    ]);
    world.desk.update(SECOND, { priority: '4' });
    await edit(`title = 'It broke once more'`);
    await world.settle(seconds(120));
    expect(await row()).toMatchObject({ priority: 'P4', vendor_ref: SECOND });
    expect(theirs(SECOND).shortDescription).toBe('It broke once more');
  });

  test('[loud] keeps what is still said of the old one, and lets it change nothing', async () => {
    await closed();
    await edit(`status = 'In Progress'`);
    await world.settle(seconds(60));
    const identity = { clientName: 'AcmeCorp', clientTicketNumber: 'INC0000001', ticketType: 'Incident' };
    const notes = { type: 'comments', id: 'late', body: 'One word more.', commenter: '', commenterEmail: '' };
    world.tenant.announce('Notes', theirs(FIRST), { ...identity, ticketNumber: FIRST, notes });
    world.tenant.announce('ReturnEnsonoNum', theirs(FIRST), { ...identity, ticketNumber: FIRST });
    world.desk.update(SECOND, { priority: '4' });
    await world.settle(seconds(120));
    expect(await row()).toMatchObject({ priority: 'P4', vendor_ref: SECOND });
    expect(await world.sql(`SELECT id FROM comments WHERE body = 'One word more.'`)).toHaveLength(1);
    const late = (await world.journal(FIRST)).filter(({ transaction }) =>
      ['Notes', 'ReturnEnsonoNum'].includes(transaction),
    );
    expect(late.map(({ outcome, summary }) => `${outcome}: ${summary}`)).toEqual([
      `applied: ${FIRST} had ended before ours went on there as ${SECOND}; comment added`,
      `dropped: ${FIRST} had ended before ours went on there as ${SECOND}`,
    ]);
    expect(world.tenant.tickets().filter(({ status }) => status === 'cancelled')).toEqual([]);
  });

  test('is held where no trigger matches it any more, and where one of our own groups has it', async () => {
    await closed();
    await edit(`status = 'In Progress', group_id = 6`);
    await world.settle(seconds(60));
    expect((await told()).at(-1)).toContain('no trigger matches: no new one is opened there');
    await edit(`group_id = 2`);
    await world.settle(seconds(60));
    expect((await told()).at(-1)).toContain('one of our own groups has ours: no new one');
    expect(world.tenant.tickets()).toHaveLength(1);
  });
});

describe('a ticket that the provider has closed without a word, seven days after', () => {
  const same = (contract: Contract): Contract => contract;

  test('[loud] refuses a comment once; the journal says why, and nothing stands still', async () => {
    await resolved(same);
    silently(FIRST, 'closed');
    const before = callsTo(FIRST);
    await write('Thanks!');
    await world.settle(seconds(60));
    await write('Really.');
    await world.settle(seconds(60));
    expect((await told()).slice(-2)).toEqual([
      `notes refused: the provider's ticket is closed and takes nothing more: the bridge answered 400: Ticket is closed and cannot be updated`,
      `plan held: the provider's ticket is closed and takes nothing more`,
    ]);
    expect(callsTo(FIRST)).toBe(before + 1);
    expect((await world.lane('INC0000001')).parked).toBeNull();
    await edit(`status = 'Closed'`);
    await world.settle(seconds(60));
    expect(callsTo(FIRST)).toBe(before + 1);
  });

  test('is held when a person here re-opens it, and goes on as soon as the provider says that it is open', async () => {
    await resolved(same);
    silently(FIRST, 'closed');
    await edit(`status = 'In Progress'`);
    await world.settle(seconds(60));
    expect((await told()).at(-1)).toBe(`plan held: the provider's ticket is closed and takes nothing more`);
    expect((await world.lane('INC0000001')).parked).toBeNull();
    silently(FIRST, 'pending');
    world.desk.update(FIRST, { priority: '4' });
    await world.settle(seconds(120));
    expect(await row()).toMatchObject({ status: 'In Progress', priority: 'P4' });
    expect(theirs(FIRST).status).toBe('workinprogress');
  });

  test('[closed-is-closed] is opened there anew under `new-ticket`', async () => {
    await resolved(anew);
    silently(FIRST, 'closed');
    await edit(`status = 'In Progress'`);
    await world.settle(seconds(120));
    expect(theirs(SECOND)).toMatchObject({ clientTicketNumber: 'INC0000001', status: 'workinprogress' });
    expect(await row()).toMatchObject({ status: 'In Progress', vendor_ref: SECOND });
  });

  test('is told once that ours is deleted', async () => {
    world = await openWorld('acme', { since: 'now' });
    const opened = world.desk.open({ shortDescription: 'Tapes', group: 'Ensono Mainframe' });
    if (opened.kind === 'impossible') throw new Error(opened.reason);
    await world.settle(seconds(60));
    const { ticketNumber } = opened.ticket;
    silently(ticketNumber, 'closed');
    const before = callsTo(ticketNumber);
    await world.sql(`UPDATE tickets SET deleted = 1 WHERE vendor_ref = '${ticketNumber}'`);
    await world.settle(seconds(120));
    expect(callsTo(ticketNumber)).toBe(before + 1);
    expect((await world.lane('INC0000011')).parked).toBeNull();
  });
});

test('[convergence] a ticket that is closed there while we work on it is not opened anew: its message comes', async () => {
  world = await openWorld('acme', { since: 'now', adapt: anew });
  await edit(`status = 'In Progress'`);
  await world.settle(seconds(60));
  world.desk.close(FIRST, { closeNotes: 'It was nothing.' });
  world.provider.faults.add([{ match: { method: 'GET' }, kind: 'status', status: 503, times: 2 }]);
  await edit(`title = 'It broke twice'`);
  await world.settle(seconds(60));
  expect((await told()).at(-1)).toContain('its message has not come yet');
  await world.settle(seconds(300));
  expect(await row()).toMatchObject({ status: 'Closed' });
  expect(world.tenant.tickets()).toHaveLength(1);
});

describe('a ticket that the provider works on again after both sides had closed it', () => {
  async function closedAndReopened(policy: ReopenPolicy): Promise<void> {
    await resolved((contract) => ({
      ...contract,
      inbound: { ...contract.inbound, afterClosed: { Incident: policy, Request: 'reopen' } },
    }));
    world.desk.close(FIRST, {});
    await world.settle(seconds(60));
    silently(FIRST, 'resolved');
    world.desk.reopen(FIRST, { status: 'workinprogress' });
    await world.settle(seconds(120));
  }

  test('is re-opened here, as any other', async () => {
    await closedAndReopened('reopen');
    expect(await row()).toMatchObject({ status: 'In Progress', vendor_ref: FIRST });
  });

  test('is a new one here where `after_closed` says so, though `reopen` does not', async () => {
    await closedAndReopened('new-ticket');
    expect(await row()).toMatchObject({ status: 'Closed', vendor_ref: null });
    expect(await row(11)).toMatchObject({ status: 'In Progress', vendor_ref: FIRST });
    expect(theirs(FIRST).clientTicketNumber).toBe('INC0000011');
  });

  test('stays closed here where only comments are taken', async () => {
    await closedAndReopened('comments-only');
    world.desk.comment(FIRST, { body: 'We look once more.' });
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ status: 'Closed', vendor_ref: FIRST });
    expect(await world.sql(`SELECT id FROM comments WHERE body = 'We look once more.'`)).toHaveLength(1);
  });
});
