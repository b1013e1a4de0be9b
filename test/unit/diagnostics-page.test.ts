import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CODES } from '../../engine/compile/codes.ts';

const PAGE = join(import.meta.dirname, '../../docs/diagnostics.md');

it('docs/diagnostics.md lists every code with its severity and title, in order, and what helps', () => {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| BH'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
  const codes = Object.values(CODES)
    .map(({ code, severity, title }) => [code, severity, title])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1));

  expect(rows.map((cells) => cells.slice(0, 3))).toEqual(codes);
  expect(rows.filter((cells) => (cells[3] ?? '').trim() === '')).toEqual([]);
});
