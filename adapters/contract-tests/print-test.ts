import { stringify } from 'yaml';
import type { Contract } from '../../engine/domain/contract.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import { paint } from '../terminal/paint.ts';
import { failureReasons } from './failure-reasons.ts';
import type { PlayedTest } from './play-test.ts';
import { placeText } from './rule-reasons.ts';
import { sideBySide } from './side-by-side.ts';

export interface TestPrintOptions {
  readonly color: boolean;
  /** Of the terminal, in columns. */
  readonly width: number;
}

/** One test for people: a line if it passed; else what was expected beside what came of it, and why. */
export function testText(played: PlayedTest, contract: Contract, options: TestPrintOptions): string {
  const { color, width } = options;
  const { test } = played;
  if (played.kind === 'passed') return `  ${paint('✓', 'good', color)} ${test.name}`;
  const head = [
    `  ${paint('✗', 'bad', color)} ${paint(test.name, 'strong', color)}`,
    `    ${paint(placeText(test.place), 'dim', color)}`,
    '',
  ];
  const inset = (lines: readonly string[]): readonly string[] =>
    lines.map((line) => (line === '' ? '' : `    ${line}`));
  if (played.kind === 'broken')
    return [...head, ...inset([`could not be played: ${played.reason}`, ''])].join('\n');
  const { expected, actual } = played.comparison;
  const columns = sideBySide(['expected', 'actual'], linesOf(expected), linesOf(actual), {
    width: width - 4,
    color,
  });
  return [...head, ...inset([...columns, '', ...failureReasons(contract, played), ''])].join('\n');
}

/** As a test would write it. */
const linesOf = (document: JsonObject): readonly string[] =>
  Object.keys(document).length === 0
    ? ['nothing']
    : stringify(document, { lineWidth: 0, singleQuote: true }).trimEnd().split('\n');
