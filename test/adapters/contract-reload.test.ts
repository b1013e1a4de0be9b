import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ContractReload } from '../../adapters/assembly/contract-reload.ts';
import { fillSettings, openContract } from '../../adapters/assembly/open-contract.ts';
import { VirtualClock } from '../../adapters/clock/virtual-clock.ts';
import { loadSampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { collectedLog } from '../../adapters/log/collected-log.ts';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import { rulesVersion } from '../../adapters/rules/rules-version.ts';
import { RULES_LOOK_MS } from '../../adapters/rules/rules-watch.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { copyContracts, replaceIn } from '../support/contract-copies.ts';

const BEGUN = Date.parse('2026-11-23T09:00:00Z');

let folder: string;
let rules: string;
let clock: VirtualClock;
let log: ReturnType<typeof collectedLog>;
let reload: ContractReload;
let first: Runtime;
let hidden: string[];
let stop: AbortController;
let next: Runtime | null;

const contractFile = (): string => join(rules, 'contract.yaml');
const itsmFile = (): string => join(rules, 'itsm.yaml');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bridgehead-reload-'));
  await copyContracts(folder, 'bridgehead');
  rules = join(folder, 'rules/acme');
  await writeFile(join(folder, 'key'), 'the-first-key\n');
  await replaceIn(contractFile(), '${ACME_BRIDGE_KEY}', `\${file:${join(folder, 'key')}}`);
  const environment = {
    ACME_BRIDGE_URL: 'http://127.0.0.1:1/acme/prod',
    ACME_ITSM_DATABASE: `sqlite:${join(folder, 'acme.sqlite')}`,
    OTHER_DATABASE: `sqlite:${join(folder, 'other.sqlite')}`,
    EMPTY_DATABASE: `sqlite:${join(folder, 'empty.sqlite')}`,
  };
  await loadSampleItsm(environment.ACME_ITSM_DATABASE, 'acme', BEGUN);
  await loadSampleItsm(environment.OTHER_DATABASE, 'acme', BEGUN);

  clock = new VirtualClock(BEGUN);
  log = collectedLog();
  const { contract, files, main } = await loadContract(rules);
  if (contract === null) throw new Error('the sample contract compiles');
  const filled = fillSettings(contract, environment);
  if (filled.kind === 'missing') throw new Error(filled.reasons.join());
  const source = { files, main };
  const version = await rulesVersion(rules, source);
  const opened = await openContract({ contract, rules: version }, filled.settings, {}, clock, log);
  first = opened.runtime;
  hidden = [];
  const hide = (secret: string): void => void hidden.push(secret);
  reload = new ContractReload({ folder: rules, source, opened, environment, clock, log, hide });
  await follow();
});

afterEach(async () => {
  stop.abort();
  await reload.close();
  await rm(folder, { recursive: true });
});

/** Waits for the next rules in the background: they are in `next` when they are there. */
async function follow(): Promise<void> {
  stop = new AbortController();
  next = null;
  void reload.next(stop.signal).then((runtime) => (next = runtime));
  await looks(0);
}

/** Time for so many looks at the files, and a moment for what each leads to. */
async function looks(count: number): Promise<void> {
  for (let look = 0; look < count; look += 1) {
    await clock.advance(RULES_LOOK_MS);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Looks until it holds, and then as often again as makes sure that it stays so. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries === 200) throw new Error(`it never came to be: ${JSON.stringify(log.lines)}`);
    await looks(1);
  }
  await looks(3);
}

async function taken(): Promise<Runtime> {
  await until(() => next !== null);
  if (next === null) throw new Error('it was there just now');
  return next;
}

const said = (step: string) => (): boolean => log.lines.some((line) => line.step === step);

const refusals = (): readonly unknown[] =>
  log.lines
    .filter(({ step, level }) => step === 'rules not taken' && level === 'error')
    .map(({ fields }) => fields);

/** Whether a runtime's database still answers. */
const answers = ({ ports }: Runtime): Promise<boolean> =>
  ports.database
    .transaction(async ({ store }) => store.waitingMessages())
    .then(
      () => true,
      () => false,
    );

describe('a folder that is followed', () => {
  test('hands on rules that say something else, with the database that is open', async () => {
    await replaceIn(contractFile(), "P2: '2'", "P2: '1'");
    const { contract, rules: version, ports } = await taken();
    expect(contract.tables.get('priority')?.entries.find(({ client }) => client === 'P2')?.provider).toBe(
      '1',
    );
    expect(version?.hash).toMatch(/^[0-9a-f]{12}$/);
    expect(version?.hash).not.toBe(first.rules?.hash);
    expect(ports.database).toBe(first.ports.database);
    expect(log.lines.at(-1)).toMatchObject({
      level: 'info',
      step: 'rules accepted',
      fields: { rules: version?.hash, database: 'kept' },
    });
    await reload.retire(first);
    expect(await answers(first)).toBe(true);
  });

  test('reports every mistake once, with place and code, and goes on when it is mended or taken back', async () => {
    const before = await readFile(contractFile(), 'utf8');
    await replaceIn(contractFile(), 'client_name: AcmeCorp', 'client_nam: AcmeCorp');
    await until(said('rules not taken'));
    expect(refusals()).toHaveLength(2);
    expect(refusals()).toContainEqual(
      expect.objectContaining({
        code: 'BH010',
        place: expect.stringMatching(/contract\.yaml:7:1$/) as unknown,
      }),
    );
    await writeFile(contractFile(), before);
    await until(said('rules as before'));
    expect(refusals()).toHaveLength(2);
    expect(next).toBeNull();
    await writeFile(contractFile(), `# mended\n${before}`);
    expect((await taken()).rules?.hash).not.toBe(first.rules?.hash);
  });

  test('that is renamed away for a while changes nothing, and is said once', async () => {
    await rename(rules, `${rules}-away`);
    await until(said('rules not taken'));
    expect(refusals()).toMatchObject([{ code: 'BH001' }]);
    await rename(`${rules}-away`, rules);
    await until(said('rules can be read again'));
    expect(next).toBeNull();
    expect(refusals()).toHaveLength(1);
  });

  test('with another name of the contract is refused, in words that say what to do', async () => {
    await replaceIn(contractFile(), 'contract: acme', 'contract: acme2');
    await until(said('rules not taken'));
    expect(next).toBeNull();
    expect(refusals()).toMatchObject([
      { reason: expect.stringContaining('has contract: acme2 now') as unknown },
    ]);
  });

  test('with a setting that is missing says so once, and takes the rules as soon as it is there', async () => {
    const secret = join(folder, 'second-key');
    await replaceIn(contractFile(), join(folder, 'key'), secret);
    await until(said('rules not taken'));
    expect(next).toBeNull();
    expect(refusals()).toMatchObject([
      { reason: expect.stringContaining('second-key cannot be read') as unknown },
    ]);
    await writeFile(secret, 'the-second-key');
    await taken();
    expect(hidden).toEqual(['the-second-key']);
  });

  test('with another database opens it aside, and closes the old one when nobody uses it any more', async () => {
    await replaceIn(itsmFile(), '${ACME_ITSM_DATABASE}', '${OTHER_DATABASE}');
    const runtime = await taken();
    expect(runtime.ports.database).not.toBe(first.ports.database);
    expect(await answers(first)).toBe(true);
    await reload.retire(first);
    expect(await answers(first)).toBe(false);
    expect(await answers(runtime)).toBe(true);
  });

  test('with a database that lacks the tables is refused once, and taken when they are there', async () => {
    await replaceIn(itsmFile(), '${ACME_ITSM_DATABASE}', '${EMPTY_DATABASE}');
    await until(said('rules not taken'));
    expect(next).toBeNull();
    expect(refusals()).toMatchObject([{ reason: expect.stringContaining('lacks something') as unknown }]);
    expect(await answers(first)).toBe(true);
    await loadSampleItsm(`sqlite:${join(folder, 'empty.sqlite')}`, 'acme', BEGUN);
    expect(await answers(await taken())).toBe(true);
  });

  test('asked about, reads the secret files again, though no rule has changed', async () => {
    await looks(3);
    reload.ask();
    await until(said('rules as before'));
    expect(next).toBeNull();
    await writeFile(join(folder, 'key'), 'the-next-key\n');
    reload.ask();
    const runtime = await taken();
    expect(hidden).toEqual(['the-next-key']);
    expect(runtime.rules?.hash).toBe(first.rules?.hash);
    expect(runtime.ports.database).toBe(first.ports.database);
  });
});
