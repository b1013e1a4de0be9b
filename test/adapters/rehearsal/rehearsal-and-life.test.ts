import { afterEach, describe, expect, test } from 'vitest';
import { rehearse } from '../../../adapters/rehearsal/rehearse.ts';
import type { ItsmWrite } from '../../../adapters/rehearsal/rehearsal.ts';
import { recordingDatabase } from '../../../adapters/rehearsal/recording-database.ts';
import type { Situation, SituationMessage } from '../../../adapters/rehearsal/situation.ts';
import { seconds } from '../../../engine/domain/instant.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { BridgeRequest } from '../../../engine/wire/exchange.ts';
import { pollQueue } from '../../../engine/runtime/accept.ts';
import { detectChanges } from '../../../engine/runtime/detect.ts';
import type { Runtime } from '../../../engine/runtime/step.ts';
import { NEVER, openWorld, workDue, type World } from '../../support/world.ts';

let world: World;
afterEach(() => world.close());

/** The world with a note of what it sends about tickets and what it writes. */
function noted(): { runtime: Runtime; calls: BridgeRequest[]; writes: ItsmWrite[] } {
  const calls: BridgeRequest[] = [];
  const writes: ItsmWrite[] = [];
  const through = world.through((bridge) => ({
    send: (request) => {
      if (!request.path.startsWith('queue')) calls.push(request);
      return bridge.send(request);
    },
  }));
  const database = recordingDatabase(world.database, writes);
  return { runtime: { ...through, ports: { ...through.ports, database } }, calls, writes };
}

async function round(runtime: Runtime): Promise<void> {
  await pollQueue(runtime, NEVER);
  await detectChanges(runtime, NEVER);
  await world.clock.advance(seconds(10));
  await workDue(runtime);
}

async function ticketOf(key: string): Promise<Ticket> {
  const ticket = await world.database.transaction(({ itsm }) => itsm.ticket(key, false));
  if (ticket === null) throw new Error(`there is no ticket ${key}`);
  return ticket;
}

/** The provider's messages that have not been read, as they are on its queue. */
const queue = (): readonly SituationMessage[] =>
  world.tenant.queue.state().messages.map(({ id, transactionType, group, sentAt, body }) => ({
    id,
    transactionType,
    group,
    sentAt,
    body: body as SituationMessage['body'],
  }));

const nothing = (change: Partial<Situation>): Situation => ({
  now: world.clock.now(),
  lastsMs: 0,
  ticket: null,
  known: { kind: 'nothing' },
  messages: [],
  answers: [],
  ...change,
});

/** New keys and the provider's new numbers are each world's own. */
const sameWrites = (writes: readonly ItsmWrite[]): readonly unknown[] =>
  writes.map((write) => (write.kind.startsWith('insert') ? { ...write, key: 'new' } : write));

describe.each([
  [
    'acme',
    '1',
    'tickets',
    'id',
    'updated_at',
    `title = 'Renamed', status = 'Resolved', resolution = 'Mended.'`,
  ],
  [
    'globex',
    '101',
    'hd_case',
    'case_id',
    'mod_ts',
    `subject = 'Renamed', state_cd = 6, solution_text = 'Mended.'`,
  ],
] as const)('a rehearsal of %s does what happens on SQLite', (client, key, table, id, changed, edit) => {
  const touch = (what = ''): Promise<unknown> =>
    world.sql(
      `UPDATE ${table} SET ${what === '' ? '' : `${what}, `}${changed} = :now WHERE ${id} = ?`,
      Number(key),
    );

  test('with a ticket from its create to its resolution, and with what the provider does to it', async () => {
    world = await openWorld(client, { since: 'now' });
    const life = noted();
    await touch();
    const before = await ticketOf(key);
    await round(life.runtime);
    const number = (await ticketOf(key)).providerNumber ?? '';
    const create = await rehearse(
      world.contract,
      nothing({ ticket: before, answers: [{ kind: 'accepted', providerTicket: number }] }),
    );
    expect(create.calls.map(({ request }) => request)).toEqual(life.calls);
    expect(create.writes).toEqual(life.writes);

    const agreed = await ticketOf(key);
    const known: Situation['known'] = {
      kind: 'agreed',
      providerTicket: number,
      ticket: agreed,
      keptInternal: false,
    };
    life.calls.length = 0;
    life.writes.length = 0;
    expect([
      world.desk.update(number, { shortDescription: 'Theirs', status: 'workinprogress' }),
      world.desk.comment(number, { body: 'We look at it.', commenter: 'Ann' }),
    ]).toMatchObject([{ kind: 'done' }, { kind: 'done' }]);
    const messages = queue();
    await round(life.runtime);
    const inbound = await rehearse(world.contract, nothing({ ticket: agreed, known, messages }));
    expect(inbound.calls).toEqual([]);
    expect(life.calls).toEqual([]);
    expect(sameWrites(inbound.writes)).toEqual(sameWrites(life.writes));
    expect(life.writes.map(({ kind }) => kind)).toEqual(['update-ticket', 'insert-comment']);
    expect(inbound.ticket?.fields).toEqual({
      ...(await ticketOf(key)).fields,
      // Its row is written ten seconds later in the world than in the rehearsal.
      ...(client === 'acme'
        ? { updated: inbound.ticket?.fields.updated }
        : { modified: inbound.ticket?.fields.modified }),
    });

    const then = await ticketOf(key);
    await world.clock.advance(seconds(600));
    life.writes.length = 0;
    await touch(edit);
    const now = await ticketOf(key);
    await round(life.runtime);
    const outbound = await rehearse(
      world.contract,
      nothing({ ticket: now, known: { ...known, ticket: then } }),
    );
    expect(outbound.calls.map(({ kind }) => kind)).toEqual(['update', 'resolve']);
    expect(outbound.calls.map(({ request }) => request)).toEqual(life.calls);
    expect(outbound.writes).toEqual(life.writes);
  });

  test('with a ticket that the provider opens', async () => {
    world = await openWorld(client, { since: 'now' });
    const life = noted();
    world.desk.open({
      ticketType: 'Incident',
      shortDescription: 'Disk full',
      description: 'The disk.',
      group: client === 'acme' ? 'Ensono Mainframe' : 'Ensono Unix',
    });
    const messages = queue();
    await round(life.runtime);
    const rehearsal = await rehearse(world.contract, nothing({ messages }));
    expect(sameWrites(rehearsal.writes.slice(0, 1))).toEqual(sameWrites(life.writes.slice(0, 1)));
    expect(rehearsal.writes.map(({ kind }) => kind)).toEqual(life.writes.map(({ kind }) => kind));
    expect(rehearsal.calls.map(({ request }) => request.path)).toEqual(life.calls.map(({ path }) => path));
  });
});
