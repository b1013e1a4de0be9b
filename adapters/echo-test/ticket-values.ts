import type { ColumnType, ItsmDescription } from '../../engine/domain/itsm-description.ts';
import { plainPath } from '../preview/sources.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';

/** Names from the top of a ticket: `['title']`, `['caller', 'name']`, `['custom', 'asset_tag']`. */
export type Path = readonly string[];

/** What itsm.yaml lets stand there; null: nothing. A row elsewhere as a whole is written by its value, a text. */
export function typeAt({ tickets }: Pick<ItsmDescription, 'tickets'>, path: Path): ColumnType | null {
  const [name = '', part, ...more] = path;
  if (more.length > 0) return null;
  if (name === 'custom') return tickets.customFields?.fields.has(part ?? '') === true ? 'text' : null;
  const source = tickets.fields.get(name);
  switch (source?.kind) {
    case undefined:
      return null;
    case 'column':
      return part === undefined ? source.type : null;
    case 'lookup':
      return part === undefined ? 'text' : null;
    case 'reference':
      return part === undefined ? null : (source.fields.get(part)?.type ?? null);
  }
}

/** The same fields with another value there. */
export function withValue(fields: JsonObject, [name = '', part]: Path, value: Json): JsonObject {
  if (part === undefined) return { ...fields, [name]: value };
  const whole = fields[name];
  return {
    ...fields,
    [name]: { ...(isJsonObject(whole ?? null) ? (whole as JsonObject) : {}), [part]: value },
  };
}

export function valueAt(fields: JsonObject, [name = '', part]: Path): Json {
  const whole = fields[name] ?? null;
  if (part === undefined) return whole;
  return isJsonObject(whole) ? (whole[part] ?? null) : null;
}

/** A word of a table as the column holds it; null: it cannot. */
export function asColumnType(type: ColumnType, word: string): Json {
  switch (type) {
    case 'text':
    case 'date':
      return word;
    case 'number':
      return Number.isFinite(Number(word)) ? Number(word) : null;
    case 'boolean':
      return word === 'true' ? true : word === 'false' ? false : null;
  }
}

/** `caller.name` as a path; null: it is no plain name. */
export function pathOf(text: string): Path | null {
  const [name, part] = plainPath(text) ?? [null, null];
  if (name === null) return null;
  return part === null ? [name] : [name, part];
}
