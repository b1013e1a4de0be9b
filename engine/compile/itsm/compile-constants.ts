import type { Constant } from '../../domain/itsm-description.ts';
import { checkColumnKey } from './compile-identifier.ts';
import type { Report } from '../report.ts';
import type { Written } from '../yaml/written.ts';
import type { WrittenConstants } from './written-itsm.ts';

/** Stands for the moment of writing. */
const NOW = 'now';

/** Column = value, for choosing rows. */
export function compileWhere(
  written: Written<WrittenConstants> | null,
  report: Report,
): ReadonlyMap<string, string | number | boolean | null> {
  const values = new Map<string, string | number | boolean | null>();
  for (const [column, value] of written?.entries() ?? []) {
    checkColumnKey(column, value, report);
    values.set(column, value.scalar?.value ?? null);
  }
  return values;
}

/** Column = value, for writing rows. */
export const compileConstants = (
  written: Written<WrittenConstants> | null,
  report: Report,
): ReadonlyMap<string, Constant> =>
  new Map(
    [...compileWhere(written, report)].map(([column, value]) => [
      column,
      value === NOW ? { now: true } : value,
    ]),
  );
