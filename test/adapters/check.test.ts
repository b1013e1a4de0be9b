import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contractFolders, runCheck } from '../../adapters/cli/check.ts';
import { diagnosticText } from '../../adapters/terminal/print-diagnostics.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const SAMPLES = ['acme', 'globex'].map((name) => path.join(ROOT, 'rules', name));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-check-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function check(
  folders: readonly string[],
  color = false,
): Promise<{ readonly exit: number; readonly said: string }> {
  let said = '';
  const exit = await runCheck(folders, { write: (text) => (said += text) }, { color });
  return { exit, said };
}

test('sound contracts: one line, exit 0', async () => {
  expect(await check(SAMPLES)).toEqual({ exit: 0, said: '2 contracts: no mistakes\n' });
});

test('without folders, all below rules/ are checked', async () => {
  expect(await contractFolders(path.join(ROOT, 'rules'))).toEqual(SAMPLES);
  expect(await check([])).toEqual({ exit: 0, said: '2 contracts: no mistakes\n' });
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
  const { exit, said } = await check([...SAMPLES, path.join(folder, 'none')]);
  expect(exit).toBe(2);
  expect(said).toBe(
    `There is no folder ${path.join(folder, 'none')}: name the folder that holds a contract.yaml.\n`,
  );
});

test('colours only when asked for', async () => {
  expect((await check([folder])).said).not.toContain('\u001b[');
  expect((await check([folder], true)).said).toContain('\u001b[31;1merror BH001\u001b[0m');
});

const DIAGNOSTIC = { code: 'BH010', severity: 'error', length: 3, message: 'm', hint: null } as const;

test('the caret stands below the place behind tabs, and in the middle of a long line', () => {
  const frame = (line: string, column: number): readonly string[] => {
    const place = { file: 'f', line: 1, column };
    return diagnosticText({ ...DIAGNOSTIC, place }, new Map([['f', line]]), { color: false })
      .split('\n')
      .slice(1);
  };
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
