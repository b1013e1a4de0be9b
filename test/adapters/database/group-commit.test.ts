import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, type Connected } from '../../../adapters/database/connect.ts';
import { GROUP_MAX, groupCommit } from '../../../adapters/database/group-commit.ts';
import { oneByOne, type RunOnce } from '../../../adapters/database/transactions.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

describe('transactions of one SQLite file that wait for each other', () => {
  let folder: string;
  let own: Connected;
  /** Another process's view: what is committed. */
  let other: Connected;
  let run: RunOnce;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-group-'));
    own = connect(`sqlite:${folder}/file.sqlite`);
    other = connect(`sqlite:${folder}/file.sqlite`);
    run = groupCommit(own.knex);
    await own.knex.schema.createTable('rows', (table) => table.integer('n').primary());
  });
  afterEach(async () => {
    await own.knex.destroy();
    await other.knex.destroy();
    await rm(folder, { recursive: true });
  });

  const insert = (n: number) =>
    run(async (knex) => {
      await knex('rows').insert({ n });
      return n;
    });
  const committed = async (): Promise<readonly number[]> =>
    (await other.knex<{ n: number }>('rows').orderBy('n')).map(({ n }) => n);
  const kindOf = ({ kind }: { readonly kind: string }): string => kind;

  test('are committed together, and none is answered before the file has it', async () => {
    const seen: (readonly number[])[] = [];
    const first = run(async (knex) => {
      await knex('rows').insert({ n: 1 });
      await wait(20);
      return 1;
    });
    const second = run(async (knex) => {
      // The first has done its work, and the file does not have it yet.
      seen.push(await committed());
      await knex('rows').insert({ n: 2 });
      return 2;
    });
    const answers = await Promise.all([
      first.then(async (answer) => [answer, await committed()]),
      second.then(async (answer) => [answer, await committed()]),
    ]);

    expect(seen).toEqual([[]]);
    expect(answers).toEqual([
      [{ kind: 'committed', value: 1 }, [1, 2]],
      [{ kind: 'committed', value: 2 }, [1, 2]],
    ]);
  });

  test('are many groups where they are many', async () => {
    const all = Array.from({ length: 2 * GROUP_MAX + 1 }, (_, n) => n);
    const answers = await Promise.all(all.map(insert));

    expect(answers).toEqual(all.map((value) => ({ kind: 'committed', value })));
    expect(await committed()).toEqual(all);
  });

  test('fail alone: what one has written is undone, the others do not notice', async () => {
    const failing = run(async (knex) => {
      await knex('rows').insert({ n: 7 });
      throw new Error('no');
    });
    const answers = await Promise.all([insert(1), failing, insert(2), insert(2), insert(3)]);

    expect(answers.map(kindOf)).toEqual(['committed', 'failed', 'committed', 'failed', 'committed']);
    expect(answers[1]).toMatchObject({ error: { message: 'no' } });
    expect(answers[3]).toMatchObject({ error: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } });
    expect(await committed()).toEqual([1, 2, 3]);
  });

  test('fail alone when the file rolls all of them back', async () => {
    await own.knex.raw(
      `CREATE TRIGGER no_nine BEFORE INSERT ON rows WHEN NEW.n = 9 BEGIN SELECT RAISE(ROLLBACK, 'no nine'); END`,
    );
    const answers = await Promise.all([insert(1), insert(2), insert(9), insert(3)]);

    expect(answers.map(kindOf)).toEqual(['committed', 'committed', 'failed', 'committed']);
    expect(answers[2]).toMatchObject({ error: { message: expect.stringContaining('no nine') as string } });
    expect(await committed()).toEqual([1, 2, 3]);
  });

  test('fail alone when it is the commit that fails', async () => {
    await own.knex.raw('CREATE TABLE later (n INTEGER REFERENCES rows (n) DEFERRABLE INITIALLY DEFERRED)');
    const dangling = run(async (knex) => {
      await knex('later').insert({ n: 99 });
    });
    const answers = await Promise.all([insert(1), dangling, insert(2)]);

    expect(answers.map(kindOf)).toEqual(['committed', 'failed', 'committed']);
    expect(answers[1]).toMatchObject({ error: { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' } });
    expect(await committed()).toEqual([1, 2]);
  });

  test('wait in vain for a file that another holds, each by itself, and go on once it is free', async () => {
    let free = (): void => undefined;
    const holding = oneByOne(other.knex)(() => new Promise<void>((resolve) => (free = resolve)));
    await wait(20);
    const answers = await Promise.all([insert(1), insert(2)]);
    free();
    await holding;

    for (const answer of answers)
      expect(answer).toMatchObject({ kind: 'failed', error: { code: 'SQLITE_BUSY' } });
    expect(await insert(3)).toEqual({ kind: 'committed', value: 3 });
    expect(await committed()).toEqual([3]);
  });
});
