import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openItsm } from '../../../adapters/database/itsm/itsm.ts';
import { type Statement, writeStatements } from '../../../adapters/database/itsm/statements.ts';
import type { ItsmWrite } from '../../../adapters/rehearsal/rehearsal.ts';
import { type Itsm, ItsmRefused } from '../../../engine/runtime/ports.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { acmeItsm, globexItsm } from '../../support/sample-itsm.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');

interface Run {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What a value in brackets was in the database. */
const comparable = (
  statements: readonly (Run | Statement)[],
  shown: readonly Statement[],
): readonly unknown[] =>
  statements.map(({ sql, values }, index) => ({
    sql,
    values: values.map((value, at) => {
      const said = shown[index]?.values[at];
      return typeof said === 'string' && said.startsWith('(')
        ? said
        : value === null
          ? null
          : JSON.stringify(value).replaceAll(`"`, ``);
    }),
  }));

describe.each(['acme', 'globex'] as const)('the statements of a write to %s', (client) => {
  let sample: SampleDatabase;
  beforeAll(async () => {
    sample = await sampleDatabase('SQLite', client, NOW, () => '');
  });
  afterAll(async () => sample.end());

  /** Does it on SQLite, and notes what was run. */
  const running = async <T>(
    work: (itsm: Itsm) => Promise<T>,
  ): Promise<{ result: T; run: readonly Run[] }> => {
    const run: Run[] = [];
    const note = (query: { readonly sql: string; readonly bindings?: readonly unknown[] }): void => {
      run.push({ sql: query.sql, values: query.bindings ?? [] });
    };
    sample.knex.on('query', note);
    try {
      return { result: await work(openItsm(sample.knex, sample.itsm)), run };
    } finally {
      sample.knex.off('query', note);
    }
  };

  /** Statements that are always run, and those whose condition held. */
  const shownFor = async (write: ItsmWrite, isMet: boolean): Promise<readonly Statement[]> =>
    (await writeStatements(sample.itsm, 'sqlite', write, NOW)).filter(
      ({ condition }) => condition === null || isMet,
    );

  const fields =
    client === 'acme'
      ? {
          kind: 'incident',
          title: `It's "new"`,
          status: 'New',
          priority: 'P2',
          starts_at: '2026-06-02T06:00:00Z',
          group: 'Mainframe Ops',
          caller: 'bridge@acme.example',
          custom: { cost_center: '4711' },
        }
      : {
          type: 'IN',
          subject: 'x',
          text: 'x',
          state: '2',
          impact: 'low',
          urgency: 'low',
          environment: 'PROD',
          team: 'UNIX',
          reporter: 'EBRIDGE',
          custom: { maintenance_window: 'So 04:00', asset_tag: null },
        };
  const key = client === 'acme' ? '1' : '101';

  test('are those that a new ticket is inserted by', async () => {
    const { result, run } = await running((itsm) => itsm.insertTicket(fields, NOW));
    const shown = await shownFor({ kind: 'insert-ticket', key: result, fields }, true);
    expect(comparable(shown, shown)).toEqual(comparable(run, shown));
  });

  test('are those that a ticket is updated by', async () => {
    const { run } = await running((itsm) => itsm.updateTicket(key, fields, NOW));
    const shown = await shownFor({ kind: 'update-ticket', key, fields }, client === 'globex');
    expect(comparable(shown, shown)).toEqual(comparable(run, shown));
    expect(await shownFor({ kind: 'update-ticket', key, fields: {} }, true)).toEqual([]);
  });

  test('are those that the provider’s number is written by', async () => {
    for (const providerNumber of ['e-CS1', null]) {
      const { run } = await running((itsm) => itsm.setProviderNumber(key, providerNumber, NOW));
      const shown = await shownFor({ kind: 'set-provider-number', key, providerNumber }, true);
      expect(comparable(shown, shown)).toEqual(comparable(run, shown));
    }
  });

  test('are those that a comment is inserted by', async () => {
    const comment =
      client === 'acme'
        ? { body: 'x', author: 'bridge@acme.example', public: 'true' }
        : { text: 'x', who: 'A. Person', visibility: 'C' };
    const { result, run } = await running((itsm) => itsm.insertComment(key, comment, NOW));
    const shown = await shownFor(
      { kind: 'insert-comment', key: result, ticketKey: key, fields: comment },
      true,
    );
    expect(comparable(shown, shown)).toEqual(comparable(run, shown));
  });
});

describe('a write as statements', () => {
  test('shows what only the database knows by what it refers to', async () => {
    const write: ItsmWrite = {
      kind: 'update-ticket',
      key: '42',
      fields: { status: 'On Hold', group: 'Mainframe Ops', custom: { cost_center: '1' } },
    };
    expect(await writeStatements(acmeItsm, 'mysql', write, NOW)).toEqual([
      {
        sql: 'select `id` as `key`, `name` as `value` from `groups` where `name` = ? order by `id` asc',
        values: ['Mainframe Ops'],
        condition: null,
      },
      {
        sql: 'update `tickets` set `updated_at` = ?, `status` = ?, `group_id` = ? where `id` = ? and `deleted` = ?',
        values: ['2026-06-01 12:00:00', 'On Hold', '(groups.id of "Mainframe Ops")', '42', 0],
        condition: null,
      },
      {
        sql: 'select `t`.`id` as `value` from `tickets` as `t` where `t`.`deleted` = ? and `t`.`id` = ?',
        values: [0, '42'],
        condition: null,
      },
      {
        sql: 'update `custom_values` set `value` = ?, `changed_at` = ? where `ticket_id` = ? and `field` = ?',
        values: ['1', '2026-06-01 12:00:00', '42', 'cost_center'],
        condition: null,
      },
      {
        sql: 'insert into `custom_values` (`changed_at`, `field`, `ticket_id`, `value`) values (?, ?, ?, ?)',
        values: ['2026-06-01 12:00:00', 'cost_center', '42', '1'],
        condition: 'where the ticket has no row for cost_center yet',
      },
    ]);
  });

  test('is refused where the column does not take the value', async () => {
    const write: ItsmWrite = { kind: 'update-ticket', key: '1', fields: { state: 'open' } };
    await expect(writeStatements(globexItsm, 'sqlite', write, NOW)).rejects.toThrow(ItsmRefused);
  });
});
