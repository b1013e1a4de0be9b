import type { Knex } from 'knex';
import type { Connected } from './connect.ts';
import { DatabaseMisconfigured, driverWords, failureOf, unavailable } from './errors.ts';
import * as engineTables001 from './migrations/001-engine-tables.ts';
import * as rulesVersion002 from './migrations/002-rules-version.ts';
import * as leases003 from './migrations/003-leases.ts';
import * as alarms004 from './migrations/004-alarms.ts';
import * as operators005 from './migrations/005-operators.ts';
import * as attachments006 from './migrations/006-attachments.ts';
import * as uploads007 from './migrations/007-uploads.ts';
import * as givenUpFiles008 from './migrations/008-given-up-files.ts';
import * as unansweredLanes009 from './migrations/009-unanswered-lanes.ts';
import { oneByOne, runTransaction } from './transactions.ts';

interface Step {
  readonly name: string;
  readonly up: (knex: Knex, schema: string | null) => Promise<void>;
}

/** In order; a step that was released is never changed. One that is missing before others that were taken is made up for. */
const STEPS: readonly Step[] = [
  { name: '001-engine-tables', up: engineTables001.up },
  { name: '002-rules-version', up: rulesVersion002.up },
  { name: '003-leases', up: leases003.up },
  { name: '004-alarms', up: alarms004.up },
  { name: '005-operators', up: operators005.up },
  { name: '006-attachments', up: attachments006.up },
  { name: '007-uploads', up: uploads007.up },
  { name: '008-given-up-files', up: givenUpFiles008.up },
  { name: '009-unanswered-lanes', up: unansweredLanes009.up },
];

const MIGRATIONS_TABLE = 'bh_migrations';

/** How long one process waits for another that migrates the same tables. */
const MIGRATION_LOCK_SECONDS = 60;

/**
 * Makes or updates the engine's tables; the ITSM's are never touched. Several processes may do so at once: on SQLite
 * it is one transaction, on MySQL it is done under a named lock that ends with its session, so that a process that
 * dies in the middle blocks nobody.
 * @returns the names of the steps that were taken now.
 */
export async function migrate(database: Connected, schema: string | null): Promise<readonly string[]> {
  try {
    if (schema === null)
      return await runTransaction(
        oneByOne(database.knex),
        () => 0.5,
        (transaction) => takeSteps(transaction, null),
      );
    await makeSchema(database, schema);
    return await underLock(database.knex, `bridgehead migrates ${schema}`.slice(0, 64), () =>
      takeSteps(database.knex, schema),
    );
  } catch (error) {
    const failure = failureOf(error);
    throw failure === 'unavailable' || failure === 'contended' ? unavailable(error) : error;
  }
}

/** The steps that the next start takes; null: there are no engine tables at all. Only reads. */
export async function pendingSteps(
  { knex, kind }: { readonly knex: Knex; readonly kind: Connected['kind'] },
  schema: string | null,
): Promise<readonly string[] | null> {
  const table = schema === null ? MIGRATIONS_TABLE : `${schema}.${MIGRATIONS_TABLE}`;
  const there: readonly unknown[] =
    kind === 'sqlite'
      ? await knex('sqlite_master').where({ type: 'table', name: MIGRATIONS_TABLE }).select('name')
      : await knex('information_schema.tables')
          .where({ table_schema: schema, table_name: MIGRATIONS_TABLE })
          .select('table_name');
  if (there.length === 0) return null;
  const taken: readonly { readonly name: string }[] = await knex(table).select('name');
  return STEPS.map(({ name }) => name).filter((name) => !taken.some((one) => one.name === name));
}

async function takeSteps(knex: Knex, schema: string | null): Promise<readonly string[]> {
  const config: Knex.MigratorConfig = {
    tableName: MIGRATIONS_TABLE,
    ...(schema === null ? {} : { schemaName: schema }),
    disableTransactions: true,
    migrationSource: {
      getMigrations: async () => STEPS.map((step) => step.name),
      getMigrationName: (name: string) => name,
      getMigration: async (name: string) => ({
        up: async (on: Knex) => STEPS.find((step) => step.name === name)?.up(on, schema),
        down: async () => {
          throw new Error('the engine tables are not migrated backwards');
        },
      }),
    },
  };
  // Ours is the lock that counts; knex's own stays behind when a process dies.
  await knex.migrate.forceFreeMigrationsLock(config);
  const [, taken] = (await knex.migrate.latest(config)) as [number, readonly string[]];
  return taken;
}

async function makeSchema({ knex, name }: Connected, schema: string): Promise<void> {
  const there: readonly unknown[] = await knex
    .withSchema('information_schema')
    .from('schemata')
    .where({ schema_name: schema })
    .select('schema_name');
  if (there.length > 0) return;
  try {
    await knex.raw('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4', [schema]);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code !== 'ER_DBACCESS_DENIED_ERROR' && code !== 'ER_ACCESS_DENIED_ERROR') throw error;
    throw new DatabaseMisconfigured(
      `the schema ${schema} for the engine's own tables is not on ${name}, or this user may not see it, and may ` +
        `not create it (${driverWords(error)}). Have it made: CREATE DATABASE ${schema} CHARACTER SET utf8mb4; ` +
        `GRANT ALL ON ${schema}.* TO this user. Or name another in engine_schema of itsm.yaml.`,
      { cause: error },
    );
  }
}

/** Holds a named lock of the server in a session of its own while `work` runs. */
async function underLock<T>(knex: Knex, lock: string, work: () => Promise<T>): Promise<T> {
  return await knex.transaction(async (session) => {
    const [rows] = (await session.raw('SELECT GET_LOCK(?, ?) AS held', [lock, MIGRATION_LOCK_SECONDS])) as [
      readonly { readonly held: number | null }[],
    ];
    if (rows[0]?.held !== 1)
      throw new DatabaseMisconfigured(
        `another process has held the lock "${lock}" for ${MIGRATION_LOCK_SECONDS} s: is one of them stuck?`,
      );
    try {
      return await work();
    } finally {
      await session.raw('SELECT RELEASE_LOCK(?)', [lock]);
    }
  });
}
