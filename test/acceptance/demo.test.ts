import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../support/cli-process.ts';

let folder: string;

beforeEach(async () => {
  // It reads rules/ and writes .bridgehead/demo below the working directory.
  folder = await mkdtemp(join(tmpdir(), 'bridgehead-demo-'));
  await symlink(join(import.meta.dirname, '../../rules'), join(folder, 'rules'));
});

afterEach(() => rm(folder, { recursive: true }));

test('demo --once tells every way a ticket travels, and ends with both sides agreeing', async () => {
  const { code, out } = await runCli(['demo', '--once'], { cwd: folder });
  expect(code, out).toBe(0);
  const lines = out.split('\n');

  const rows = lines.slice(lines.findIndex((line) => line.startsWith('contract ')) + 2);
  const compared = rows.filter((line) => / {2}e-CS\d{7} {2}/.test(line) && !line.includes('(dropped)'));
  expect(compared.map((line) => line.split(/ {2,}/).slice(0, 2).join(' ')).sort()).toEqual([
    'acme INC0000001',
    'acme INC0000002',
    'acme INC0000003',
    'acme INC0000006',
    'acme INC0000011',
    'acme INC0000012',
    'globex GX-00101',
    'globex GX-00102',
    'globex GX-00103',
    'globex GX-00107',
    'globex GX-00110',
    'globex GX-00111',
  ]);
  for (const row of compared) expect(row).toMatch(/ {2}yes$/);
  expect(rows.filter((line) => line.includes('(dropped)'))).toEqual([
    expect.stringContaining('Printer in the lobby is out of paper'),
  ]);
  expect(lines).toContain('Both sides agree on every ticket, field by field.');

  const told = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
  expect(told(/ Create +dropped .*printers are not in the contract/)).toBe(1);
  expect(told(/ create +refused .*"Ensono Database" → "Ensono Service Desk"/)).toBe(1);
  expect(told(/ create +waiting .*no answer/)).toBe(1);
  expect(told(/ ReturnEnsonoNum +applied /)).toBe(1);
  expect(told(/INC0000011 .* create +sent .*tasks that the provider carries out/)).toBe(1);
  expect(told(/INC0000011 .* update +sent .*description/)).toBe(1);

  const log = await readFile(join(folder, '.bridgehead/demo/engine.log'), 'utf8');
  expect(log).toContain('"step":"bridge request"');
  for (const key of ['acme-demo-key', 'globex-demo-key']) expect(log).not.toContain(key);
}, 180_000);
