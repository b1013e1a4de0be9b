import type { Knex } from 'knex';
import { rowsOf } from './sql.ts';

/** What the engine's own tables say of one contract. */
export interface EngineBooks {
  /** Every message accepted, by its id, with its outcome; null: it waits. */
  readonly inbox: ReadonlyMap<string, string | null>;
  readonly journal: readonly JournalLine[];
  readonly parked: readonly {
    readonly number: string | null;
    readonly code: string;
    readonly reason: string;
  }[];
  /** Lanes with a call whose answer is missing. */
  readonly ambiguous: number;
}

export interface JournalLine {
  readonly number: string | null;
  readonly theirs: string | null;
  readonly direction: 'in' | 'out';
  readonly transaction: string;
  readonly id: string | null;
  readonly outcome: string;
  readonly summary: string;
}

export async function engineBooks(knex: Knex, schema: string, contract: string): Promise<EngineBooks> {
  const inbox = await rowsOf<{ readonly id: string; readonly outcome: string | null }>(
    knex,
    `SELECT message_id AS id, outcome FROM ${schema}.bh_inbox WHERE contract = ?`,
    [contract],
  );
  const journal = await rowsOf<JournalLine>(
    knex,
    `SELECT client_number AS number, provider_ticket AS theirs, direction, \`transaction\`, transaction_id AS id, outcome, summary
     FROM ${schema}.bh_journal WHERE contract = ? ORDER BY id`,
    [contract],
  );
  const parked = await rowsOf<EngineBooks['parked'][number]>(
    knex,
    `SELECT client_number AS number, parked_code AS code, parked_reason AS reason FROM ${schema}.bh_lanes WHERE contract = ? AND parked_at IS NOT NULL`,
    [contract],
  );
  const [lanes] = await rowsOf<{ readonly ambiguous: number | string }>(
    knex,
    `SELECT COUNT(*) AS ambiguous FROM ${schema}.bh_lanes WHERE contract = ? AND ambiguous`,
    [contract],
  );
  return {
    inbox: new Map(inbox.map(({ id, outcome }) => [id, outcome])),
    journal,
    parked,
    ambiguous: Number(lanes?.ambiguous ?? 0),
  };
}
