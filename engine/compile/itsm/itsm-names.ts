import { values, type InputPart, type InputShape } from '../scope.ts';
import type { Written } from '../yaml/written.ts';
import type { WrittenItsm, WrittenSources } from './written-itsm.ts';

/** What the ITSM description declares for rules to read and write, known even where the rest of it has mistakes. */
export interface ItsmNames {
  readonly ticket: InputShape;
  /** Ticket fields by name: can they be written? Null while they are not known. */
  readonly ticketFields: ReadonlyMap<string, boolean> | null;
  /** Null if comments are not described. */
  readonly comments: {
    readonly input: InputShape;
    readonly fields: ReadonlyMap<string, boolean> | null;
  } | null;
}

export function itsmNames(written: Written<WrittenItsm> | null): ItsmNames {
  const tickets = written?.get('tickets') ?? null;
  const ticketSources = tickets?.get('fields') ?? null;
  const custom = tickets?.get('custom_fields')?.get('fields') ?? null;
  const ticketNames = (sources: Written<WrittenSources>): ReadonlyMap<string, InputPart> =>
    new Map([
      ...parts(sources),
      ...values(['key', 'number', 'provider_number']),
      ...(custom === null ? [] : [['custom', new Set(custom.entries().map(([name]) => name))] as const]),
    ]);
  const comments = written?.get('comments') ?? null;
  const commentSources = comments?.get('fields') ?? null;
  return {
    ticket: { what: 'a ticket', names: ticketSources === null ? null : ticketNames(ticketSources) },
    ticketFields: ticketSources === null ? null : writability(ticketSources),
    comments:
      written !== null && comments === null
        ? null
        : {
            input: {
              what: 'a comment',
              names: commentSources === null ? null : new Map([...parts(commentSources), ...values(['key'])]),
            },
            fields: commentSources === null ? null : writability(commentSources),
          },
  };
}

/** A reference to another row has parts, anything else is a plain value. */
function parts(sources: Written<WrittenSources>): readonly (readonly [string, InputPart])[] {
  return sources.entries().map(([name, source]) => {
    const fields = source.get('fields');
    return [name, fields === null ? 'value' : new Set(fields.entries().map(([part]) => part))];
  });
}

/** A reference without a `value` column can only be read: nothing says which row a value means. */
const writability = (sources: Written<WrittenSources>): ReadonlyMap<string, boolean> =>
  new Map(
    sources
      .entries()
      .map(([name, source]) => [name, source.get('from') === null || source.get('value') !== null]),
  );
