import { CHARACTER_SETS, DATE_RANGES, type ColumnRoom } from '../../domain/itsm-description.ts';
import { values, type InputPart, type InputShape } from '../scope.ts';
import type { Written } from '../yaml/written.ts';
import type {
  WrittenAttachmentTable,
  WrittenChangeRequests,
  WrittenCommentTable,
  WrittenItsm,
  WrittenSource,
  WrittenSources,
  WrittenTicketTable,
} from './written-itsm.ts';

/** What the ITSM description declares for rules to read and write, known even where the rest of it has mistakes. */
export interface ItsmNames extends TicketNames {
  /** Null if changes are not described. */
  readonly changes: ChangeNames | null;
}

/** A field that a rule may fill: whether it can be written, and what its column takes; null: all that is known of. */
export interface DeclaredField {
  readonly isWritable: boolean;
  readonly room: ColumnRoom | null;
}

export type DeclaredFields = ReadonlyMap<string, DeclaredField>;

/** What rules can read and write of tickets, or of changes. */
export interface TicketNames {
  readonly ticket: InputShape;
  /** Null while they are not known. */
  readonly ticketFields: DeclaredFields | null;
  /** Null if comments are not described. */
  readonly comments: RowNames | null;
  /** Null if attachments are not described. */
  readonly attachments: RowNames | null;
}

export interface ChangeNames extends TicketNames {
  /** Null if approvals are not described. */
  readonly approvals: RowNames | null;
}

/** The same of rows that belong to a ticket. */
export interface RowNames {
  readonly input: InputShape;
  readonly fields: DeclaredFields | null;
}

export function itsmNames(written: Written<WrittenItsm> | null): ItsmNames {
  const tickets = written?.get('tickets') ?? null;
  const names = ticketNames('a ticket', written, tickets);
  return { ...names, changes: changeNames(written?.get('change_requests') ?? null) };
}

function changeNames(written: Written<WrittenChangeRequests> | null): ChangeNames | null {
  if (written === null) return null;
  const names = ticketNames('a change', written, written);
  const approvals = written.get('approvals')?.get('fields') ?? null;
  const change = names.ticket.names;
  const input: InputShape = {
    what: 'an approval',
    names:
      approvals === null
        ? null
        : new Map([
            ...parts(approvals),
            ...values(['key', 'approval_id']),
            ['change', change === null ? 'anything' : new Set(change.keys())],
          ]),
  };
  const fields = approvals === null ? null : declared(approvals);
  return { ...names, approvals: written.get('approvals') === null ? null : { input, fields } };
}

/** `root`: what they, their comments and their attachments are described in; null while it is not known. */
function ticketNames(
  what: string,
  root: Written<Pick<WrittenItsm, 'comments' | 'attachments'>> | null,
  tickets: Written<WrittenTicketTable> | null,
): TicketNames {
  const comments = root?.get('comments') ?? null;
  const attachments = root?.get('attachments') ?? null;
  const sources = tickets?.get('fields') ?? null;
  const custom = tickets?.get('custom_fields')?.get('fields') ?? null;
  const names =
    sources === null
      ? null
      : new Map<string, InputPart>([
          ...parts(sources),
          ...values(['key', 'number', 'provider_number']),
          ...(custom === null ? [] : [['custom', new Set(custom.entries().map(([name]) => name))] as const]),
        ]);
  return {
    ticket: { what, names },
    ticketFields: sources === null ? null : declared(sources),
    comments: root !== null && comments === null ? null : commentNames(comments),
    attachments: root !== null && attachments === null ? null : attachmentNames(attachments),
  };
}

function commentNames(comments: Written<WrittenCommentTable> | null): RowNames {
  const sources = comments?.get('fields') ?? null;
  const names = sources === null ? null : new Map([...parts(sources), ...values(['key'])]);
  return {
    input: { what: 'a comment', names },
    fields: sources === null ? null : declared(sources),
  };
}

function attachmentNames(attachments: Written<WrittenAttachmentTable> | null): RowNames {
  const sources = attachments?.get('fields') ?? null;
  // Without fields of its own an attachment still has its name, type and size.
  const isKnown = attachments !== null;
  const known = values(['key', 'name', 'content_type', 'size']);
  return {
    input: {
      what: 'an attachment',
      names: isKnown ? new Map([...(sources === null ? [] : parts(sources)), ...known]) : null,
    },
    fields: isKnown ? (sources === null ? new Map() : declared(sources)) : null,
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
const declared = (sources: Written<WrittenSources>): DeclaredFields =>
  new Map(
    sources.entries().map(([name, source]) => [
      name,
      {
        isWritable: source.get('from') === null || source.get('value') !== null,
        room: roomOf(source),
      },
    ]),
  );

/** What the column of a source takes, as it is written. */
export function writtenRoom(source: Written<WrittenSource>): ColumnRoom {
  const characters = source.get('characters')?.text;
  const length = source.get('length')?.scalar?.value;
  const range = source.get('range')?.text;
  const isDate = source.get('from') === null && source.get('type')?.text === 'date';
  return {
    lengthMax: typeof length === 'number' ? length : null,
    characters: CHARACTER_SETS.find((one) => one === characters) ?? null,
    range: isDate ? (DATE_RANGES.find((one) => one === range) ?? 'datetime') : null,
  };
}

function roomOf(source: Written<WrittenSource>): ColumnRoom | null {
  const room = writtenRoom(source);
  return room.lengthMax === null && room.characters === null && room.range === null ? null : room;
}
