import { expect, test } from 'vitest';
import { CODES } from '../../../engine/compile/codes.ts';
import { DIAGNOSTICS_MAX, Report } from '../../../engine/compile/report.ts';

const at = (file: string, line: number, column = 1) => ({ place: { file, line, column }, length: 1 });

test('mistakes come sorted by file, line and column, each once', () => {
  const report = new Report();
  report.add(CODES.unknownKey, at('b', 1), 'first of the second file');
  report.add(CODES.unknownKey, at('a', 10), 'last');
  report.add(CODES.unknownKey, at('a', 9, 4), 'middle');
  report.add(CODES.unknownKey, at('a', 9, 4), 'middle');
  report.add(CODES.unknownKey, at('a', 9, 3), 'first');
  expect(report.result(['a', 'b']).diagnostics.map(({ message }) => message)).toEqual([
    'first',
    'middle',
    'last',
    'first of the second file',
  ]);
});

test('so many are shown, the rest is counted', () => {
  const report = new Report();
  for (let line = 1; line <= DIAGNOSTICS_MAX + 50; line++) report.add(CODES.unknownKey, at('a', line), 'x');
  const { diagnostics } = report.result(['a']);
  expect(diagnostics).toHaveLength(DIAGNOSTICS_MAX + 1);
  expect(diagnostics.at(-1)).toMatchObject({ code: 'BH009', message: '50 more mistakes are not shown.' });
});
