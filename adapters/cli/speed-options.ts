import { InvalidArgumentError, Option } from 'commander';

/** `--speed` and `--speed-since`, as they are read. */
export interface SpeedOptions {
  readonly speed: number;
  readonly speedSince?: number;
}

export const speedOption = (): Option =>
  new Option(
    '--speed <factor>',
    'let time run faster, to try things: 30 makes a poll of 30s come every second',
  )
    .argParser(positiveNumber)
    .default(1);

export const speedSinceOption = (): Option =>
  new Option(
    '--speed-since <date>',
    'since when time has run at that speed (ISO 8601), so that several processes agree; default: the start',
  ).argParser(instant);

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function instant(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('It must be a date such as 2026-11-23T18:00:00Z.');
  return value;
}
