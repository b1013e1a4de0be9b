import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { runCli } from '../support/cli-process.ts';
import { copyContracts, replaceIn } from '../support/contract-copies.ts';
import { startSimulatorCli, type SimulatorCli } from '../support/simulator-cli.ts';

let folder: string;
let env: Readonly<Record<string, string>>;
let simulator: SimulatorCli;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bridgehead-exit-codes-'));
  await copyContracts(folder, 'bridgehead');
  simulator = await startSimulatorCli([], { cwd: folder });
  const database = `sqlite:${join(folder, 'acme.sqlite')}`;
  await loadSampleItsm(database, 'acme', Date.now());
  env = {
    ACME_BRIDGE_URL: `${simulator.url}/acme/prod`,
    ACME_BRIDGE_KEY: 'not-the-key-of-acme',
    ACME_ITSM_DATABASE: database,
  };
});

afterAll(async () => {
  expect((await simulator.stop()).code).toBe(0);
  await rm(folder, { recursive: true });
});

describe('run', () => {
  test('3, with place and name, when a setting is missing', async () => {
    const { ACME_BRIDGE_KEY, ...others } = env;
    expect(ACME_BRIDGE_KEY).toBe('not-the-key-of-acme');
    const { code, out, err } = await runCli(['run', 'rules/acme'], { cwd: folder, env: others });
    expect(code).toBe(3);
    expect(err).toMatch(/rules\/acme\/contract\.yaml:\d+: .*ACME_BRIDGE_KEY is not set/);
    expect(out).toBe('');
  });

  test('3, with a loud line in the log, when the bridge refuses the key', async () => {
    const { code, out, err } = await runCli(['run', 'rules/acme'], { cwd: folder, env });
    expect(code).toBe(3);
    const lines = out.trimEnd().split('\n');
    const loud = lines
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .filter(({ level, outcome }) => level !== 'info' && outcome === 'stopped');
    expect(loud).toMatchObject([
      { contract: 'acme', summary: expect.stringContaining('configuration') as unknown },
    ]);
    expect(`${out}${err}`).not.toContain('not-the-key-of-acme');
  });
});

describe('a mistake in the YAML', () => {
  test('1, with its place, from check and from run', async () => {
    const file = join(folder, 'rules/globex/contract.yaml');
    await replaceIn(file, 'client_name: Globex', 'client_nam: Globex');
    const [checked, run] = await Promise.all([
      runCli(['check', 'rules/globex'], { cwd: folder }),
      runCli(['run', 'rules/globex'], { cwd: folder }),
    ]);
    await replaceIn(file, 'client_nam: Globex', 'client_name: Globex');
    expect(checked.code).toBe(1);
    expect(run.code).toBe(1);
    for (const said of [checked.out, run.err])
      expect(said).toMatch(/rules\/globex\/contract\.yaml:\d+:\d+ {2}error BH\d+ .*client_nam/);
  });

  test('0 from check when there is none', async () => {
    const { code, out } = await runCli(['check'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toBe('3 contracts: no mistakes, 2 silenced\n');
  });
});

test.each([
  ['an unknown option', ['run', '--sped', '30']],
  ['an unknown command', ['rum']],
  ['a value that cannot be', ['run', '--speed', '0']],
  ['a folder that is not there', ['check', 'rules/nobody']],
])('2: %s', async (_, args) => {
  const { code, out, err } = await runCli(args, { cwd: folder });
  expect(code).toBe(2);
  expect(`${out}${err}`).not.toBe('');
});
