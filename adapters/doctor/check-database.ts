import type { Knex } from 'knex';
import type { CompiledContract } from '../../engine/compile/compile-contract.ts';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { DatabaseUnavailable } from '../../engine/runtime/ports.ts';
import { DatabaseMisconfigured } from '../database/errors.ts';
import { pendingSteps } from '../database/migrate.ts';
import { readOnly } from '../database/read-only.ts';
import { clockSkewStore } from '../database/store/clock-skew.ts';
import { namedParts } from '../database/survey/named-columns.ts';
import { readMysqlSchema } from '../database/survey/mysql-schema.ts';
import { surveyDatabase } from '../database/survey/survey.ts';
import { plural } from '../operators/list-text.ts';
import { skewCheck } from './check-bridge.ts';
import { fail, notChecked, ok, warn, type Check } from './check.ts';
import { checkRights } from './check-rights.ts';

/** What was found of the database; `hasEngineTables` also says whether there is a journal to look at. */
export interface DatabaseChecks {
  readonly checks: readonly Check[];
  readonly hasEngineTables: boolean;
  /** They are those of this version. */
  readonly isUpToDate: boolean;
}

/** Whether it is there, its clock, charsets, the engine's tables, rights, and whether it is what itsm.yaml describes. */
export async function checkDatabase(
  { contract, files }: CompiledContract & ContractSource & { readonly contract: Contract },
  folder: string,
  connection: string,
): Promise<DatabaseChecks> {
  const checks: Check[] = [];
  let pending: readonly string[] | null;
  try {
    pending = await readOnly(connection, async ({ knex, kind, name }) => {
      checks.length = 0;
      checks.push(ok('database', `${name} can be read`));
      const schema = kind === 'mysql' ? contract.itsm.database.engineSchema : null;
      if (kind === 'mysql') {
        const skew = await clockSkewStore({ knex, kind }).clockSkew();
        if (skew !== null)
          checks.push(skewCheck("the database's clock", skew, contract.alarms.thresholds['clock-skew']));
        checks.push(...(await charsetChecks(knex, contract)));
      } else checks.push(notChecked('charset', 'SQLite holds every character'));
      return pendingSteps({ knex, kind }, schema);
    });
  } catch (error) {
    if (!(error instanceof DatabaseMisconfigured || error instanceof DatabaseUnavailable)) throw error;
    checks.push(
      fail(
        'database',
        error.message,
        'is `database.connection` right, and is the server up and open to this machine?',
      ),
    );
    return { checks, hasEngineTables: false, isUpToDate: false };
  }
  checks.push(tablesCheck(pending));
  const hasEngineTables = pending !== null;
  checks.push(...(await checkRights(contract, connection, pending?.length === 0)));
  checks.push(...(await surveyChecks(contract, files, folder, connection)));
  return { checks, hasEngineTables, isUpToDate: pending?.length === 0 };
}

function tablesCheck(pending: readonly string[] | null): Check {
  if (pending === null)
    return warn(
      'tables',
      'the engine has no tables here yet: this contract has never run',
      'the first start makes them',
    );
  if (pending.length === 0) return ok('tables', "the engine's tables are up to date");
  return warn(
    'tables',
    `the engine's tables lack ${plural(pending.length, 'step')}: ${pending.join(', ')}`,
    'the next start of `run` takes them; processes of an older version are stopped first',
  );
}

/** The session must be utf8mb4, and every text column that is named: others lose what they cannot hold, or refuse it. */
async function charsetChecks(knex: Knex, { itsm }: Contract): Promise<readonly Check[]> {
  const [[session]] = (await knex.raw(
    'SELECT @@character_set_client AS client, @@character_set_connection AS connection, @@character_set_results AS results',
  )) as [[Readonly<Record<string, string>>]];
  const others = Object.entries(session).filter(([, charset]) => charset !== 'utf8mb4');
  const { tables, columns } = namedParts(itsm);
  const schema = await readMysqlSchema(knex, [...new Set(tables.map(({ table }) => table))]);
  const narrow = new Map<string, Set<string>>();
  for (const { table, column } of columns) {
    const charset = schema.tables.get(table)?.columns.find(({ name }) => name === column)?.characterSet;
    if (charset == null || charset === 'utf8mb4') continue;
    const key = `${table} (${charset})`;
    narrow.set(key, (narrow.get(key) ?? new Set()).add(column));
  }
  const found = [...narrow].map(([table, names]) => `${table}: ${[...names].join(', ')}`);
  return [
    others.length === 0
      ? ok('charset', 'the connection is utf8mb4')
      : fail(
          'charset',
          `the connection is ${others.map(([name, charset]) => `${name} ${charset}`).join(', ')}`,
        ),
    found.length === 0
      ? ok('charset', 'every named text column is utf8mb4')
      : warn(
          'charset',
          `columns that do not hold every character: ${found.join('; ')}`,
          'a ticket with another character (an emoji, say) is parked; ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4',
        ),
  ];
}

async function surveyChecks(
  contract: Contract,
  files: ReadonlyMap<string, string>,
  folder: string,
  connection: string,
): Promise<readonly Check[]> {
  const { diagnostics, notes } = await surveyDatabase(contract, files, connection, Date.now());
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const newest = notes.at(-1) ?? '';
  if (diagnostics.length === 0) return [ok('itsm.yaml', `it is what the database has; ${newest}`)];
  const text = `${plural(errors, 'error')} and ${plural(diagnostics.length - errors, 'warning')} when it is held against the database; ${newest}`;
  return [
    (errors > 0 ? fail : warn)(
      'itsm.yaml',
      text,
      `bridgehead check ${folder} --database says which, and where`,
    ),
  ];
}
