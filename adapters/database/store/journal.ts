import type { JournalEntry } from '../../../engine/domain/journal.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { rowValues, valuesOfRows } from '../prepared.ts';
import { type LaneRow, readLane } from './lane-row.ts';
import { chunks } from './chunks.ts';
import type { Scope } from './scope.ts';
import type { BulkStore } from './write-behind.ts';

interface JournalRow {
  readonly id: number;
  readonly contract: string;
  readonly at: number;
  readonly lane_id: number | null;
  readonly client_number: string | null;
  readonly provider_ticket: string | null;
  readonly direction: JournalEntry['direction'];
  readonly transaction: string;
  readonly transaction_id: string | null;
  readonly outcome: JournalEntry['outcome'];
  readonly rule: string | null;
  readonly summary: string;
  readonly detail: string;
  readonly rules_hash: string | null;
  readonly git_commit: string | null;
}

/** What the wire calls a number may be anything: the journal takes it all the same. */
const NAME_LENGTH_MAX = 191;
export const clipped = <T extends string | null>(text: T): T =>
  (text?.slice(0, NAME_LENGTH_MAX) ?? null) as T;

type JournalStore = Pick<BulkStore, 'journal' | 'journalAll' | 'readJournal' | 'backlog'>;

export function journalStore({ knex, tables, contract, prepared }: Scope): JournalStore {
  const lanes = () => knex<LaneRow>(tables.lanes).where({ contract });
  const journalAll = async (entries: readonly JournalEntry[]): Promise<void> => {
    for (const some of chunks(entries)) {
      const rows = some.map(journalRow);
      await prepared.inserted(`journal, ${rows.length}`, rowValues(rows), (given) =>
        knex(tables.journal).insert(valuesOfRows(given, rows).map((row) => ({ contract, ...row }))),
      );
    }
  };
  return {
    journal: (entry) => journalAll([entry]),
    journalAll,

    async readJournal({ ticket, limit }) {
      const query = knex<JournalRow>(tables.journal).where({ contract });
      if (ticket !== null) {
        // What was written before the other side's number was known belongs to the ticket too.
        const ofTicket = lanes()
          .where((lane) => void lane.where({ client_number: ticket }).orWhere({ provider_ticket: ticket }))
          .select('id');
        void query.where(
          (entry) =>
            void entry
              .where({ client_number: ticket })
              .orWhere({ provider_ticket: ticket })
              .orWhereIn('lane_id', ofTicket),
        );
      }
      const rows = await query.orderBy('id', 'desc').limit(limit);
      return rows.reverse().map(readEntry);
    },

    async backlog() {
      const count = async (query: { count(as: { n: string }): PromiseLike<unknown> }): Promise<number> => {
        const [row] = (await query.count({ n: '*' })) as readonly { readonly n: number | string }[];
        return Number(row?.n ?? 0);
      };
      const parked = await lanes().whereNotNull('parked_at').orderBy(['parked_at', 'id']);
      return {
        messagesWaiting: await count(knex(tables.inbox).where({ contract }).whereNull('outcome')),
        ambiguous: await count(lanes().where({ ambiguous: true })),
        parked: parked
          .map(readLane)
          .flatMap((lane) => (lane.parked === null ? [] : [{ lane, parked: lane.parked }])),
        lanesDue: await count(lanes().whereNotNull('due_at')),
      };
    },
  };
}

const journalRow = (entry: JournalEntry) => ({
  at: entry.at,
  lane_id: entry.laneId,
  client_number: clipped(entry.clientNumber),
  provider_ticket: clipped(entry.providerTicket),
  direction: entry.direction,
  transaction: clipped(entry.transaction),
  transaction_id: clipped(entry.transactionId),
  outcome: entry.outcome,
  rule: entry.rule,
  summary: entry.summary,
  detail: JSON.stringify(entry.detail),
  rules_hash: entry.rules?.hash ?? null,
  git_commit: entry.rules?.commit ?? null,
});

const readEntry = (row: JournalRow): JournalEntry => ({
  at: row.at,
  laneId: row.lane_id,
  clientNumber: row.client_number,
  providerTicket: row.provider_ticket,
  direction: row.direction,
  transaction: row.transaction,
  transactionId: row.transaction_id,
  outcome: row.outcome,
  rule: row.rule,
  summary: row.summary,
  detail: JSON.parse(row.detail) as JsonObject,
  rules: row.rules_hash === null ? null : { hash: row.rules_hash, commit: row.git_commit },
});
