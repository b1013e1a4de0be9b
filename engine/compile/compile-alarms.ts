import {
  ALARM_KINDS,
  ALARM_THRESHOLDS,
  type AlarmSettings,
  type AlarmThresholds,
  isDuration,
  PROVIDER_ALARMS,
  type WatchedKind,
} from '../domain/alarm.ts';
import type { Poll } from '../domain/contract.ts';
import { minutes, seconds, type Milliseconds } from '../domain/instant.ts';
import { POLL_MS_MAX } from '../domain/limits.ts';
import { CODES } from './codes.ts';
import { compileDuration } from './compile-duration.ts';
import { compileSetting } from './compile-setting.ts';
import { durationText } from './duration.ts';
import type { Report } from './report.ts';
import type { WrittenAlarms } from './written-contract.ts';
import type { Written } from './yaml/written.ts';

const OFF = 'off';
const DURATION_MIN = seconds(1);
const DURATION_MAX = minutes(7 * 24 * 60);

/** Thresholds that are not written are the defaults, also where the key is absent altogether. */
export function compileAlarms(
  written: Written<WrittenAlarms> | null,
  poll: Poll | null,
  report: Report,
): AlarmSettings {
  const thresholds: { -readonly [kind in WatchedKind]: number | null } = { ...ALARM_THRESHOLDS };
  for (const kind of ALARM_KINDS) {
    if (kind === 'stopped') continue;
    const value = written?.get(keyOf(kind)) ?? null;
    if (value === null) continue;
    thresholds[kind] = value.text === OFF ? null : thresholdOf(kind, value, report);
    checkProvider(kind, thresholds[kind], value, report);
  }
  checkLastPoll(thresholds, written, poll, report);
  return {
    thresholds,
    webhook: compileSetting(written?.get('webhook') ?? null, 'none', report),
    command: compileCommand(written?.get('command') ?? null),
  };
}

type ThresholdKey = Exclude<keyof WrittenAlarms, 'webhook' | 'command'>;

const keyOf = (kind: WatchedKind): ThresholdKey => kind.replaceAll('-', '_') as ThresholdKey;

function thresholdOf(kind: WatchedKind, value: Written<string | number>, report: Report): number | null {
  const otherwise = ALARM_THRESHOLDS[kind];
  if (isDuration(kind)) {
    const bounds = { default: otherwise ?? DURATION_MAX, min: DURATION_MIN, max: DURATION_MAX };
    return compileDuration(value, bounds, report);
  }
  // What is no number, the schema says.
  const count = Number(value.text);
  return Number.isInteger(count) && count > 0 ? count : otherwise;
}

function checkProvider(
  kind: WatchedKind,
  threshold: number | null,
  value: Written<string | number>,
  report: Report,
): void {
  const theirs = PROVIDER_ALARMS[kind];
  if (theirs === undefined || threshold === null || threshold < theirs) return;
  const shown = isDuration(kind) ? durationText(theirs) : String(theirs);
  const message = `At ${value.text ?? ''} the provider’s own alarm comes first, or the message is given up.`;
  report.add(CODES.lateAlarm, value, message, `Stay below ${shown}; the default is ${defaultText(kind)}.`);
}

const defaultText = (kind: WatchedKind): string => {
  const value = ALARM_THRESHOLDS[kind] ?? 0;
  return isDuration(kind) ? durationText(value) : String(value);
};

/** Between two polls the last one is as old as their distance, and an answer may take its time. */
function checkLastPoll(
  thresholds: AlarmThresholds,
  written: Written<WrittenAlarms> | null,
  poll: Poll | null,
  report: Report,
): void {
  const value = written?.get('last_poll') ?? null;
  const threshold = thresholds['last-poll'];
  if (value === null || threshold === null || poll === null) return;
  const between: Milliseconds = poll.kind === 'every' ? poll.ms : POLL_MS_MAX;
  if (threshold > 2 * between) return;
  const message = `Polls are up to ${durationText(between)} apart, so that the last one is often ${durationText(threshold)} ago.`;
  report.add(CODES.restlessAlarm, value, message, `Write more than ${durationText(2 * between)}, or off.`);
}

function compileCommand(written: Written<readonly string[]> | null): AlarmSettings['command'] {
  const [program, ...rest] = written?.items().map((item) => item.text ?? '') ?? [];
  return program === undefined ? null : [program, ...rest];
}
