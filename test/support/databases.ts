import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { connect } from '../../adapters/database/connect.ts';
import { type OpenDatabase, openDatabase } from '../../adapters/database/open-database.ts';
import { loadSampleItsm, type SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import type { ItsmDescription } from '../../engine/domain/itsm-description.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import { acmeItsm, globexItsm } from './sample-itsm.ts';

export type DatabaseKind = 'SQLite' | 'MariaDB';

/** A sample client's tables in a database of their own, and the engine's tables beside them. */
export interface SampleDatabase {
  readonly connection: string;
  readonly itsm: ItsmDescription;
  /** Opened and migrated. */
  readonly database: OpenDatabase;
  /** The same database, opened once more; closed by `end`. */
  another(contract?: string): OpenDatabase;
  /** For what an application or a person does beside the engine, and for looking behind it. */
  readonly knex: Knex;
  /** An engine table's name in `knex`. */
  engineTable(name: string): string;
  end(): Promise<void>;
}

export async function sampleDatabase(
  kind: DatabaseKind,
  client: SampleItsm,
  now: Instant,
  mysqlUrl: () => string,
): Promise<SampleDatabase> {
  const sample = await sampleItsm(client);
  const name = `bh_test_${randomBytes(6).toString('hex')}`;
  const engineSchema = `${name}_engine`;
  const itsm = { ...sample, database: { ...sample.database, engineSchema } };
  const folder = kind === 'SQLite' ? await mkdtemp(join(tmpdir(), 'bridgehead-sqlite-')) : null;
  const connection = folder === null ? `${mysqlUrl()}/${name}` : `sqlite:${join(folder, 'itsm.sqlite')}`;
  if (folder === null) await onServer(mysqlUrl(), `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);

  await loadSampleItsm(connection, client, now);
  const opened: OpenDatabase[] = [];
  const another = (contract: string = client): OpenDatabase => {
    const database = openDatabase({ contract, itsm, connection, jitter: Math.random });
    opened.push(database);
    return database;
  };
  const database = another();
  await database.migrate();
  const { knex } = connect(connection);
  return {
    connection,
    itsm,
    database,
    another,
    knex,
    engineTable: (table) => (folder === null ? `${engineSchema}.${table}` : table),
    async end() {
      await Promise.all([knex.destroy(), ...opened.map((open) => open.close())]);
      if (folder === null)
        await onServer(mysqlUrl(), `DROP DATABASE ${name}`, `DROP DATABASE IF EXISTS ${engineSchema}`);
      else await rm(folder, { recursive: true, force: true });
    },
  };
}

async function sampleItsm(client: SampleItsm): Promise<ItsmDescription> {
  if (client === 'acme') return acmeItsm;
  if (client === 'globex') return globexItsm;
  const { contract } = await loadContract(`rules/${client}`);
  if (contract === null) throw new Error(`rules/${client} does not compile`);
  return contract.itsm;
}

/** Statements without a database of one's own. */
export async function onServer(url: string, ...statements: readonly string[]): Promise<void> {
  const { knex } = connect(`${url}/information_schema`);
  try {
    for (const statement of statements) await knex.raw(statement);
  } finally {
    await knex.destroy();
  }
}
