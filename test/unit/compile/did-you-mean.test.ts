import { expect, test } from 'vitest';
import { closest, editDistance } from '../../../engine/compile/yaml/did-you-mean.ts';

test.each([
  ['status', 'status', 0],
  ['staus', 'status', 1],
  ['sttaus', 'status', 1],
  ['statis', 'status', 1],
  ['', 'abc', 3],
])('%s and %s are %i apart', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
});

test.each([
  ['short_description', 'shortDescription'],
  ['Priorty', 'priority'],
  ['group', null],
  ['5', null],
])('%s was meant as %s', (written, meant) => {
  expect(closest(written, ['shortDescription', 'priority', '1'])).toBe(meant);
});
