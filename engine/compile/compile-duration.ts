import type { Milliseconds } from '../domain/instant.ts';
import { CODES } from './codes.ts';
import { durationText, parseDuration } from './duration.ts';
import type { Report } from './report.ts';
import type { Written } from './yaml/written.ts';

/** A written length of time within bounds, or the default where none is written. */
export function compileDuration(
  written: Written<string> | null,
  bounds: { readonly default: Milliseconds; readonly min: Milliseconds; readonly max: Milliseconds },
  report: Report,
): Milliseconds {
  const text = written?.text ?? null;
  if (written === null || text === null) return bounds.default;
  const ms = parseDuration(text);
  // How it is written, the schema says.
  if (ms === null) return bounds.default;
  if (ms < bounds.min || ms > bounds.max) {
    const message = `${text} is too ${ms < bounds.min ? 'short' : 'long'}.`;
    const hint = `From ${durationText(bounds.min)} to ${durationText(bounds.max)}; default ${durationText(bounds.default)}.`;
    report.add(CODES.badDuration, written, message, hint);
  }
  return ms;
}
