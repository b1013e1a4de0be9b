import type { Column, ColumnType } from '../../../engine/domain/itsm-description.ts';
import type { Json } from '../../../engine/domain/json.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { isoText, NotADate, readLocalDate, writtenDate } from '../dates.ts';
import { shown } from '../errors.ts';

/** What a statement is bound to: no objects, no dates, nothing undefined. */
export type Bound = string | number | boolean | null;

const YES = new Set(['1', 't', 'true', 'y', 'yes']);
const NO = new Set(['', '0', 'f', 'false', 'n', 'no']);

/** A column's value as rules see it. `where` names the column in errors: `tickets.title`. */
export function readValue(raw: unknown, type: ColumnType, timeZone: string, where: string): Json {
  if (raw === null || raw === undefined) return null;
  switch (type) {
    case 'text':
      return plainText(raw);
    case 'number': {
      const number = plainText(raw).trim() === '' ? Number.NaN : Number(plainText(raw));
      if (Number.isNaN(number)) throw new ItsmRefused(`${where} holds ${shown(raw)}, which is not a number`);
      return number;
    }
    case 'boolean': {
      const word = (Buffer.isBuffer(raw) ? String(raw[0] ?? 0) : plainText(raw)).toLowerCase();
      if (YES.has(word)) return true;
      if (NO.has(word)) return false;
      throw new ItsmRefused(`${where} holds ${shown(raw)}, which is neither true nor false`);
    }
    case 'date': {
      const instant = asRefusal(where, 'holds', () => readLocalDate(raw, timeZone));
      return instant === null ? null : isoText(instant);
    }
  }
}

/** Keys, numbers and texts alike, as text; a binary column's bytes are UTF-8. */
export function plainText(raw: unknown): string {
  if (typeof raw === 'string') return raw;
  if (Buffer.isBuffer(raw)) return raw.toString('utf8');
  if (typeof raw === 'number' || typeof raw === 'bigint' || typeof raw === 'boolean') return String(raw);
  return JSON.stringify(raw);
}

/** A rule's value as the column takes it. `where` names column and field in errors. */
export function writtenValue(
  value: Json,
  { type }: Pick<Column, 'type'>,
  timeZone: string,
  where: string,
): Bound {
  if (value === null) return null;
  if (typeof value === 'object')
    throw new ItsmRefused(
      `${where} takes one ${type}, not ${shown(value)}: a rule gives a list or an object here`,
    );
  switch (type) {
    case 'text':
      return String(value);
    case 'number':
      return writtenNumber(value, where);
    case 'boolean': {
      const word = String(value).toLowerCase();
      if (word !== '' && (YES.has(word) || NO.has(word))) return YES.has(word);
      throw new ItsmRefused(`${where} takes true or false, not ${shown(value)}`);
    }
    case 'date':
      return asRefusal(where, 'takes a date:', () => writtenDate(String(value), timeZone));
  }
}

function writtenNumber(value: string | number | boolean, where: string): Bound {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*$/.test(value)) {
    const number = Number(value);
    // Beyond 2^53 the text is the exact one.
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? value.trim() : number;
  }
  throw new ItsmRefused(`${where} takes a number, not ${shown(value)}`);
}

function asRefusal<T>(where: string, verb: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotADate)
      throw new ItsmRefused(`${where} ${verb} ${error.message}`, { cause: error });
    throw error;
  }
}
