import type { BridgeSettings, Poll } from '../domain/contract.ts';
import { minutes } from '../domain/instant.ts';
import {
  BRIDGE_TIMEOUT_MS_DEFAULT,
  BRIDGE_TIMEOUT_MS_MAX,
  POLL_MS_MAX,
  POLL_MS_MIN,
} from '../domain/limits.ts';
import { CODES } from './codes.ts';
import { compileDuration } from './compile-duration.ts';
import { compileSetting } from './compile-setting.ts';
import { cronGaps } from './cron-gaps.ts';
import { durationText, parseDuration } from './duration.ts';
import type { Report, Spot } from './report.ts';
import type { Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenContract } from './written-contract.ts';

type WrittenBridge = WrittenContract['bridge'];

export function compileBridge(written: Written<WrittenBridge> | null, scope: Scope): BridgeSettings | null {
  const url = compileSetting(written?.get('url') ?? null, 'none', scope.report);
  const key = compileSetting(written?.get('key') ?? null, 'whole', scope.report);
  const poll = compilePoll(written?.get('poll') ?? null, scope);
  const bounds = { default: BRIDGE_TIMEOUT_MS_DEFAULT, min: 1, max: BRIDGE_TIMEOUT_MS_MAX };
  const timeoutMs = compileDuration(written?.get('timeout') ?? null, bounds, scope.report);
  const approvals = written?.get('approvals')?.text === 'POST' ? 'POST' : 'PUT';
  return url === null || key === null || poll === null ? null : { url, key, poll, timeoutMs, approvals };
}

const POLL_HINT = `From ${durationText(POLL_MS_MIN)} to ${durationText(POLL_MS_MAX)}: so the provider asks for it.`;

function compilePoll(written: Written<WrittenBridge['poll']> | null, scope: Scope): Poll | null {
  if (written === null) return null;
  const cron = written.get('cron');
  if (cron?.text != null) {
    checkCron(cron.text, cron, scope.report);
    return { kind: 'cron', expression: cron.text, timeZone: scope.timeZone };
  }
  const ms = written.text === null ? null : parseDuration(written.text);
  if (ms === null) return null;
  if (ms < POLL_MS_MIN || ms > POLL_MS_MAX) {
    const message = `A poll every ${durationText(ms)} is too ${ms < POLL_MS_MIN ? 'often' : 'rare'}.`;
    scope.report.add(CODES.badPoll, written, message, POLL_HINT);
  }
  return { kind: 'every', ms };
}

function checkCron(text: string, at: Spot, report: Report): void {
  const gaps = cronGaps(text);
  if (gaps === null) {
    const hint =
      'Five fields, or six with seconds in front: minute, hour, day, month, weekday, as in */2 * * * *.';
    report.add(CODES.badPoll, at, `"${text}" is not a cron expression.`, hint);
  } else if (gaps.min < POLL_MS_MIN) {
    const message = `"${text}" polls twice within ${durationText(gaps.min)}: that is too often.`;
    report.add(CODES.badPoll, at, message, POLL_HINT);
  } else if (gaps.max > POLL_MS_MAX) {
    const between = gaps.max > minutes(60) ? 'over an hour' : durationText(gaps.max);
    report.add(
      CODES.badPoll,
      at,
      `"${text}" leaves ${between} between two polls: that is too rare.`,
      POLL_HINT,
    );
  }
}
