import { expect, test } from 'vitest';
import { durationText, parseDuration, parseDurationRange } from '../../../engine/compile/duration.ts';

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
  expect(durationText(ms)).toBe(text);
});

test.each(['', '30', 's', '-1s', '1.5s', '1 s', '1d', '1s ', '9999999999s'])(
  '"%s" is not a length of time',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);

test.each([
  ['60s..120s', { min: 60_000, max: 120_000 }],
  ['90s', { min: 90_000, max: 90_000 }],
  ['120s..60s', null],
  ['60s..', null],
  ['1s..2s..3s', null],
])('%s as a range', (text, range) => {
  expect(parseDurationRange(text)).toEqual(range);
});
