import { beforeAll, describe, expect, test } from 'vitest';
import {
  isoText,
  localDate,
  NotADate,
  isoInstant,
  readLocalDate,
  zoneOffsetMs,
} from '../../../adapters/database/dates.ts';

const BERLIN = 'Europe/Berlin';
const at = (iso: string): number => Date.parse(iso);

beforeAll(() => {
  // Nothing may depend on the zone of the process.
  process.env.TZ = 'Asia/Tokyo';
});

describe('a local date is read in the zone of the contract', () => {
  test.each([
    ['2026-01-15 12:00:00', 'UTC', '2026-01-15T12:00:00.000Z'],
    ['2026-01-15 12:00:00', BERLIN, '2026-01-15T11:00:00.000Z'],
    ['2026-07-15 12:00:00', BERLIN, '2026-07-15T10:00:00.000Z'],
    ['2026-07-15T12:00:00', BERLIN, '2026-07-15T10:00:00.000Z'],
    ['2026-07-15 12:00', 'America/New_York', '2026-07-15T16:00:00.000Z'],
    ['2026-07-15', BERLIN, '2026-07-14T22:00:00.000Z'],
    ['2026-07-15 12:00:00.25', BERLIN, '2026-07-15T10:00:00.250Z'],
    ['2026-07-15 12:00:00.123456', BERLIN, '2026-07-15T10:00:00.123Z'],
  ])('%s in %s is %s', (text, zone, iso) => {
    expect(isoText(readLocalDate(text, zone) ?? 0)).toBe(iso);
  });

  test('the skipped hour of spring is read as if the clock had not been put forward', () => {
    expect(readLocalDate('2026-03-29 01:59:59', BERLIN)).toBe(at('2026-03-29T00:59:59Z'));
    expect(readLocalDate('2026-03-29 02:30:00', BERLIN)).toBe(at('2026-03-29T01:30:00Z'));
    expect(readLocalDate('2026-03-29 03:30:00', BERLIN)).toBe(at('2026-03-29T01:30:00Z'));
  });

  test.each([
    'Europe/Berlin 2026-10-25 02:30:00 2026-10-25T00:30:00Z',
    'America/New_York 2026-11-01 01:30:00 2026-11-01T05:30:00Z',
  ])('the repeated hour of autumn is read as the earlier instant: %s', (line) => {
    const [zone = '', day = '', time = '', iso = ''] = line.split(' ');
    expect(readLocalDate(`${day} ${time}`, zone)).toBe(at(iso));
  });

  test.each(['0000-00-00 00:00:00', '2026-00-10 00:00:00', '2026-02-31 10:00:00', null, undefined])(
    'a date that does not exist is null: %s',
    (value) => {
      expect(readLocalDate(value, BERLIN)).toBeNull();
    },
  );

  test.each([1_764_000_000, '15.01.2026', 'yesterday', '', '2026-01-15T12:00:00Z'])(
    '%s is refused',
    (value) => {
      expect(() => readLocalDate(value, BERLIN)).toThrow(NotADate);
    },
  );
});

describe('a local date is written in the zone of the contract', () => {
  test('in whole seconds, cut and not rounded', () => {
    expect(localDate(at('2026-07-15T10:00:00.999Z'), BERLIN)).toBe('2026-07-15 12:00:00');
  });

  test('on both sides of both switches', () => {
    expect(localDate(at('2026-03-29T00:59:59Z'), BERLIN)).toBe('2026-03-29 01:59:59');
    expect(localDate(at('2026-03-29T01:00:00Z'), BERLIN)).toBe('2026-03-29 03:00:00');
    expect(localDate(at('2026-10-25T00:30:00Z'), BERLIN)).toBe('2026-10-25 02:30:00');
    expect(localDate(at('2026-10-25T01:30:00Z'), BERLIN)).toBe('2026-10-25 02:30:00');
  });

  test('the offset is that of the instant', () => {
    expect(zoneOffsetMs(at('2026-07-15T10:00:00Z'), BERLIN)).toBe(7_200_000);
    expect(zoneOffsetMs(at('2026-12-15T10:00:00Z'), BERLIN)).toBe(3_600_000);
  });
});

test('an ISO text without an offset is in UTC; what is none is refused', () => {
  expect(isoInstant('2026-07-15T10:00:00')).toBe(at('2026-07-15T10:00:00Z'));
  expect(isoInstant('2026-07-15T12:00:00+02:00')).toBe(at('2026-07-15T10:00:00Z'));
  expect(() => isoInstant('soon')).toThrow(NotADate);
});
