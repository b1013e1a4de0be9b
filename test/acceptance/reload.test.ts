import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openBothContracts, type BothContracts } from '../support/both-contracts.ts';
import { runCli, type CliProcess } from '../support/cli-process.ts';
import { replaceIn } from '../support/contract-copies.ts';

/*
 * The rules of a running engine are edited as people edit them: in place, with mistakes, and mended. Engine and provider
 * are processes; what the engine says is read from its log and its journal.
 */

let world: BothContracts;
let engine: CliProcess;
let contractFile: string;
let commit: string;

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.example', ...args], {
    cwd: world.folder,
    encoding: 'utf8',
  }).trim();

beforeAll(async () => {
  world = await openBothContracts('SQLite', () => {
    throw new Error('SQLite needs no server');
  });
  contractFile = join(world.folder, 'rules/acme/contract.yaml');
  git('init', '-q');
  git('add', 'rules');
  git('commit', '-q', '-m', 'The rules at go-live');
  commit = git('rev-parse', 'HEAD').slice(0, 7);
  engine = world.startEngine();
});
afterAll(() => world.end());

interface LogLine {
  readonly step: string;
  readonly level: string;
  readonly contract: string;
  readonly [field: string]: unknown;
}

const logged = (step: string, from: CliProcess = engine): readonly LogLine[] =>
  from
    .out()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine)
    .filter((line) => line.step === step && line.contract === 'acme');

const priorityThere = async (): Promise<string> =>
  (await world.providerTicket('acme', 'INC0000001')).priority;
const title = (text: string): Promise<void> =>
  world.acme.write(`UPDATE tickets SET title = ?, updated_at = :now WHERE number = 'INC0000001'`, text);
const titleArrives = (text: string): Promise<void> =>
  eventually(async () => {
    expect((await world.providerTicket('acme', 'INC0000001')).shortDescription).toBe(text);
  });

test('a broken file is reported with its place, once, and does no harm', async () => {
  await eventually(async () => {
    expect(await priorityThere()).toBe('2');
  });
  await replaceIn(contractFile, "P2: '2'", "P2: '2' oops");
  await eventually(() => {
    expect(logged('rules not taken').length).toBeGreaterThan(0);
  });
  for (const line of logged('rules not taken')) {
    expect(line).toMatchObject({
      level: 'error',
      code: expect.stringMatching(/^BH\d{3}$/) as unknown,
      place: expect.stringMatching(/^rules\/acme\/contract\.yaml:\d+:\d+$/) as unknown,
    });
  }
  const said = logged('rules not taken').length;
  await title('Written while the rules were broken');
  await titleArrives('Written while the rules were broken');
  expect(logged('rules not taken')).toHaveLength(said);
  expect(logged('rules accepted')).toEqual([]);
});

test('mended, with another mapping: it takes effect without a restart, also on tickets that nobody touches', async () => {
  await replaceIn(contractFile, "P2: '2' oops", "P2: '3'");
  await eventually(async () => {
    expect(await priorityThere()).toBe('3');
  });
  expect(logged('contract started')).toHaveLength(1);
  // What it wrote comes through a pipe, and may come later than what it did.
  await eventually(() => {
    expect(logged('rules accepted')).toMatchObject([
      { level: 'info', commit: `${commit}+`, database: 'kept' },
    ]);
  });
});

test('the journal says which rules decided what, and when they changed', async () => {
  const { code, out } = await runCli(['journal', 'rules/acme'], { cwd: world.folder, env: world.env });
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  const ofTicket = lines.filter((line) => line.includes('  INC0000001 '));
  const rules = ofTicket.map((line) => / {2}rules ([0-9a-f]{12} \S+)$/.exec(line)?.[1]);
  const [first, last] = [rules[0] ?? '', rules.at(-1) ?? ''];
  expect(first).toMatch(new RegExp(`^[0-9a-f]{12} ${commit}$`));
  expect(last).toMatch(new RegExp(`^[0-9a-f]{12} ${commit}\\+$`));
  expect(new Set(rules).size).toBe(2);
  expect(ofTicket.at(-1)).toContain('out update  sent  changed: priority');
  const changed = lines.filter((line) => line.includes('  in contract  rules-changed  '));
  expect(changed).toHaveLength(1);
  expect(changed[0]).toContain(`rules changed: ${first} → ${last};`);
  expect(changed[0]?.endsWith(`  rules ${last}`)).toBe(true);
});

test('SIGHUP looks at once; what is as before stays', async () => {
  engine.kill('SIGHUP');
  await eventually(() => {
    expect(logged('rules as before')).toHaveLength(1);
  });
});

test.each([0, 150, 400, 800])(
  '[one-create] killed %i ms after an edit, the next process goes on with the rules that lie there',
  async (afterMs) => {
    const [before, now] = (await priorityThere()) === '3' ? ['3', '1'] : ['1', '3'];
    const tickets = (await world.provider.tickets('acme')).length;
    await replaceIn(contractFile, `P2: '${before}'`, `P2: '${now}'`);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    engine.kill('SIGKILL');
    await engine.ended;
    engine = world.startEngine();
    await eventually(async () => {
      expect(await priorityThere()).toBe(now);
    });
    await title(`Written after ${afterMs} ms`);
    await titleArrives(`Written after ${afterMs} ms`);
    expect(await world.provider.tickets('acme')).toHaveLength(tickets);
  },
);
