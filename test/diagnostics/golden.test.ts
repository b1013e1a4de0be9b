import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnosticText, withoutSecrets } from '../../adapters/terminal/print-diagnostics.ts';
import { CODES, isOfDatabase } from '../../engine/compile/codes.ts';
import { compileContract } from '../../engine/compile/compile-contract.ts';
import { compileTests } from '../../engine/compile/tests/compile-tests.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Diagnostic } from '../../engine/domain/diagnostic.ts';

/**
 * Each folder below cases/ holds the rule files that differ from base/, and in expected.txt what `check` says of them;
 * a test file there is compiled with the contract.
 * UPDATE_GOLDEN=1 writes expected.txt anew: read the difference before committing it.
 */
const CASES = path.join(import.meta.dirname, 'cases');
const BASE = path.join(import.meta.dirname, 'base');
const cases = readdirSync(CASES).sort();

/**
 * Told of files that are no text or not to be committed: see the unit tests of what reads them. What a database says
 * is in test/adapters/database/survey.
 */
const TOLD_ELSEWHERE = [CODES.fileTooLarge, CODES.badCharacter, CODES.moreMistakes, CODES.tooManyTests].map(
  ({ code }) => code,
);

const expectedPath = (name: string): string => path.join(CASES, name, 'expected.txt');

function check(folder: string): string {
  const files = new Map<string, string>();
  for (const file of ['contract.yaml', 'itsm.yaml']) {
    const own = path.join(folder, file);
    const from = existsSync(own) ? own : path.join(BASE, file);
    files.set(`rules/small/${file}`, readFileSync(from, 'utf8'));
  }
  const { contract, diagnostics, silenced } = compileContract({ files, main: 'rules/small/contract.yaml' });
  expect(contract === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  const inTests = contract === null ? [] : checkTests(folder, contract, files);
  const all = [...diagnostics, ...inTests];
  const shown = withoutSecrets(files, all);
  const told = all.map((diagnostic) => `${diagnosticText(diagnostic, shown, { color: false })}\n`);
  const allowed = silenced.map(
    ({ place, code, reason }) => `${place.file}:${place.line}:${place.column}  allowed ${code}  ${reason}\n`,
  );
  return [...told, ...allowed].join('\n');
}

/** What is said of the folder's test file, if it has one; its text is put among the files. */
function checkTests(folder: string, contract: Contract, files: Map<string, string>): readonly Diagnostic[] {
  const file = path.join(folder, 'tests.yaml');
  if (!existsSync(file)) return [];
  const name = 'rules/small/tests/tests.yaml';
  const text = readFileSync(file, 'utf8');
  files.set(name, text);
  return compileTests(new Map([[name, text]]), contract).diagnostics;
}

describe('what is said of a contract with mistakes', () => {
  test('the contract that the cases vary has none', () => {
    expect(check(BASE)).toBe('');
  });

  test.each(cases)('%s', (name) => {
    const said = check(path.join(CASES, name));
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(expectedPath(name), said);
    expect(said).not.toBe('');
    expect(said).toBe(readFileSync(expectedPath(name), 'utf8'));
  });

  test('every code has a case', () => {
    const said = cases.map((name) => readFileSync(expectedPath(name), 'utf8')).join('\n');
    const without = Object.values(CODES)
      .map(({ code }) => code)
      .filter((code) => !said.includes(` ${code} `) && !TOLD_ELSEWHERE.includes(code) && !isOfDatabase(code));
    expect(without).toEqual([]);
  });

  test('no code is registered twice', () => {
    const codes = Object.values(CODES).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
