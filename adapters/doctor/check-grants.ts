import type { Knex } from 'knex';
import type { Contract } from '../../engine/domain/contract.ts';
import { ok, warn, type Check } from './check.ts';
import type { NeededRights } from './needed-rights.ts';

/** `GRANT SELECT, INSERT ON itsm.tickets TO …`, as the server shows it. */
export interface Grant {
  readonly rights: readonly string[];
  /** `*` for all. */
  readonly schema: string;
  readonly table: string;
  readonly grantsOn: boolean;
}

/** Null: a line that grants a role, or none that is understood. */
export function readGrant(line: string): Grant | null {
  const [, rights, schema, table, rest] =
    /^GRANT (.+?) ON (?:TABLE )?(`[^`]+`|\*)\.(`[^`]+`|\*) TO (.*)$/s.exec(line) ?? [];
  if (rights === undefined || schema === undefined || table === undefined) return null;
  return {
    // Columns of a right are not told apart: `UPDATE (a, b)`.
    rights: rights
      .replaceAll(/\([^)]*\)/g, '')
      .split(',')
      .map((right) => right.trim().toUpperCase()),
    schema: plain(schema),
    table: plain(table),
    grantsOn: /WITH GRANT OPTION/i.test(rest ?? ''),
  };
}

const plain = (name: string): string => name.replaceAll('`', '').replaceAll('\\_', '_');

const NEEDED_IN_ITSM: ReadonlySet<string> = new Set(['SELECT', 'INSERT', 'UPDATE', 'USAGE']);
const FOR_UPDATES = ['CREATE', 'ALTER', 'INDEX'];

/** What this user may do beyond what the engine needs, and whether it can make and update its own tables. */
export async function grantChecks(
  knex: Knex,
  { itsm }: Contract,
  needed: readonly NeededRights[],
  hasEngineTables: boolean,
): Promise<readonly Check[]> {
  const [[session]] = (await knex.raw('SELECT DATABASE() AS own')) as [[{ readonly own: string }]];
  const lines = await grantLines(knex);
  const grants = lines.map(readGrant).filter((grant) => grant !== null);
  const engine = itsm.database.engineSchema;
  const checks: Check[] = [...(await idleRoles(knex, lines))];

  const makes = grants.filter(({ schema, table }) => table === '*' && (schema === '*' || schema === engine));
  const missing = FOR_UPDATES.filter((right) => !makes.some(({ rights }) => has(rights, right)));
  if (missing.length > 0)
    checks.push(
      warn(
        'rights',
        `${missing.join(', ')} on ${engine} is missing: ${hasEngineTables ? 'a later version could not update its tables' : 'the engine cannot make its tables'}`,
        `GRANT ALL ON ${engine}.* TO this user`,
      ),
    );
  const excess = grants.flatMap((grant) => excessOf(grant, session.own, engine, needed));
  checks.push(
    ...(excess.length === 0
      ? [ok('rights', 'no more than is needed, by SHOW GRANTS')]
      : excess.map((text) =>
          warn(
            'rights',
            `more than is needed: ${text}`,
            'docs/itsm.md, "Rights on MySQL and MariaDB", has what is',
          ),
        )),
  );
  return checks;
}

/**
 * What this user may do as it is connected: MariaDB shows the rights of the role that its connections have among its own, those of
 * roles within it too.
 */
async function grantLines(knex: Knex): Promise<readonly string[]> {
  const [rows] = (await knex.raw('SHOW GRANTS')) as [readonly Readonly<Record<string, string>>[]];
  return rows.flatMap((row) => Object.values(row));
}

/** Null: the line grants no role. */
export const readRole = (line: string): string | null =>
  /^GRANT `([^`]+)`(?:@`[^`]*`)? TO /.exec(line)?.[1] ?? null;

/** A role that is granted and not the default is one that no connection of the engine's has. */
async function idleRoles(knex: Knex, lines: readonly string[]): Promise<readonly Check[]> {
  const roles = lines.map(readRole).filter((role) => role !== null);
  if (roles.length === 0) return [];
  const [[session]] = (await knex.raw('SELECT CURRENT_ROLE() AS role')) as [
    [{ readonly role: string | null }],
  ];
  if (session.role !== null && session.role.toUpperCase() !== 'NONE') return [];
  const [first = ''] = roles;
  return [
    warn(
      'rights',
      `the role ${roles.join(', ')} is granted, and no connection has it: it is not the default`,
      `SET DEFAULT ROLE ${first} FOR this user`,
    ),
  ];
}

const has = (rights: readonly string[], right: string): boolean =>
  rights.includes(right) || rights.includes('ALL PRIVILEGES') || rights.includes('ALL');

function excessOf(
  { rights, schema, table, grantsOn }: Grant,
  own: string,
  engine: string,
  needed: readonly NeededRights[],
): readonly string[] {
  const where = `${schema}.${table}`;
  const more = grantsOn ? [`passing on rights on ${where}`] : [];
  const others = rights.filter((right) => right !== 'USAGE');
  if (schema === engine && engine !== own) return more;
  if (schema === '*') return others.length === 0 ? more : [`${others.join(', ')} on ${where}`, ...more];
  const beyond = others.filter((right) => !NEEDED_IN_ITSM.has(right));
  if (beyond.length > 0) return [`${beyond.join(', ')} on ${where}`, ...more];
  const writes = others.filter((right) => right === 'INSERT' || right === 'UPDATE');
  const written = needed.filter(({ insert, update }) => insert.length + update.length > 0);
  const isNeeded =
    writes.length === 0 ||
    (table !== '*' && written.some((one) => one.table === table || one.table === where));
  return isNeeded
    ? more
    : [
        `${writes.join(', ')} on ${where} (written are ${written.map((one) => one.table).join(', ')})`,
        ...more,
      ];
}
