import type { FieldSource, ItsmDescription } from '../../engine/domain/itsm-description.ts';
import { isJsonObject, type JsonObject } from '../../engine/domain/json.ts';

/** Says where a plain name of an expression comes from; null for anything that is not a plain name. */
export type SourceOf = (text: string) => string | null;

/** What was said once of a description's names is known from then on: the texts are those of one contract's expressions. */
function remembered<Of extends object>(sourcesOf: (of: Of) => SourceOf): (of: Of) => SourceOf {
  const all = new WeakMap<Of, SourceOf>();
  return (of) => {
    const known = all.get(of);
    if (known !== undefined) return known;
    const sources = sourcesOf(of);
    const said = new Map<string, string | null>();
    const sourceOf: SourceOf = (text) => {
      let source = said.get(text);
      if (source === undefined) said.set(text, (source = sources(text)));
      return source;
    };
    all.set(of, sourceOf);
    return sourceOf;
  };
}

/** Of a ticket: table and column, by itsm.yaml. */
export const ticketSources = remembered(({ tickets }: ItsmDescription): SourceOf => {
  const own: ReadonlyMap<string, string> = new Map([
    ['key', tickets.key],
    ['number', tickets.number.column],
    ['provider_number', tickets.providerNumber],
  ]);
  return (text) => {
    const [name, part] = plainPath(text) ?? [null, null];
    if (name === null) return null;
    const column = own.get(name);
    if (column !== undefined) return `${tickets.table}.${column}`;
    if (name !== 'custom') return columnOf(tickets.table, tickets.fields.get(name), part);
    const { customFields } = tickets;
    const written = part === null ? undefined : customFields?.fields.get(part);
    return customFields === null || written === undefined
      ? null
      : `${customFields.table}.${customFields.value} (where ${customFields.name} is ${written})`;
  };
});

/** Of a comment. */
export function commentSources({ comments }: Pick<ItsmDescription, 'comments'>): SourceOf {
  return (text) => {
    const [name, part] = plainPath(text) ?? [null, null];
    if (comments === null || name === null) return null;
    if (name === 'key') return `${comments.table}.${comments.key}`;
    return columnOf(comments.table, comments.fields.get(name), part);
  };
}

/** Of an attachment. */
export function attachmentSources({ attachments }: Pick<ItsmDescription, 'attachments'>): SourceOf {
  return (text) => {
    const [name, part] = plainPath(text) ?? [null, null];
    if (attachments === null || name === null) return null;
    const { table, key, name: named, contentType, size, fields } = attachments;
    const own: Readonly<Record<string, string | null>> = {
      key,
      name: named,
      content_type: contentType,
      size,
    };
    if (!Object.hasOwn(own, name)) return columnOf(table, fields.get(name), part);
    return own[name] == null ? null : `${table}.${own[name]}`;
  };
}

/** Of a message: which part of its body. */
export function messageSources(body: JsonObject): SourceOf {
  const changed = isJsonObject(body.changed) ? body.changed : {};
  const notes = isJsonObject(body.notes) ? body.notes : {};
  return (text) => {
    const [name] = plainPath(text) ?? [null];
    if (name === null) return null;
    if (name in changed) return `changed.${name}`;
    if (name in notes && !(name in body)) return `notes.${name}`;
    return name in body ? `body.${name}` : null;
  };
}

function columnOf(table: string, source: FieldSource | undefined, part: string | null): string | null {
  switch (source?.kind) {
    case undefined:
      return null;
    case 'column':
      return `${table}.${source.column}`;
    case 'lookup':
      return `${source.table}.${source.value} (by ${table}.${source.column})`;
    case 'reference': {
      const column = part === null ? undefined : source.fields.get(part);
      return column === undefined ? null : `${source.table}.${column.column} (by ${table}.${source.column})`;
    }
  }
}

const PLAIN_PATH = /^`?([A-Za-z_]\w*)`?(?:\s*\.\s*`?([A-Za-z_]\w*)`?)?$/;

/** `caller.name` as its names; null: it is no plain name. */
export function plainPath(text: string): readonly [string, string | null] | null {
  const [, name, part] = PLAIN_PATH.exec(text.trim()) ?? [];
  return name === undefined ? null : [name, part ?? null];
}
