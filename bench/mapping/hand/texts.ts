import { zoneOffsetMs } from '../../../adapters/database/dates.ts';

/** Hand-written: what texts go through on their way to the wire. */

// eslint-disable-next-line no-control-regex -- control characters are what this is about
const ODD = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const ODD_ALL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;
const ESCAPED = /[\n\r\t"\\]/;

/** Without what no JSON reader and no database can hold. */
export function plain(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return ODD.test(whole) ? whole.replace(ODD_ALL, '') : whole;
}

/** A free text as the bridge wants it: escaped twice. */
export function escaped(text: string): string {
  const whole = plain(text);
  if (!ESCAPED.test(whole)) return whole;
  return whole
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('"', '\\"')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r');
}

const BEGIN = '----- Additional information -----';
const END = '----- End of additional information -----';

/** The description with so many lines behind it, each `Label: value`. */
export function withLines(text: string, lines: string): string {
  if (lines === '' && !text.includes(BEGIN)) return text;
  return `${text}\n\n${BEGIN}\n${lines}${END}`;
}

/** One such line; nothing of a value that is none. */
export const line = (label: string, value: string | null | undefined): string =>
  value == null || value.trim() === '' ? '' : `${label}: ${value.replaceAll('-----', '- - -')}\n`;

/** `2026-11-23 14:05` in the client's zone, of an ISO text. */
export function dateIn(zone: string, iso: string): string {
  const at = Date.parse(iso);
  const local = zone === 'UTC' ? iso : new Date(at + offsetOf(zone, at)).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 16)}`;
}

/** Of one zone: this is one client's program. */
const offsets = new Map<number, number>();
const QUARTER_MS = 15 * 60_000;

function offsetOf(zone: string, at: number): number {
  const quarter = Math.floor(at / QUARTER_MS);
  let offset = offsets.get(quarter);
  if (offset === undefined) {
    offset = zoneOffsetMs(at, zone);
    offsets.set(quarter, offset);
  }
  return offset;
}
