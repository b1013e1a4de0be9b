import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../adapters/database/connect.ts';
import { openDatabase } from '../../adapters/database/open-database.ts';
import { simulatedDatabase } from '../../adapters/database/simulated/simulated-database.ts';
import { loadSampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import type { Alarm } from '../../engine/domain/alarm.ts';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import { NEW_LANE_STATE, type Lane, type LaneState } from '../../engine/domain/lane.ts';
import type { Database, Itsm, Store, Transaction } from '../../engine/runtime/ports.ts';
import { acmeItsm } from '../support/sample-itsm.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');

/** One call of the port, in words and as it is made. */
interface Operation {
  readonly name: string;
  run(tx: Transaction): Promise<unknown>;
}

const on = (
  name: string,
  args: readonly unknown[],
  run: (tx: Transaction) => Promise<unknown>,
): Operation => ({
  name: `${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`,
  run,
});
const inStore = (
  name: string,
  args: readonly unknown[],
  run: (store: Store) => Promise<unknown>,
): Operation => on(name, args, ({ store }) => run(store));
const inItsm = (name: string, args: readonly unknown[], run: (itsm: Itsm) => Promise<unknown>): Operation =>
  on(name, args, ({ itsm }) => run(itsm));

const byId = (lanes: readonly Lane[]): readonly Lane[] => [...lanes].sort((one, other) => one.id - other.id);

const laneId = fc.integer({ min: 1, max: 5 });
const at = fc.integer({ min: 0, max: 4 }).map((step) => NOW + step * 1000);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const client = fc.constantFrom('1', '2', '3');
const number = fc.constantFrom('INC1', 'INC2', 'e-CS1');
const theirs = fc.constantFrom('e-CS1', 'e-CS2', 'CS1');
const source = fc.constantFrom('tickets', 'comments');
const state: fc.Arbitrary<LaneState> = fc
  .record({
    link: fc.constantFrom('unlinked' as const, 'unknown' as const, 'linked' as const),
    intent: maybe(
      fc.record({
        id: fc.constant('i'),
        kind: fc.constantFrom('create' as const, 'update' as const),
        at,
        fields: fc.constant({}),
        before: fc.constant({ unsure: [], sent: {} }),
        comments: fc.constant([]),
        surplus: fc.constant(null),
      }),
    ),
    attempts: fc.nat(3),
    title: fc.string(),
  })
  .map(({ link, intent, attempts, title }) => ({
    ...NEW_LANE_STATE,
    dropped: attempts === 1 ? { at: 1, by: 'pat', because: title } : null,
    link,
    intent,
    attempts,
    shadow: { fields: { shortDescription: title }, unsure: [], sent: {} },
  }));
const parked = maybe(
  fc.record({
    at,
    code: fc.constantFrom('code', 'no-answer'),
    reason: fc.string(),
    rule: maybe(fc.string()),
    until: fc.constantFrom('change' as const, 'operator' as const),
    messageId: maybe(fc.constant('m')),
    retryAt: maybe(at),
  }),
);
const instance = fc.constantFrom('one', 'two', 'three');
const heldLane = fc.record({ lane: laneId, owner: instance, fence: fc.integer({ min: 1, max: 3 }) });
const rows = fc
  .array(
    fc.record({
      rowKey: fc.constantFrom('1', '2', '10'),
      ticketKey: client,
      changedAt: at,
      mark: fc.constantFrom('a', 'b'),
    }),
    { maxLength: 3 },
  )
  .map((some) =>
    some.filter((row, index) => some.findIndex(({ rowKey }) => rowKey === row.rowKey) === index),
  );
const names = fc.record({
  clientTicket: maybe(client),
  clientNumber: maybe(number),
  providerTicket: maybe(theirs),
});
const message = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'A'),
  receiptHandle: fc.constant('h'),
  group: theirs,
  transactionType: fc.constant('Update'),
  sentAt: at,
  sequence: fc.constantFrom('9', '10', '18875507807458288128', '18875507807458288129'),
  receiveCount: fc.constant(1),
  clientReferenceAvailable: fc.boolean(),
  body: fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>,
});
const entry = fc.record({
  at,
  laneId: maybe(laneId),
  clientNumber: maybe(number),
  providerTicket: maybe(theirs),
  direction: fc.constantFrom('in' as const, 'out' as const),
  transaction: fc.constant('Update'),
  transactionId: maybe(fc.constantFrom('a', 'b')),
  outcome: fc.constant('applied' as const),
  rule: maybe(fc.string()),
  summary: fc.string(),
  detail: fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<Json>),
  rules: fc.constant(null),
});

const alarmId = fc.constantFrom('a1', 'a2');
const alarm: fc.Arbitrary<Alarm> = fc.record({
  id: alarmId,
  // Of two alarms of one moment the first to be written comes first, and a rewritten one keeps its moment.
  raisedAt: fc.constant(NOW),
  clearedAt: maybe(at),
  calmSince: maybe(at),
  finding: fc.record({
    kind: fc.constantFrom('parked' as const, 'waiting-age' as const),
    value: fc.nat(),
    threshold: maybe(fc.nat()),
    since: maybe(at),
    summary: fc.string(),
    advice: fc.string(),
    tickets: fc.constant([]),
  }),
  pending: fc.constant([]),
});

const storeOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(names, state, at)
    .map(([who, own, dueAt]) =>
      inStore('insertLane', [who, dueAt], (store) => store.insertLane({ ...who, state: own, dueAt })),
    ),
  fc
    .tuple(laneId, names, state, parked)
    .map(([id, who, own, stands]) =>
      inStore('saveLane', [id, who, stands], (store) =>
        store.saveLane({ id, ...who, state: own, parked: stands, wanted: 0, dueAt: null, recheckAt: null }),
      ),
    ),
  fc
    .tuple(laneId, at, maybe(at))
    .map((args) => inStore('wakeLane', args, (store) => store.wakeLane(...args))),
  fc
    .tuple(fc.uniqueArray(laneId, { maxLength: 3 }), at)
    .map(([ids, when]) => inStore('wakeLanes', [ids, when], (store) => store.wakeLanes(ids, when, null))),
  fc
    .tuple(laneId, fc.integer({ min: 1, max: 3 }), maybe(at))
    .map((args) => inStore('restLane', args, (store) => store.restLane(...args))),
  fc
    .tuple(laneId, laneId, at)
    .filter(([from, into]) => from !== into)
    .map((args) => inStore('mergeLane', args, (store) => store.mergeLane(...args))),
  fc
    .record({
      owner: instance,
      now: at,
      horizon: at.map((when) => when + 2000),
      limit: fc.integer({ min: 1, max: 5 }),
      except: fc.array(laneId, { maxLength: 2 }),
    })
    .map((search) => inStore('dueLanes', [search], (store) => store.dueLanes(search))),
  fc
    .tuple(fc.uniqueArray(laneId, { maxLength: 3 }), instance)
    .map((args) => inStore('takeLanes', args, (store) => store.takeLanes(...args))),
  heldLane.map((held) => inStore('heldLane', [held], (store) => store.heldLane(held))),
  fc
    .uniqueArray(heldLane, { maxLength: 2, selector: ({ lane }) => lane })
    .map((held) => inStore('releaseLanes', held, (store) => store.releaseLanes(held))),
  fc.constant(inStore('instances', [], (store) => store.instances())),
  fc.tuple(instance, at).map(([id, startedAt]) =>
    inStore('enlist', [id], async (store) => {
      const known = await store.instances();
      if (known.every((other) => other.id !== id))
        await store.enlist({ id, beat: 0, place: `at ${id}`, startedAt });
    }),
  ),
  instance.map((id) => inStore('beat', [id], (store) => store.beat(id))),
  fc.tuple(instance, fc.nat(2)).map((args) => inStore('bury', args, (store) => store.bury(...args))),
  instance.map((id) => inStore('leave', [id], (store) => store.leave(id))),
  instance.map((id) => inStore('takeDuty', [id], (store) => store.takeDuty(id))),
  at.map((when) => inStore('notePoll', [when], (store) => store.notePoll(when))),
  fc.constant(inStore('nextDueAt', [], (store) => store.nextDueAt())),
  fc
    .tuple(at, fc.integer({ min: 1, max: 3 }))
    .map((args) => inStore('wakeUnanswered', args, (store) => store.wakeUnanswered(...args))),
  number.map((name) => inStore('lanesByNumber', [name], (store) => store.lanesByNumber(name))),
  laneId.map((id) => inStore('waitingIn', [id], (store) => store.waitingIn(id))),
  fc.nat(3).map((after) => inStore('liveLanes', [after], (store) => store.liveLanes(after, 2))),
  fc.constant(inStore('droppedLanes', [], (store) => store.droppedLanes())),
  client.map((key) => inStore('laneByClientTicket', [key], (store) => store.laneByClientTicket(key))),
  number.map((name) => inStore('laneByClientNumber', [name], (store) => store.laneByClientNumber(name))),
  fc
    .uniqueArray(theirs, { maxLength: 3 })
    .map((names) => inStore('lanesOf', names, async (store) => byId(await store.lanesOf('provider', names)))),
  fc
    .uniqueArray(client, { maxLength: 3 })
    .map((keys) => inStore('lanesOf', keys, async (store) => byId(await store.lanesOf('client', keys)))),
  theirs.map((name) => inStore('laneByProviderTicket', [name], (store) => store.laneByProviderTicket(name))),
  fc
    .tuple(message, laneId, at)
    .map((args) => inStore('acceptMessage', args, (store) => store.acceptMessage(...args))),
  laneId.map((id) => inStore('nextMessages', [id, 2], (store) => store.nextMessages(id, 2))),
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), at)
    .map(([row, when]) =>
      inStore('settleMessage', [row, when], (store) => store.settleMessage(row, 'applied', when)),
    ),
  fc.constant(inStore('waitingMessages', [], (store) => store.waitingMessages())),
  at.map((before) => inStore('lanesWaitingSince', [before], (store) => store.lanesWaitingSince(before))),
  at.map((before) =>
    inStore('standing', [before], (store) =>
      store.standing({ unansweredBefore: before, expiringBefore: before, givenUpSince: before }),
    ),
  ),
  fc
    .tuple(fc.nat(200), at)
    .map((args) => inStore('proveWritable', args, (store) => store.proveWritable(...args))),
  alarm.map((one) => inStore('saveAlarm', [one], (store) => store.saveAlarm(one))),
  fc.constant(inStore('alarms', [], (store) => store.alarms())),
  alarmId.map((id) => inStore('forgetAlarm', [id], (store) => store.forgetAlarm(id))),
  laneId.map((id) => inStore('ledger', [id], (store) => store.ledger(id))),
  fc
    .record({
      laneId,
      clientId: client,
      providerId: maybe(fc.constantFrom('n1', 'n2')),
      origin: fc.constantFrom('client' as const, 'provider' as const),
      at,
    })
    .map((one) => inStore('insertLedgerEntry', [one], (store) => store.insertLedgerEntry(one))),
  fc.tuple(source, at).map((args) => inStore('setCursor', args, (store) => store.setCursor(...args))),
  source.map((name) => inStore('cursor', [name], (store) => store.cursor(name))),
  fc.tuple(source, rows).map((args) => inStore('unseenRows', args, (store) => store.unseenRows(...args))),
  fc.tuple(source, rows).map((args) => inStore('markRowsSeen', args, (store) => store.markRowsSeen(...args))),
  fc
    .tuple(source, at)
    .map((args) => inStore('forgetRowsBefore', args, (store) => store.forgetRowsBefore(...args))),
  entry.map((one) => inStore('journal', [one], (store) => store.journal(one))),
  fc
    .record({ ticket: maybe(fc.oneof(number, theirs)), limit: fc.integer({ min: 1, max: 4 }) })
    .map((filter) => inStore('readJournal', [filter], (store) => store.readJournal(filter))),
  fc.constant(inStore('backlog', [], (store) => store.backlog())),
);

const LATER = NOW + 3_600_000;
const key = fc.constantFrom('1', '2', '3', '4', '11', '77');
const when = fc.integer({ min: 0, max: 5 }).map((step) => LATER + step * 700);
const text = fc.string();
/** Each field, with values that fit, that are converted, and that are refused. */
const ticketFields = fc.record(
  {
    title: fc.oneof(text, fc.constantFrom(3, true)),
    description: maybe(text),
    status: fc.constantFrom('New', 'On Hold'),
    priority: fc.constantFrom('P1', 4),
    starts_at: fc.constantFrom(null, '2026-06-02T08:00:00+02:00', '2026-06-02', 'soon'),
    group: fc.constantFrom(null, 'Mainframe Ops', 'Network Ops', ['a list']),
    caller: fc.constantFrom(null, 'marcus.oyelaran@acme.example', { email: 'an object' }),
    custom: fc.constantFrom({ cost_center: '1' }, { cost_center: 2 }, { cost_center: null }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;
const newTicket = ticketFields.map((fields): JsonObject => ({
  ...fields,
  kind: 'incident',
  title: fields.title ?? 'x',
  status: fields.status ?? 'New',
  priority: fields.priority ?? 'P2',
}));
const commentFields = fc.record({
  body: text,
  public: fc.constantFrom(true, false, 'yes', '0', 1, 'perhaps'),
  author: fc.constantFrom(null, 'marcus.oyelaran@acme.example'),
}) as fc.Arbitrary<JsonObject>;

const itsmOperation: fc.Arbitrary<Operation> = fc.oneof(
  key.map((one) => inItsm('ticket', [one], (itsm) => itsm.ticket(one, true))),
  fc.tuple(newTicket, when).map((args) => inItsm('insertTicket', args, (itsm) => itsm.insertTicket(...args))),
  fc
    .tuple(key, ticketFields, when)
    .map((args) => inItsm('updateTicket', args, (itsm) => itsm.updateTicket(...args))),
  fc
    .tuple(key, maybe(theirs), when)
    .map((args) => inItsm('setProviderNumber', args, (itsm) => itsm.setProviderNumber(...args))),
  fc
    .tuple(key, commentFields, when)
    .map((args) => inItsm('insertComment', args, (itsm) => itsm.insertComment(...args))),
  fc
    .constantFrom('3', '10', 'x')
    .map((one) => inItsm('missingTickets', [one], (itsm) => itsm.missingTickets(['1', one, '4711', '2']))),
  fc
    .constantFrom('INC0000001', 'INC0000011', 'inc0000001', 'x')
    .map((one) => inItsm('ticketKeyByNumber', [one], (itsm) => itsm.ticketKeyByNumber(one))),
  theirs.map((one) =>
    inItsm('ticketKeyByProviderNumber', [one], (itsm) => itsm.ticketKeyByProviderNumber(one)),
  ),
  fc
    .tuple(fc.constantFrom(...acmeItsm.changes), when, fc.integer({ min: 1, max: 5 }))
    .map(([changes, from, limit]) =>
      inItsm('changedRows', [changes.table, from, limit], async (itsm) => {
        const first = await itsm.changedRows(changes, from, LATER, null, limit);
        const last = first.at(-1) ?? null;
        const more = last === null ? [] : await itsm.changedRows(changes, from, LATER, last, limit);
        // A ticket does not say which keys the rows of its custom fields have.
        const isCustom = changes.table === 'custom_values';
        return [...first, ...more].map((row) => (isCustom ? { ...row, rowKey: '' } : row));
      }),
    ),
);

/** Operations of one transaction, and whether it is broken off at its end. */
const transactions = (operation: fc.Arbitrary<Operation>) =>
  fc.array(
    fc.record({ operations: fc.array(operation, { minLength: 1, maxLength: 4 }), fails: fc.boolean() }),
    { minLength: 1, maxLength: 12 },
  );

/**
 * What each transaction answered: the answers of its operations, or in words what broke it. `writesLate`: the one may refuse at the
 * end what the other refuses at once, so of a transaction that came to nothing only that is told.
 */
async function answers(
  database: Database,
  work: readonly { readonly operations: readonly Operation[]; readonly fails: boolean }[],
  writesLate = false,
): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for (const { operations, fails } of work) {
    const answered: unknown[] = [];
    const end = await database
      .transaction(async (tx) => {
        answered.length = 0;
        for (const operation of operations) answered.push([operation.name, await operation.run(tx)]);
        if (fails) throw new Error('broken off');
      })
      .then(
        () => 'committed',
        (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
      );
    all.push(writesLate && end !== 'committed' ? 'came to nothing' : [end, answered]);
  }
  return all;
}

describe('the simulated database', () => {
  let folder: string;
  const file = (name: string): string => path.join(folder, `${name}.sqlite`);
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'bridgehead-twin-'));
    const connection = `sqlite:${file('acme')}`;
    await loadSampleItsm(connection, 'acme', NOW);
    const { knex } = connect(connection);
    // What the twin cannot know: a row that is no ticket, a custom field that no rule names.
    await knex('tickets').where({ deleted: 1 }).delete();
    await knex('custom_values').whereNot({ field: 'cost_center' }).delete();
    await knex.destroy();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('answers every sequence of store operations as SQLite does', async () => {
    await fc.assert(
      fc.asyncProperty(transactions(storeOperation), async (work) => {
        const sqlite = openDatabase({ contract: 'c', itsm: acmeItsm, connection: 'sqlite::memory:' });
        await sqlite.migrate();
        const expected = await answers(sqlite, work, true).finally(() => sqlite.close());
        expect(await answers(simulatedDatabase(acmeItsm), work, true)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('answers every sequence of ITSM operations as SQLite does, of rows that it knows', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(transactions(itsmOperation), async (work) => {
        const copy = file(`run-${(runs += 1)}`);
        copyFileSync(file('acme'), copy);
        const sqlite = openDatabase({ contract: 'c', itsm: acmeItsm, connection: `sqlite:${copy}` });
        const twin = simulatedDatabase(acmeItsm);
        for (let id = 1; id <= 10; id += 1) {
          const ticket = await sqlite.transaction(({ itsm }) => itsm.ticket(String(id), false));
          if (ticket !== null) await twin.putTicket(ticket, NOW);
        }
        const expected = await answers(sqlite, work).finally(() => sqlite.close());
        expect(await answers(twin, work)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
