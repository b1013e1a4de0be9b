import { DatabaseMisconfigured } from './errors.ts';

/** The engine's own tables by their full names: in a schema of their own, or, on SQLite, beside the ITSM's. */
export interface EngineTables {
  readonly lanes: string;
  readonly inbox: string;
  readonly ledger: string;
  readonly cursors: string;
  readonly seenRows: string;
  readonly journal: string;
  readonly rules: string;
  readonly proofs: string;
  readonly alarms: string;
  readonly instances: string;
  readonly duty: string;
  readonly downloads: string;
  readonly chunks: string;
  readonly uploads: string;
}

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_$]{0,63}$/;

/** @param schema null: no schema (SQLite). */
export function engineTables(schema: string | null): EngineTables {
  if (schema !== null && !PLAIN_NAME.test(schema))
    throw new DatabaseMisconfigured(
      `engine_schema ${JSON.stringify(schema)} is not a plain name of letters, digits and _`,
    );
  const named = (table: string): string => (schema === null ? table : `${schema}.${table}`);
  return {
    lanes: named('bh_lanes'),
    inbox: named('bh_inbox'),
    ledger: named('bh_ledger'),
    cursors: named('bh_cursors'),
    seenRows: named('bh_seen_rows'),
    journal: named('bh_journal'),
    rules: named('bh_rules'),
    proofs: named('bh_proofs'),
    alarms: named('bh_alarms'),
    instances: named('bh_instances'),
    duty: named('bh_duty'),
    downloads: named('bh_downloads'),
    chunks: named('bh_chunks'),
    uploads: named('bh_uploads'),
  };
}
