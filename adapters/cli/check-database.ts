import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CompiledContract } from '../../engine/compile/compile-contract.ts';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import { DatabaseUnavailable } from '../../engine/runtime/ports.ts';
import type { Environment } from '../assembly/open-contract.ts';
import { DatabaseMisconfigured } from '../database/errors.ts';
import { surveyDatabase, type Survey } from '../database/survey/survey.ts';
import { fillSetting } from '../settings/fill-setting.ts';

export type DatabaseCheck =
  | ({ readonly kind: 'looked' } & Survey)
  /** Nothing could be looked at, for these reasons; never with a secret in them. */
  | ({ readonly kind: 'failed'; readonly reasons: readonly string[] } & Survey);

const failed = (reason: string): DatabaseCheck => ({
  kind: 'failed',
  diagnostics: [],
  silenced: [],
  notes: ['the database could not be looked at'],
  reasons: [reason],
});

/** Holds a contract that compiles against its live database, of which only the connection's settings are needed. */
export async function checkDatabase(
  { contract, files }: CompiledContract & ContractSource,
  { environment, now }: { readonly environment: Environment; readonly now: Instant },
): Promise<DatabaseCheck> {
  if (contract === null) {
    const notes = ['the database was not looked at: the contract has errors'];
    return { kind: 'looked', diagnostics: [], silenced: [], notes };
  }
  const { connection } = contract.itsm.database;
  const filled = fillSetting(connection, environment, (file) => readFileSync(path.resolve(file), 'utf8'));
  if (filled.kind === 'missing') return failed(filled.reason);
  try {
    return { kind: 'looked', ...(await surveyDatabase(contract, files, filled.text, now)) };
  } catch (error) {
    if (!(error instanceof DatabaseMisconfigured || error instanceof DatabaseUnavailable)) throw error;
    return failed(`${contract.name}: ${error.message}`);
  }
}
