import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../engine/domain/instant.ts';
import type { Contract, References } from '../../engine/domain/contract.ts';
import { callsWithEffect, MortalProcess, type CountedCall, type Seen } from '../support/mortal-process.ts';
import { settled } from '../support/reference-story.ts';
import { openWorld, type World } from '../support/world.ts';

/** The two requests of a story, as the client's people see them, and how often each comment is here. */
interface Ours {
  readonly id: number;
  readonly number: string;
  readonly status: string;
  readonly reopened_from: number | null;
  readonly goes_on_as: string | null;
  readonly vendor_ref: string | null;
}

/** Without waits that a story would only sit out. */
const atOnce = (contract: Contract): Contract => ({
  ...contract,
  itsm: {
    ...contract.itsm,
    changes: contract.itsm.changes.map((source) => ({ ...source, settleMs: 0, overlapMs: seconds(30) })),
  },
});

describe.each<[string, References]>([
  ['in fields', { onNew: 'reopened_from', onOld: 'goes_on_as' }],
  ['in comments', { onNew: null, onOld: null }],
])('a request that is re-opened as a new one, where the two name each other %s', (_, references) => {
  let world: World;
  let calls: readonly CountedCall[] = [];
  let stories = 100;

  beforeAll(async () => {
    world = await openWorld('initech', {
      since: 'now',
      adapt: (contract) => ({
        ...atOnce(contract),
        inbound: {
          ...contract.inbound,
          reopen: { Incident: 'reopen', Request: 'new-ticket' },
          references,
        },
      }),
    });
    calls = await callsWithEffect(world, (seen) => tell(Infinity, seen));
  });
  afterAll(() => world.close());

  const write = (id: number, body: string): Promise<unknown> =>
    world.sql(
      `INSERT INTO request_note (request_id, author, body, shared, written_at) VALUES (?, 'Desk', ?, 1, :now)`,
      id,
      body,
    );

  /**
   * Created and resolved by the provider; and from there on with a process that may die: written on by both sides, re-opened, and
   * written on again. Returns its title.
   */
  async function tell(killAfter: number, seen?: Seen): Promise<string> {
    const process = new MortalProcess(world, killAfter, seen);
    stories += 1;
    const title = `Tapes ${stories}`;
    const go = async (): Promise<void> => {
      await world.clock.advance(seconds(1));
      await process.does((runtime) => settled(world, runtime));
    };
    await world.sql(
      `INSERT INTO service_request (id, number, title, status, priority, queue_id, created_at, updated_at)
       VALUES (?, ?, ?, 'Open', 'normal', 1, :now, :now)`,
      stories * 1000,
      `SR${stories * 1000}`,
      title,
    );
    await settled(world, world.runtime);
    const theirs = world.providerTicket(`SR${stories * 1000}`).ticketNumber;
    world.desk.resolve(theirs, { closeNotes: 'Done.' });
    await settled(world, world.runtime);
    await write(stories * 1000, 'ours, on the old one');
    world.desk.reopen(theirs, { status: 'workinprogress' });
    world.desk.comment(theirs, { body: 'theirs, on the new one' });
    await go();
    const [fresh] = await world.sql('SELECT id FROM service_request WHERE title = ? ORDER BY id DESC', title);
    await write(Number(fresh?.id), 'ours, on the new one');
    await go();
    await settled(world, world.runtime);
    return title;
  }

  async function faults(title: string): Promise<readonly string[]> {
    const found: string[] = [];
    const ours = (await world.sql(
      'SELECT * FROM service_request WHERE title = ? ORDER BY id',
      title,
    )) as unknown as readonly Ours[];
    const [old, fresh] = ours;
    if (old === undefined || fresh === undefined || ours.length > 2) return [`${ours.length} requests here`];
    if (old.status !== 'Done' || old.vendor_ref !== null) found.push(`the old one is ${old.status}`);
    if (fresh.status !== 'Working') found.push(`the new one is ${fresh.status}`);
    const theirs = world.tenant.ticket(fresh.vendor_ref ?? '');
    if (theirs?.clientTicketNumber !== fresh.number) found.push('our number there is not the new one');
    const notes = async (id: number): Promise<string> =>
      (await world.sql('SELECT body FROM request_note WHERE request_id = ? ORDER BY body', id))
        .map(({ body }) => String(body))
        .join('; ');
    const inFields = references.onNew !== null;
    const from = inFields ? '' : `The provider re-opened ${old.number}: this ticket goes on from there.; `;
    const as = inFields ? '' : `The provider re-opened this ticket: it goes on as ${fresh.number}.; `;
    if ((await notes(old.id)) !== `${as}ours, on the old one`)
      found.push(`on the old: ${await notes(old.id)}`);
    if ((await notes(fresh.id)) !== `${from}ours, on the new one; theirs, on the new one`)
      found.push(`on the new: ${await notes(fresh.id)}`);
    const named = [fresh.reopened_from, fresh.goes_on_as, old.reopened_from, old.goes_on_as];
    if (named.join() !== (inFields ? `${old.id},,,${fresh.number}` : ',,,'))
      found.push(`named: ${named.join()}`);
    const sent = theirs?.comments.filter(({ by }) => by === 'client').map(({ body }) => body) ?? [];
    if ([...new Set(sent)].join() !== 'ours, on the old one,ours, on the new one')
      found.push(`comments there: ${sent.join()}`);
    for (const { number } of ours) {
      const { parked, state } = await world.lane(number);
      if (parked !== null) found.push(`${number} is parked: ${parked.reason}`);
      if (state.intent !== null) found.push(`intent left over: ${state.intent.kind}`);
      if (state.numberOwed) found.push(`${number} is owed`);
    }
    return found;
  }

  test('ends well when nobody kills the process', async () => {
    expect(await faults(await tell(Infinity))).toEqual([]);
    expect(new Set(calls.map(({ call }) => call.replace(/e-CS\d+/, 'n')))).toEqual(
      new Set([
        'transaction',
        'GET queue',
        'DELETE queue/…',
        'PUT tickets/n/notes',
        'PUT tickets/n/returnptn',
      ]),
    );
  });

  test('[one-create] [notes-once] [no-echo] ends in the same when it is killed after any port call', async () => {
    const found: string[] = [];
    for (const { count, call } of calls)
      for (const fault of await faults(await tell(count)))
        found.push(`killed after call ${count} (${call}): ${fault}`);
    expect(found).toEqual([]);
  });
});

describe('a request that is wanted again here after the provider closed it', () => {
  let world: World;
  let calls: readonly CountedCall[] = [];
  let stories = 100;

  beforeAll(async () => {
    world = await openWorld('initech', { since: 'now', adapt: atOnce });
    calls = await callsWithEffect(world, (seen) => tell(Infinity, seen));
  });
  afterAll(() => world.close());

  /** Created, resolved and closed there; and from there on with a process that may die: wanted again, and worked on there. */
  async function tell(killAfter: number, seen?: Seen): Promise<string> {
    const process = new MortalProcess(world, killAfter, seen);
    const go = async (): Promise<void> => {
      await world.clock.advance(seconds(1));
      await process.does((runtime) => settled(world, runtime));
    };
    stories += 1;
    const number = `SR${stories}`;
    await world.sql(
      `INSERT INTO service_request (id, number, title, status, priority, queue_id, created_at, updated_at)
       VALUES (?, ?, 'Tapes', 'Open', 'normal', 1, :now, :now)`,
      stories,
      number,
    );
    await settled(world, world.runtime);
    const first = world.providerTicket(number).ticketNumber;
    world.desk.resolve(first, { closeNotes: 'Done.' });
    world.desk.close(first, {});
    await settled(world, world.runtime);
    await world.sql(`UPDATE service_request SET status = 'Working', updated_at = :now WHERE id = ?`, stories);
    await world.sql(
      `INSERT INTO request_note (request_id, author, body, shared, written_at) VALUES (?, 'Desk', 'again', 1, :now)`,
      stories,
    );
    await go();
    // A ticket whose number died with the process is known by its first message.
    for (const { clientTicketNumber, ticketNumber } of world.tenant.tickets())
      if (clientTicketNumber === number) world.desk.update(ticketNumber, { priority: '4' });
    await go();
    await settled(world, world.runtime);
    return number;
  }

  async function faults(number: string): Promise<readonly string[]> {
    const found: string[] = [];
    const [first, ...others] = world.tenant.tickets().filter((one) => one.clientTicketNumber === number);
    const live = others.filter(({ status }) => status !== 'cancelled');
    const [theirs] = live;
    if (theirs === undefined || live.length > 1) return [`${live.length} live tickets there`];
    if (first?.status !== 'closed') found.push(`the first is ${first?.status ?? 'gone'}`);
    if (theirs.status !== 'workinprogress') found.push(`the new one is ${theirs.status}`);
    const bodies = theirs.comments.map(({ body }) => body).join('; ');
    if (
      bodies !==
      `This ticket goes on from ${first?.ticketNumber ?? ''}, which has ended and takes nothing more.; again`
    )
      found.push(`comments there: ${bodies}`);
    const [ours] = await world.sql('SELECT * FROM service_request WHERE number = ?', number);
    if (ours?.vendor_ref !== theirs.ticketNumber) found.push(`its number here: ${String(ours?.vendor_ref)}`);
    if (ours?.status !== 'Working' || ours.priority !== 'low')
      found.push(`ours is ${String(ours?.status)}, ${String(ours?.priority)}`);
    const said = await world.sql(
      `SELECT id FROM request_note WHERE request_id = ? AND body LIKE '%has ended%'`,
      Number(ours?.id),
    );
    if (said.length !== 1) found.push(`said ${said.length} times`);
    const { parked, state } = await world.lane(number);
    if (parked !== null) found.push(`parked: ${parked.reason}`);
    if (state.intent !== null) found.push(`intent left over: ${state.intent.kind}`);
    return found;
  }

  test('[one-create] [closed-is-closed] goes on there as one new ticket, whenever the process is killed', async () => {
    const found: string[] = [];
    for (const { count, call } of [{ count: Infinity, call: 'never' }, ...calls])
      for (const fault of await faults(await tell(count)))
        found.push(`killed after call ${count} (${call}): ${fault}`);
    expect(found).toEqual([]);
    expect(calls.map(({ call }) => call)).toContain('POST tickets');
  });
});
