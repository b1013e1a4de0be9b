import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Contract } from '../../engine/domain/contract.ts';
import { waysOfExpressions } from '../../adapters/terminal/ways-of-expressions.ts';
import { runCheck, type CheckOptions } from '../../adapters/cli/check.ts';
import { contractFolders } from '../../adapters/cli/contract-folders.ts';
import type { CheckDocument } from '../../adapters/terminal/check-json.ts';
import { diagnosticText } from '../../adapters/terminal/print-diagnostics.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const SAMPLES = ['acme', 'globex', 'initech'].map((name) => path.join(ROOT, 'rules', name));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-check-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Checked {
  readonly exit: number;
  readonly said: string;
  /** What went to where wrong calls are told of. */
  readonly complaints: string;
}

async function check(
  folders: readonly string[],
  options: Partial<Omit<CheckOptions, 'complaints'>> = {},
): Promise<Checked> {
  let said = '';
  let complaints = '';
  const exit = await runCheck(
    folders,
    { write: (text) => (said += text) },
    {
      format: 'text',
      strict: false,
      verbose: false,
      color: false,
      database: null,
      ...options,
      complaints: { write: (text) => (complaints += text) },
    },
  );
  return { exit, said, complaints };
}

test('sound contracts: one line, exit 0', async () => {
  expect(await check(SAMPLES)).toEqual({
    exit: 0,
    said: '3 contracts: no mistakes, 2 silenced\n',
    complaints: '',
  });
});

test('verbose: how many expressions run as generated source, and of each other one why not', async () => {
  const { said } = await check(SAMPLES, { verbose: true });
  expect(said.match(/: (\d+) of \1 expressions run as generated source, 0 as closures/g)).toHaveLength(
    SAMPLES.length,
  );
  const contract: unknown = {
    fields: [
      {
        evaluate: 0,
        reads: 0,
        source: 'a[\n0]',
        place: { file: 'c.yaml', line: 3, column: 7 },
        way: { kind: 'closures', why: 'a predicate' },
      },
    ],
  };
  expect(waysOfExpressions(contract as Contract)).toEqual([
    '0 of 1 expressions run as generated source, 1 as closures',
    'c.yaml:3:7 runs as closures for a predicate: a[ 0]',
  ]);
});

test('without folders, all below rules/ are checked', async () => {
  expect(await contractFolders(path.join(ROOT, 'rules'))).toEqual(SAMPLES);
  expect(await check([])).toEqual({
    exit: 0,
    said: '3 contracts: no mistakes, 2 silenced\n',
    complaints: '',
  });
});

test('a mistake: where, what, the line with a caret, what helps; exit 1', async () => {
  await writeFile(path.join(folder, 'contract.yaml'), 'contract: x\n---\nitsm: y\n');
  const { exit, said } = await check([folder]);
  expect(exit).toBe(1);
  expect(said.split('\n').slice(0, 3)).toEqual([
    `${folder}/contract.yaml:2:1  error BH003  A rule file is one YAML document; another one starts here.`,
    '  2 | ---',
    '    | ^^^',
  ]);
  expect(said.endsWith('\n\n1 contract: 1 error, 0 warnings\n')).toBe(true);
});

test('a folder that is not there: exit 2, and nothing else is checked', async () => {
  const { exit, said, complaints } = await check([...SAMPLES, path.join(folder, 'none')]);
  expect(exit).toBe(2);
  expect(said).toBe('');
  expect(complaints).toBe(
    `There is no folder ${path.join(folder, 'none')}: name the folder that holds a contract.yaml.\n`,
  );
});

const WARNED = `contract: x # allow BH053: elsewhere
bridge: { url: "a:b,c%", key: hunter2, poll: 1s }
`;

test('as one JSON document: every diagnostic of every contract, with counts', async () => {
  await writeFile(path.join(folder, 'contract.yaml'), WARNED);
  const { exit, said } = await check([...SAMPLES, folder], { format: 'json' });
  const document = JSON.parse(said) as CheckDocument;
  expect(exit).toBe(1);
  expect(document.contracts.map((contract) => contract.folder)).toEqual([...SAMPLES, folder]);
  const found = document.contracts[3]?.diagnostics ?? [];
  expect(document.counts).toMatchObject({ contracts: 4, errors: found.length, warnings: 0 });
  expect(found.find(({ code }) => code === 'BH042')).toEqual({
    code: 'BH042',
    severity: 'error',
    title: 'The poll is too often, too rare or not a schedule',
    file: `${folder}/contract.yaml`,
    line: 2,
    column: 46,
    endColumn: 48,
    message: 'A poll every 1s is too often.',
    hint: 'From 30s to 5m: so the provider asks for it.',
  });
  expect(said).not.toContain('hunter2');
});

test('as annotations for GitHub: escaped as its toolkit does, on one line each', async () => {
  const named = path.join(folder, 'a,b:c%');
  await mkdir(named);
  await writeFile(path.join(named, 'contract.yaml'), WARNED);
  const { exit, said } = await check([named], { format: 'github' });
  expect(exit).toBe(1);
  const file = `${folder}/a%2Cb%3Ac%25/contract.yaml`;
  expect(said.split('\n')).toContain(
    `::error file=${file},line=2,endLine=2,col=46,endColumn=48,title=BH042 The poll is too often%2C too rare or not a schedule::A poll every 1s is too often.%0AFrom 30s to 5m: so the provider asks for it.`,
  );
  expect(said.split('\n').slice(-2)).toEqual([
    expect.stringMatching(/^1 contract: \d+ errors, 0 warnings$/),
    '',
  ]);
});

test('strict: a warning fails, unless it is allowed where it stands', async () => {
  await cp(path.join(ROOT, 'test/diagnostics/base'), folder, { recursive: true });
  const main = path.join(folder, 'contract.yaml');
  const sound = await readFile(main, 'utf8');
  expect(await check([folder], { strict: true })).toMatchObject({ exit: 0 });
  await writeFile(main, sound.replace('client_name', '# allow BH053: none\nclient_name'));
  expect(await check([folder])).toMatchObject({ exit: 0 });
  const { exit, said } = await check([folder], { strict: true });
  expect(exit).toBe(1);
  expect(said.endsWith('1 contract: 0 errors, 1 warning\n')).toBe(true);
});

test('colours only when asked for', async () => {
  expect((await check([folder])).said).not.toContain('\u001b[');
  expect((await check([folder], { color: true })).said).toContain('\u001b[31;1merror BH001\u001b[0m');
});

const DIAGNOSTIC = { code: 'BH010', severity: 'error', length: 3, message: 'm', hint: null } as const;

test('the caret stands below the place behind tabs, and in the middle of a long line', () => {
  const frame = (line: string, column: number): readonly string[] => {
    const place = { file: 'f', line: 1, column };
    return diagnosticText({ ...DIAGNOSTIC, place }, new Map([['f', line]]), { color: false })
      .split('\n')
      .slice(1);
  };
  expect(frame('日本: abc', 5)).toEqual(['  1 | 日本: abc', '    |       ^^^']);
  expect(frame('👩‍🚒e\u0301: 日本', 10)).toEqual(['  1 | 👩‍🚒e\u0301: 日本', '    |      ^^^^']);
  expect(frame('\tabc: d', 2)).toEqual(['  1 | \tabc: d', '    | \t^^^']);
  const [line, caret] = frame(`${'x'.repeat(500)}abc${'y'.repeat(500)}`, 501);
  expect(line?.length).toBeLessThan(140);
  expect(line?.indexOf('abc')).toBe(caret?.indexOf('^^^'));
});

test('a secret in the file is not repeated, nor are control characters', () => {
  const place = { file: 'f', line: 1, column: 6 };
  const files = new Map([['f', 'key: hunter2\u001b[31m']]);
  const said = diagnosticText({ ...DIAGNOSTIC, code: 'BH045', place, length: 7 }, files, { color: false });
  expect(said).not.toContain('hunter2');
  expect(diagnosticText({ ...DIAGNOSTIC, place }, files, { color: false })).not.toContain('\u001b');
});
