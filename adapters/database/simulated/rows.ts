import type { Bound } from '../itsm/field-values.ts';

/** A row as a database holds it: dates are texts in its zone, booleans are 0 and 1. Never changed, only replaced. */
export type Row = Readonly<Record<string, Bound>>;

/** Both databases keep booleans as numbers. */
export function asStored(columns: Row): Row {
  const stored: Record<string, Bound> = { ...columns };
  for (const column of Object.keys(stored)) {
    const value = stored[column];
    if (typeof value === 'boolean') stored[column] = Number(value);
  }
  return stored;
}

/** Whether a row meets conditions such as `tickets.where`. */
export function meets(row: Row, conditions: ReadonlyMap<string, Bound>): boolean {
  for (const [column, wanted] of conditions) {
    const value = row[column] ?? null;
    const stored = typeof wanted === 'boolean' ? Number(wanted) : wanted;
    if (value === null ? stored !== null : stored === null || String(value) !== String(stored)) return false;
  }
  return true;
}

/** Keys in the order of a key column: numbers as numbers. */
export function compareKeys(one: Bound, other: Bound): number {
  const [left, right] = [Number(one), Number(other)];
  if (Number.isFinite(left) && Number.isFinite(right)) return left - right;
  return compareTexts(String(one), String(other));
}

export const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** A key is a number wherever it looks like one, so that what is compared with it as a text finds it. */
export const keyValue = (key: string): Bound =>
  /^\d+$/.test(key) && Number.isSafeInteger(Number(key)) && String(Number(key)) === key ? Number(key) : key;
