import { afterEach, describe, expect, test } from 'vitest';
import type { Contract, Reopening } from '../../engine/domain/contract.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const LINKED = 'e-CS0204070';
const edit = (fields: string, id = 1): Promise<unknown> =>
  world.sql(`UPDATE tickets SET ${fields}, updated_at = :now WHERE id = ${id}`);
const row = async (id = 1): Promise<Record<string, unknown>> =>
  (await world.sql(`SELECT * FROM tickets WHERE id = ${id}`))[0] ?? {};
const theirs = () => world.providerTicket('INC0000001');
const calls = (): readonly string[] =>
  world.provider
    .requests()
    .filter(({ method }) => method === 'POST' || method === 'PUT')
    .map(({ call }) => String(call));

async function acme(adapt?: (contract: Contract) => Contract): Promise<void> {
  world = await openWorld('acme', { since: 'now', ...(adapt === undefined ? {} : { adapt }) });
}

/** Acme, with INC0000001 at the provider as e-CS0204070. */
async function acmeLinked(adapt?: (contract: Contract) => Contract): Promise<void> {
  await acme(adapt);
  await edit(`status = 'New'`);
  await world.settle(seconds(60));
}

const reopening =
  (reopen: Reopening) =>
  (contract: Contract): Contract => ({ ...contract, inbound: { ...contract.inbound, reopen } });

describe('re-opening', () => {
  test('goes by the type of the ticket: an incident is re-opened, a request becomes a new one', async () => {
    await acmeLinked(reopening({ Incident: 'reopen', Request: 'new-ticket' }));
    const opened = world.desk.open({
      shortDescription: 'New tapes',
      ticketType: 'Request',
      group: 'Ensono Mainframe',
    });
    if (opened.kind === 'impossible') throw new Error(opened.reason);
    const request = opened.ticket.ticketNumber;
    await world.settle(seconds(60));
    for (const number of [LINKED, request]) {
      world.desk.resolve(number, { closeNotes: 'Done.' });
      await world.settle(seconds(60));
      world.desk.reopen(number, {});
      await world.settle(seconds(60));
    }
    expect(await row()).toMatchObject({ status: 'New', vendor_ref: LINKED });
    expect(await row(11)).toMatchObject({ status: 'Resolved', vendor_ref: null });
    expect(await row(12)).toMatchObject({ kind: 'request', status: 'New', vendor_ref: request });
    expect(world.tenant.ticket(request)?.clientTicketNumber).toBe('INC0000012');
  });

  test('of what the provider resolved, by a person here who rejects that, sends the status', async () => {
    await acmeLinked();
    world.desk.resolve(LINKED, { closeNotes: 'Restarted.' });
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ status: 'Resolved' });
    await edit(`status = 'In Progress'`);
    await world.settle(seconds(60));
    expect(theirs().status).toBe('workinprogress');
    expect((await world.journal('INC0000001')).at(-1)?.summary).toBe('re-opened; changed: status');
  });

  test('[closed-is-closed] here of what is closed there is held, and the journal says why', async () => {
    await acmeLinked();
    world.desk.resolve(LINKED, { closeNotes: 'Restarted.' });
    world.desk.close(LINKED, {});
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ status: 'Closed' });
    const sent = calls().length;
    await edit(`status = 'In Progress'`);
    await world.settle(seconds(60));
    expect(calls()).toHaveLength(sent);
    expect((await world.journal('INC0000001')).at(-1)).toMatchObject({
      outcome: 'held',
      summary: "the provider's ticket is closed and takes nothing more",
    });
  });

  test('is over when the provider closes what was resolved seven days ago, and says so', async () => {
    await acmeLinked();
    await edit(`status = 'Resolved', resolution = 'Restarted.'`);
    await world.settle(seconds(60));
    await world.clock.advance(minutes(7 * 24 * 60));
    world.desk.close(LINKED, {});
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ status: 'Closed', resolution: 'Restarted.' });
    expect(calls()).toEqual(['create', 'update']);
  });
});

describe('a task', () => {
  const BLOCK = (steps: string): string =>
    [
      'Since Monday.',
      '',
      '----- Additional information -----',
      'Site: Omaha data center',
      `Steps: ${steps}`,
      '----- End of additional information -----',
    ].join('\n');
  const task = () => world.providerTicket('TSK0000002');
  const said = async (): Promise<readonly string[]> =>
    (await world.journal('TSK0000002')).map(
      ({ transaction, outcome, summary }) => `${transaction} ${outcome}: ${summary}`,
    );

  /** A task that is new, in a row of its own. */
  async function newTask(category: string): Promise<void> {
    await acme();
    await world.sql(
      `INSERT INTO tasks (id, category, site, steps, changed_at) VALUES (2, '${category}', 'Omaha data center', 'Mount tape 0417', :now)`,
    );
    await world.sql(
      `INSERT INTO tickets (id, number, kind, title, description, status, priority, group_id, caller_id, task_id, created_at, updated_at, deleted)
       VALUES (11, 'TSK0000002', 'task', 'Restore the library', 'Since Monday.', 'New', 'P3', 3, 3, 2, :now, :now, 0)`,
    );
    await world.settle(seconds(60));
  }

  test('[changed-only] travels as a request with its own fields, is updated when one of them alone is edited, and closed', async () => {
    await newTask('Backup');
    expect(task()).toMatchObject({
      ticketType: 'Request',
      clientTicketNumber: 'TSK0000002',
      group: 'Ensono Mainframe',
      description: BLOCK('Mount tape 0417'),
    });
    const before = await row(11);
    // Nothing of the ticket's own row is touched.
    await world.sql(`UPDATE tasks SET steps = 'Mount tape 0418', changed_at = :now WHERE id = 2`);
    await world.settle(seconds(60));
    expect(await row(11)).toEqual(before);
    expect(task().description).toBe(BLOCK('Mount tape 0418'));
    world.desk.resolve(task().ticketNumber, { closeNotes: 'Restored.' });
    world.desk.close(task().ticketNumber, {});
    await world.settle(seconds(60));
    expect(await row(11)).toMatchObject({
      kind: 'task',
      status: 'Closed',
      description: 'Since Monday.',
      resolution: 'Restored.',
    });
    expect(task()).toMatchObject({ status: 'closed', closeNotes: 'Restored.' });
    expect(calls()).toEqual(['create', 'update']);
    expect(await said()).toEqual([
      'create sent: trigger "tasks that the provider carries out" matches',
      'update sent: changed: description',
      'Closure applied: changed here: status, resolution',
      'Closure applied: changed here: status',
    ]);
  });

  test('of another category stays here until its category says otherwise', async () => {
    await newTask('Workplace');
    expect(calls()).toEqual([]);
    await world.sql(`UPDATE tasks SET category = 'Media', changed_at = :now WHERE id = 2`);
    await world.settle(seconds(60));
    expect(calls()).toEqual(['create']);
    expect(task().ticketType).toBe('Request');
  });

  test('[loud] that is merged into another ticket is cancelled there, and its notes name that one', async () => {
    await newTask('Backup');
    await edit(`status = 'Cancelled', merged_into = 1`, 11);
    await world.settle(seconds(60));
    expect(task()).toMatchObject({ status: 'cancelled', closeNotes: 'Merged into INC0000001' });
    expect(calls()).toEqual(['create', 'update']);
  });
});

describe('a ticket that is kept internal', () => {
  test('and closed here is resolved and closed there', async () => {
    await acmeLinked();
    await edit('group_id = 2');
    await world.settle(seconds(60));
    await edit(`status = 'In Progress'`);
    await world.settle(seconds(60));
    await edit(`status = 'Closed', resolution = 'Done by us.'`);
    await world.settle(seconds(60));
    expect(theirs()).toMatchObject({ status: 'closed', closeNotes: 'Done by us.' });
    expect(calls()).toEqual(['create', 'update', 'update', 'update']);
  });

  test('and handed back goes on with its group and status', async () => {
    await acmeLinked();
    await edit('group_id = 2');
    await world.settle(seconds(60));
    await edit(`status = 'In Progress'`);
    await world.settle(seconds(60));
    expect(theirs()).toMatchObject({ group: 'Client Generic', status: 'pending' });
    await edit('group_id = 3');
    await world.settle(seconds(60));
    expect(theirs()).toMatchObject({ group: 'Ensono Mainframe', status: 'workinprogress' });
  });

  test('[changed-only] and handed back between two polls was never kept, and nothing is sent', async () => {
    await acmeLinked();
    await edit('group_id = 2');
    await edit('group_id = 3');
    await world.settle(seconds(60));
    expect(calls()).toEqual(['create']);
  });

  test('is none because the provider did not know its group, whatever the provider then says of that', async () => {
    await acme();
    await edit(`status = 'New'`, 3);
    await world.settle(seconds(60));
    const { ticketNumber, group } = world.providerTicket('INC0000003');
    expect(group).toBe('Ensono Service Desk');
    const sent = calls().length;
    world.desk.update(ticketNumber, { group: 'Ensono Mainframe' });
    world.desk.update(ticketNumber, { group: 'Ensono Service Desk' });
    await world.settle(seconds(60));
    const [{ name } = {}] = await world.sql(
      'SELECT name FROM `groups` WHERE id = (SELECT group_id FROM tickets WHERE id = 3)',
    );
    expect(name).toBe('Vendor Desk');
    expect(calls()).toHaveLength(sent);
    expect(world.providerTicket('INC0000003')).toMatchObject({
      group: 'Ensono Service Desk',
      status: 'open',
    });
  });

  test('[notes-once] lets comments travel, and sends its other changes when it is handed back', async () => {
    await acmeLinked();
    await edit('group_id = 2');
    await world.settle(seconds(60));
    await edit(`title = 'Ours for now', priority = 'P4'`);
    await world.sql(
      `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 2, 'We look at it.', 1, :now)`,
    );
    await world.settle(seconds(60));
    expect(theirs().comments.map(({ body }) => body)).toContain('We look at it.');
    expect(theirs()).toMatchObject({ group: 'Client Generic', priority: '2' });
    await edit('group_id = 3');
    await world.settle(seconds(60));
    expect(theirs()).toMatchObject({
      group: 'Ensono Mainframe',
      shortDescription: 'Ours for now',
      priority: '4',
    });
  });

  test('takes what the provider changes meanwhile, and does not say again that it is kept', async () => {
    await acmeLinked();
    await edit('group_id = 2');
    await world.settle(seconds(60));
    world.desk.update(LINKED, { priority: '4' });
    world.desk.comment(LINKED, { body: 'Is it ours?' });
    await world.settle(seconds(60));
    expect(await row()).toMatchObject({ priority: 'P4', group_id: 2 });
    expect(calls()).toEqual(['create', 'update']);
  });
});

describe('which tickets travel', () => {
  test('can depend on approval and CI: a request goes when both say so, and not before', async () => {
    await acme();
    const [request] = await world.sql(`SELECT id FROM tickets WHERE kind = 'request' LIMIT 1`);
    const id = Number(request?.id);
    const [ci] = await world.sql(`SELECT id FROM cis WHERE managed_by = 'ensono' LIMIT 1`);
    await edit(`status = 'New', approval = 'requested', vendor_ref = NULL, ci_id = ${Number(ci?.id)}`, id);
    await world.settle(seconds(60));
    expect(calls()).toEqual([]);
    await edit(`approval = 'approved'`, id);
    await world.settle(seconds(60));
    expect(calls()).toEqual(['create']);
    expect(world.tenant.tickets()[0]?.ticketType).toBe('Request');
  });

  test('is not asked again: one that leaves the scope stays connected', async () => {
    await acmeLinked();
    await edit('group_id = 5');
    await world.settle(seconds(60));
    await edit(`priority = 'P1'`);
    await world.settle(seconds(60));
    expect(theirs().priority).toBe('1');
  });
});
