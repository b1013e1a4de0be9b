import { afterEach, describe, expect, test } from 'vitest';
import type { Contract } from '../../engine/domain/contract.ts';
import type { GivenUpFile } from '../../engine/domain/given-up-file.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { retryFile, skipFile } from '../../engine/runtime/decide-file.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { openWorld, workDue, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const LINKED = 'e-CS0204070';

/** INC0000001 is at the provider. Files of theirs may have 10 bytes, files of ours 3. */
async function smallFilesOnly(): Promise<void> {
  world = await openWorld('acme', { since: 'now', adapt: (contract) => withSizes(contract, 10, 3) });
  await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
  await world.settle(seconds(60));
}

const withSizes = (contract: Contract, bytesMax: number, sizeMax: number): Contract => {
  const { inbound, outbound } = contract;
  return {
    ...contract,
    inbound: { ...inbound, attachments: inbound.attachments && { ...inbound.attachments, bytesMax } },
    outbound: { ...outbound, attachments: outbound.attachments && { ...outbound.attachments, sizeMax } },
  };
};

const larger = (): Runtime => ({
  ...world.runtime,
  contract: withSizes(world.runtime.contract, 1000, 1000),
});

async function worked(runtime: Runtime): Promise<void> {
  for (let passed = 0; passed < minutes(3); passed += seconds(30)) {
    await workDue(runtime);
    await world.clock.advance(seconds(30));
  }
}

const givenUp = (): Promise<readonly GivenUpFile[]> =>
  world.database.transaction(({ store }) => store.givenUpFiles(world.clock.now()));
const onlyOne = async (): Promise<GivenUpFile> => {
  const [file, ...others] = await givenUp();
  if (file === undefined || others.length > 0) throw new Error(JSON.stringify(others));
  return file;
};
const told = async (): Promise<number> =>
  (await world.sql(`SELECT body FROM comments WHERE body LIKE 'The provider attached%'`)).length;
const decisions = async (): Promise<readonly unknown[]> =>
  (await world.journal())
    .filter(({ transaction }) => transaction === 'operator')
    .map(({ outcome, summary, detail }) => [outcome, summary, detail]);

describe('a file of the provider that was given up', () => {
  test('[files-once] is stored once when an operator has it tried again with other rules', async () => {
    await smallFilesOnly();
    world.desk.attach(LINKED, { name: 'a.txt', text: 'more than ten bytes' });
    await world.settle(minutes(2));
    expect(await told()).toBe(1);
    const file = await onlyOne();
    expect(file).toMatchObject({
      kind: 'download',
      name: 'a.txt',
      reason: expect.stringMatching(/10 B are taken/) as string,
    });

    // With the rules as they were, it is given up again, and told once all the same.
    expect(await retryFile(world.runtime, file, 'pat')).toEqual({ kind: 'done', summary: 'tried again' });
    await worked(world.runtime);
    expect(await told()).toBe(1);
    expect(await world.sql('SELECT id FROM attachments')).toEqual([]);

    expect((await retryFile(world.runtime, await onlyOne(), 'pat')).kind).toBe('done');
    await worked(larger());
    expect(await world.sql('SELECT file_name, file_size FROM attachments')).toEqual([
      { file_name: 'a.txt', file_size: 19 },
    ]);
    expect(await givenUp()).toEqual([]);
    expect((await decisions())[1]).toEqual([
      'retried',
      expect.stringMatching(/^a\.txt: tried again by pat; it was given up: it has 19 B/),
      { by: 'pat', file: 'a.txt' },
    ]);
    // Nobody can have it tried again now.
    expect(await retryFile(world.runtime, file, 'pat')).toEqual({ kind: 'not-parked' });
  });

  test('[loud] that an operator lets be is shown no more, with who and why in the journal', async () => {
    await smallFilesOnly();
    world.desk.attach(LINKED, { name: 'a.txt', text: 'more than ten bytes' });
    await world.settle(minutes(2));
    const file = await onlyOne();
    expect(await skipFile(world.runtime, file, { by: 'pat', because: 'old news' })).toMatchObject({
      kind: 'done',
    });
    expect(await givenUp()).toEqual([]);
    expect(await world.sql('SELECT id FROM bh_downloads')).toEqual([]);
    expect(await decisions()).toEqual([
      [
        'skipped',
        expect.stringMatching(/^a\.txt: skipped by pat: old news; it was given up: /),
        { by: 'pat', because: 'old news', file: 'a.txt' },
      ],
    ]);
  });

  test('cannot be had when its address has expired, and goes from the list', async () => {
    await smallFilesOnly();
    world.desk.attach(LINKED, { name: 'a.txt', text: 'more than ten bytes', goodForMs: minutes(10) });
    await world.settle(minutes(2));
    const file = await onlyOne();
    await world.clock.advance(minutes(10));
    expect(await retryFile(world.runtime, file, 'pat')).toEqual({
      kind: 'cannot',
      reason: expect.stringMatching(/have the provider attach it again/) as string,
    });
    expect(await givenUp()).toEqual([]);
  });
});

describe('a file of ours that was given up', () => {
  test('[files-once] is sent once when an operator has it tried again with other rules', async () => {
    await smallFilesOnly();
    await world.sql(
      `INSERT INTO attachments (ticket_id, file_name, file_size, content, is_public, created_at)
       VALUES (1, 'log.txt', 4, 'text', 1, :now)`,
    );
    await world.settle(minutes(3));
    const file = await onlyOne();
    expect(file).toMatchObject({ kind: 'upload', name: 'log.txt', until: null });
    expect(world.tenant.files.of(LINKED)).toEqual([]);
    const said = async (): Promise<readonly unknown[]> =>
      (await world.sql(`SELECT body FROM comments WHERE body LIKE 'The attachment%' ORDER BY id`)).map(
        ({ body }) => body,
      );
    expect(await said()).toEqual([
      'The attachment "log.txt" was not sent: it has 4 B, and at most 3 B are sent.',
    ]);

    // Refused again for the same reason, nobody is told twice; for another one they are.
    expect((await retryFile(world.runtime, file, 'pat')).kind).toBe('done');
    await worked(world.runtime);
    expect(await said()).toHaveLength(1);
    expect((await world.journal('INC0000001')).at(-1)).toMatchObject({
      outcome: 'refused',
      summary: expect.stringMatching(/^log\.txt was not sent: .*; a comment has said so before$/) as string,
    });
    expect((await retryFile(world.runtime, await onlyOne(), 'pat')).kind).toBe('done');
    await worked({ ...world.runtime, contract: withSizes(world.runtime.contract, 10, 2) });
    expect((await said()).slice(1)).toEqual([
      'The attachment "log.txt" was not sent: it has 4 B, and at most 2 B are sent.',
    ]);

    expect((await retryFile(world.runtime, await onlyOne(), 'pat')).kind).toBe('done');
    await worked(larger());
    expect(world.tenant.files.of(LINKED)).toMatchObject([{ name: 'log.txt', size: 4, times: 1 }]);
    expect(await givenUp()).toEqual([]);
  });

  test('is let be by an operator', async () => {
    await smallFilesOnly();
    await world.sql(
      `INSERT INTO attachments (ticket_id, file_name, file_size, content, is_public, created_at)
       VALUES (1, 'log.txt', 4, 'text', 1, :now)`,
    );
    await world.settle(minutes(3));
    const file = await onlyOne();
    expect((await skipFile(world.runtime, file, { by: 'pat', because: 'too large' })).kind).toBe('done');
    expect(await givenUp()).toEqual([]);
    expect(await skipFile(world.runtime, file, { by: 'pat', because: 'again' })).toEqual({
      kind: 'not-parked',
    });
    await worked(larger());
    expect(world.tenant.files.of(LINKED)).toEqual([]);
  });
});
