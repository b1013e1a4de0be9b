import { describe, expect, it } from 'vitest';
import { nextCronRun } from '../../../adapters/clock/next-cron-run.ts';

describe('the next run of a cron expression', () => {
  it.each([
    ['every half minute', '*/30 * * * * *', 'UTC', '2026-03-01T10:00:05.250Z', '2026-03-01T10:00:30.000Z'],
    [
      'after the moment it is due',
      '*/30 * * * * *',
      'UTC',
      '2026-03-01T10:00:30.000Z',
      '2026-03-01T10:01:00.000Z',
    ],
    ['every two minutes', '*/2 * * * *', 'UTC', '2026-03-01T10:59:59.999Z', '2026-03-01T11:00:00.000Z'],
    [
      'by the clock of its zone',
      '0 8 * * 1',
      'Europe/Berlin',
      '2026-03-23T07:00:00Z',
      '2026-03-30T06:00:00.000Z',
    ],
    [
      'in a zone of half hours',
      '@hourly',
      'Asia/Kolkata',
      '2026-03-01T10:00:00Z',
      '2026-03-01T10:30:00.000Z',
    ],
    ['on the last day of a month', '0 0 L * *', 'UTC', '2026-02-03T00:00:00Z', '2026-02-28T00:00:00.000Z'],
    ['on the second Tuesday', '0 12 * * 2#2', 'UTC', '2026-02-03T00:00:00Z', '2026-02-10T12:00:00.000Z'],
    [
      'after an hour that a zone leaves out',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      '2026-03-30T00:30:00.000Z',
    ],
    [
      'in both hours that a zone has twice',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:30:00.000Z',
    ],
  ])('is %s: %s', (_, expression, timeZone, now, expected) => {
    expect(new Date(nextCronRun(expression, timeZone, Date.parse(now))).toISOString()).toBe(expected);
  });

  it('throws on what is no expression', () => {
    expect(() => nextCronRun('every now and then', 'UTC', 0)).toThrow();
  });
});
