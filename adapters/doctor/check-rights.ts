import type { Knex } from 'knex';
import type { Contract } from '../../engine/domain/contract.ts';
import { connect } from '../database/connect.ts';
import { engineTables } from '../database/engine-tables.ts';
import { driverWords, failureOf } from '../database/errors.ts';
import { plural } from '../operators/list-text.ts';
import { fail, ok, type Check } from './check.ts';
import { grantChecks } from './check-grants.ts';
import { neededRights, type NeededRights } from './needed-rights.ts';

/** What the server says to who may not. */
const DENIED = /^ER_(?:TABLE|COLUMN|DB)?ACCESS_?DENIED_ERROR$/;

type Tried = { readonly table: string; readonly what: string; readonly words: string };

/**
 * Tries every statement that the engine makes, on no row at all (`WHERE 1 = 0`), in a transaction that is rolled back: the
 * server asks for the right all the same. Then looks at the grants for what is more than needed.
 * @param hasEngineTables false: they are made at the first start
 */
export async function checkRights(
  contract: Contract,
  connection: string,
  hasEngineTables: boolean,
): Promise<readonly Check[]> {
  const database = connect(connection);
  const { knex, kind } = database;
  const schema = kind === 'mysql' ? contract.itsm.database.engineSchema : null;
  const needed = neededRights(contract);
  try {
    const trouble: Tried[] = [];
    const transaction = await knex.transaction();
    try {
      for (const one of needed) trouble.push(...(await tryTable(transaction, one)));
      if (hasEngineTables)
        for (const table of Object.values<string>({ ...engineTables(schema) }))
          trouble.push(...(await tryEngineTable(transaction, table)));
    } finally {
      await transaction.rollback();
    }
    const written = needed.filter(({ insert, update }) => insert.length + update.length > 0);
    const tried = `${plural(needed.length, 'table')} read, ${written.length} written${hasEngineTables ? ", the engine's own too" : ''}: tried on no row, and rolled back`;
    return [
      ...(trouble.length === 0 ? [ok('rights', tried)] : troubleChecks(trouble, database.name)),
      ...(kind === 'mysql' ? await grantChecks(knex, contract, needed, hasEngineTables) : []),
    ];
  } catch (error) {
    if (failureOf(error) === 'unknown') throw error;
    return [fail('rights', `they cannot be tried: ${driverWords(error)}`)];
  } finally {
    await knex.destroy();
  }
}

function troubleChecks(trouble: readonly Tried[], name: string): readonly Check[] {
  const [first] = trouble;
  const isReadOnly = trouble.every(({ words }) => /read[-_ ]?only/i.test(words));
  if (first !== undefined && isReadOnly)
    return [
      fail(
        'rights',
        `${name} takes no writes: ${first.words}`,
        'a replica, a server with read_only, or a file that may not be written',
      ),
    ];
  return trouble.map(({ table, what, words }) =>
    fail(
      'rights',
      `${what} on ${table}: ${words}`,
      `GRANT ${what} ON ${table} TO this user (docs/itsm.md has all of them)`,
    ),
  );
}

async function tryTable(knex: Knex, needed: NeededRights): Promise<readonly Tried[]> {
  const { table, select, insert, update } = needed;
  const none = (): Knex.QueryBuilder => knex(table).whereRaw('1 = 0');
  return [
    ...(await attempt(table, 'SELECT', () => none().select(...select))),
    ...(insert.length === 0
      ? []
      : await attempt(table, 'INSERT', () =>
          knex.raw(`INSERT INTO ?? (${marks(insert)}) SELECT ${marks(insert)} FROM ?? WHERE 1 = 0`, [
            table,
            ...insert,
            ...insert,
            table,
          ]),
        )),
    ...(update.length === 0
      ? []
      : await attempt(table, 'UPDATE', () =>
          none().update(Object.fromEntries(update.map((column) => [column, knex.ref(column)]))),
        )),
  ];
}

const marks = (columns: readonly string[]): string => columns.map(() => '??').join(', ');

async function tryEngineTable(knex: Knex, table: string): Promise<readonly Tried[]> {
  const none = (): Knex.QueryBuilder => knex(table).whereRaw('1 = 0');
  return [
    ...(await attempt(table, 'SELECT', () => none().select(knex.raw('1')))),
    ...(await attempt(table, 'INSERT', () =>
      knex.raw('INSERT INTO ?? SELECT * FROM ?? WHERE 1 = 0', [table, table]),
    )),
    ...(await attempt(table, 'DELETE', () => none().delete())),
  ];
}

/** What is denied, or names nothing that is there. What only a row could be refused for is no matter of rights. */
async function attempt(
  table: string,
  what: string,
  statement: () => PromiseLike<unknown>,
): Promise<readonly Tried[]> {
  try {
    await statement();
    return [];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const failure = failureOf(error);
    if (DENIED.test(code) || failure === 'unavailable' || failure === 'unknown')
      return [{ table, what, words: driverWords(error) }];
    return [];
  }
}
