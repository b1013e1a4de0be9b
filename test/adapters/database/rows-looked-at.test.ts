import type { Database as SqliteConnection } from 'better-sqlite3';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineTables } from '../../../adapters/database/engine-tables.ts';
import { openStore } from '../../../adapters/database/store/store.ts';
import type { BulkStore } from '../../../adapters/database/store/write-behind.ts';
import { minutes } from '../../../engine/domain/instant.ts';
import { type Lane, NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import { LANES_AT_ONCE } from '../../../engine/domain/limits.ts';
import { journalEntry } from '../../support/builders.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { message, NOW } from '../../support/stores.ts';

/*
 * A contract has ever more lanes, messages and lines of the journal. What a turn, a poll and a look at the alarms ask must not go
 * through all of them.
 */

const TICKETS = 2000;
/** What a call may look at: the rows that it is about, their index entries, and what a server reads besides. */
const ROWS_MAX = 400;
const ROWS_AT_ONCE = 250;
const mysql = useMysqlServer();

const IDS = Array.from({ length: LANES_AT_ONCE }, (_, index) => 100 + index);
const KEYS = IDS.map(String);
const HELD = IDS.map((lane) => ({ lane, owner: 'me', fence: 1 }));
const DUE = { owner: 'me', now: NOW, horizon: NOW + minutes(60), limit: LANES_AT_ONCE, except: [] };
const ROWS = KEYS.map((rowKey) => ({ rowKey, ticketKey: rowKey, changedAt: NOW, mark: 'm' }));
const ENTRY = journalEntry({ at: NOW, laneId: 100 });
const LANE: Lane = {
  id: 100,
  clientTicket: '100',
  clientNumber: null,
  providerTicket: 'e-CS100',
  state: NEW_LANE_STATE,
  wanted: 1,
  dueAt: null,
  recheckAt: null,
  parked: null,
};
const toLane = (id: string) => message(id, { group: 'e-CS100' });

const ASKED: readonly (readonly [string, (store: BulkStore) => Promise<unknown>])[] = [
  ['dueLanes', (store) => store.dueLanes(DUE)],
  ['nextDueAt', (store) => store.nextDueAt()],
  ['takeLanes', (store) => store.takeLanes(IDS, 'me')],
  ['heldLane', (store) => store.heldLane({ lane: 100, owner: 'me', fence: 1 })],
  ['heldLanes', (store) => store.heldLanes(HELD)],
  ['releaseLanes', (store) => store.releaseLanes(HELD)],
  ['lane', (store) => store.lane(100, true)],
  ['laneByClientTicket', (store) => store.laneByClientTicket('100')],
  ['laneByClientNumber', (store) => store.laneByClientNumber('INC100')],
  ['laneByProviderTicket', (store) => store.laneByProviderTicket('e-CS100')],
  ['lanesOf client', (store) => store.lanesOf('client', KEYS)],
  [
    'lanesOf provider',
    (store) =>
      store.lanesOf(
        'provider',
        KEYS.map((key) => `e-CS${key}`),
      ),
  ],
  ['wakeLane', (store) => store.wakeLane(100, NOW, null)],
  ['wakeLanes', (store) => store.wakeLanes(IDS, NOW, null)],
  ['restLane', (store) => store.restLane(100, 1, null)],
  ['saveLane', (store) => store.saveLane(LANE)],
  [
    'saveLanes',
    (store) =>
      store.saveLanes(
        IDS.map((id) => ({
          id,
          lane: { ...LANE, id },
          before: { ...LANE, id },
          rest: { wanted: 1, dueAt: NOW },
        })),
      ),
  ],
  ['wakeUnanswered', (store) => store.wakeUnanswered(NOW, LANES_AT_ONCE)],
  ['acceptMessage', (store) => store.acceptMessage(toLane('new'), 100, NOW)],
  [
    'acceptMessages',
    (store) =>
      store.acceptMessages(
        ['new', 'newer', 'newest'].map((id) => ({ message: toLane(id), laneId: 100 })),
        NOW,
      ),
  ],
  ['nextMessages', (store) => store.nextMessages(100, 10)],
  ['messagesOf', (store) => store.messagesOf(IDS, 10)],
  ['waitingIn', (store) => store.waitingIn(100)],
  ['waitingMessages', (store) => store.waitingMessages()],
  ['lanesWaitingSince', (store) => store.lanesWaitingSince(NOW)],
  ['settleMessage', (store) => store.settleMessage(100, 'applied', NOW)],
  ['settleMessages', (store) => store.settleMessages(IDS, 'applied', NOW)],
  ['ledger', (store) => store.ledger(100)],
  ['ledgersOf', (store) => store.ledgersOf(IDS)],
  ['uploads', (store) => store.uploads(100)],
  ['uploadsOf', (store) => store.uploadsOf(IDS)],
  ['unseenRows', (store) => store.unseenRows('tickets', ROWS)],
  ['journal', (store) => store.journal(ENTRY)],
  ['journalAll', (store) => store.journalAll([ENTRY, ENTRY])],
  ['standing', (store) => store.standing({ unansweredBefore: NOW, expiringBefore: NOW, givenUpSince: NOW })],
];

/** Lanes that rest, messages that are done, and what was written about them. */
async function fill(knex: Knex, named: (table: string) => string): Promise<void> {
  const contract = 'acme';
  const all = Array.from({ length: TICKETS }, (_, index) => index + 1);
  const lanes = all.map((id) => ({
    id,
    contract,
    client_ticket: String(id),
    client_number: `INC${id}`,
    provider_ticket: `e-CS${id}`,
    state: JSON.stringify(NEW_LANE_STATE),
    ambiguous: false,
    wanted: 1,
    owner: IDS.includes(id) ? 'me' : null,
    fence: 1,
  }));
  const inbox = all.map((id) => ({
    id,
    contract,
    lane_id: id,
    message_id: `message-${id}`,
    message_group: `e-CS${id}`,
    transaction_type: 'Update',
    sent_at: NOW,
    sequence: '1',
    sequence_order: '1',
    client_reference_available: true,
    body: '{}',
    accepted_at: NOW,
    outcome: 'applied',
    settled_at: NOW,
  }));
  const ledger = all.map((id) => ({
    contract,
    lane_id: id,
    client_id: String(id),
    origin: 'client',
    at: NOW,
  }));
  const seen = all.map((id) => ({
    contract,
    source: 'tickets',
    row_key: String(id),
    mark: 'm',
    changed_at: NOW,
  }));
  await knex.batchInsert(named('bh_lanes'), lanes, ROWS_AT_ONCE);
  await knex.batchInsert(named('bh_inbox'), inbox, ROWS_AT_ONCE);
  await knex.batchInsert(named('bh_ledger'), ledger, ROWS_AT_ONCE);
  await knex.batchInsert(named('bh_seen_rows'), seen, ROWS_AT_ONCE);
}

/** In a transaction of which nothing stays. */
async function undone<T>(knex: Knex, work: (transaction: Knex.Transaction) => Promise<T>): Promise<T> {
  const transaction = await knex.transaction();
  try {
    return await work(transaction);
  } finally {
    await transaction.rollback();
  }
}

describe('what is asked of the store on SQLite', () => {
  let sample: SampleDatabase;
  beforeAll(async () => {
    sample = await sampleDatabase('SQLite', 'acme', NOW, mysql);
    await fill(sample.knex, (table) => table);
  });
  afterAll(() => sample.end());

  test.each(ASKED)('%s goes by an index, beyond the contract alone', async (_, ask) => {
    const { asked, plans } = await undone(sample.knex, async (transaction) => {
      const client = transaction.client as { acquireConnection(): Promise<SqliteConnection> };
      const connection = await client.acquireConnection();
      const prepare = connection.prepare.bind(connection);
      const noted = new Set<string>();
      Object.defineProperty(connection, 'prepare', {
        configurable: true,
        value: (sql: string) => {
          noted.add(sql);
          return prepare(sql);
        },
      });
      const tables = engineTables(null);
      try {
        await ask(openStore({ knex: transaction, kind: 'sqlite', tables, contract: 'acme' }));
      } finally {
        Reflect.deleteProperty(connection, 'prepare');
      }
      const planOf = (sql: string): readonly { readonly detail: string }[] =>
        prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', '1')}`).all() as readonly {
          readonly detail: string;
        }[];
      return { asked: [...noted], plans: [...noted].flatMap(planOf).map(({ detail }) => detail) };
    });
    expect(asked).not.toEqual([]);
    const wide = plans.filter(
      (plan) =>
        /^(?:SEARCH|SCAN) (?:bh_lanes|lanes|bh_inbox|inbox|bh_ledger|bh_journal|bh_seen_rows)\b/.test(plan) &&
        (plan.startsWith('SCAN') || plan.endsWith('(contract=?)')),
    );
    expect(wide).toEqual([]);
  });
});

describe('what is asked of the store on MariaDB', () => {
  let sample: SampleDatabase;
  let schema: string;
  beforeAll(async () => {
    sample = await sampleDatabase('MariaDB', 'acme', NOW, mysql);
    schema = sample.itsm.database.engineSchema;
    await fill(sample.knex, (table) => `${schema}.${table}`);
  });
  afterAll(() => sample.end());

  test.each(ASKED)('%s looks at few rows', async (_, ask) => {
    const looked = await undone(sample.knex, async (transaction) => {
      const read = async (): Promise<number> => {
        const [rows] = (await transaction.raw("SHOW SESSION STATUS LIKE 'Handler_read%'")) as [
          readonly { readonly Value: string }[],
        ];
        return rows.reduce((sum, { Value: value }) => sum + Number(value), 0);
      };
      const before = await read();
      const tables = engineTables(schema);
      await ask(openStore({ knex: transaction, kind: 'mysql', tables, contract: 'acme' }));
      return (await read()) - before;
    });
    expect(looked).toBeLessThan(ROWS_MAX);
  });
});
