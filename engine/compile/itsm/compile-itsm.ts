import { IANAZone } from 'luxon';
import type {
  ApprovalTable,
  ChangeRequests,
  CommentTable,
  CustomFieldTable,
  DatabaseSettings,
  ItsmDescription,
  TicketTable,
} from '../../domain/itsm-description.ts';
import type { Place } from '../../domain/place.ts';
import { CODES } from '../codes.ts';
import { compileAttachments } from './compile-attachments.ts';
import { compileChanges } from './compile-changes.ts';
import { compileConstants, compileWhere } from './compile-constants.ts';
import { compileIdentifier } from './compile-identifier.ts';
import { compileSetting } from '../compile-setting.ts';
import { compileSources } from './compile-sources.ts';
import { closest } from '../yaml/did-you-mean.ts';
import type { Report } from '../report.ts';
import type { Written } from '../yaml/written.ts';
import type {
  WrittenApprovalTable,
  WrittenChangeRequests,
  WrittenCommentTable,
  WrittenItsm,
  WrittenTicketTable,
} from './written-itsm.ts';

const ENGINE_SCHEMA_DEFAULT = 'bridgehead';
const TIME_ZONE_DEFAULT = 'UTC';
/** What rules know a ticket by, besides its fields. */
const TICKET_NAMES = ['key', 'number', 'provider_number', 'custom'];
const COMMENT_NAMES = ['key'];
const APPROVAL_NAMES = ['key', 'approval_id', 'change'];

/** Null, and reported, if a part is missing. `contract` names the default database file. */
export function compileItsm(
  written: Written<WrittenItsm> | null,
  contract: string,
  timeZone: string,
  report: Report,
): ItsmDescription | null {
  if (written === null) return null;
  const database = compileDatabase(written.get('database'), contract, timeZone, report);
  const tickets = compileTickets(written.get('tickets'), report);
  const key = tickets?.key ?? '';
  const comments = compileComments(written.get('comments'), key, report);
  const changeRequests = compileChangeRequests(written.get('change_requests'), report);
  const attachments = compileAttachments(written.get('attachments'), key, report);
  const watched = { tickets, comments, attachments, changeRequests };
  const changes = compileChanges(written.get('changes'), watched, report);
  return database === null || tickets === null
    ? null
    : { database, tickets, comments, attachments, changeRequests, changes };
}

/** The zone of the database's dates, checked; UTC while it is not known. */
export function compileTimeZone(written: Written<WrittenItsm> | null, report: Report): string {
  const zone = written?.get('database')?.get('time_zone') ?? null;
  if (zone?.text == null || zone.text === '') return TIME_ZONE_DEFAULT;
  if (/^[A-Za-z]/.test(zone.text) && IANAZone.isValidZone(zone.text)) return zone.text;
  const near = closest(zone.text, Intl.supportedValuesOf('timeZone'));
  const example = 'Zones have IANA names, like UTC, Europe/Berlin or America/Chicago.';
  const hint = near === null ? example : `Did you mean "${near}"? ${example}`;
  report.add(CODES.unknownTimeZone, zone, `"${zone.text}" is not a time zone.`, hint);
  return TIME_ZONE_DEFAULT;
}

function compileDatabase(
  written: Written<WrittenItsm['database']> | null,
  contract: string,
  timeZone: string,
  report: Report,
): DatabaseSettings | null {
  if (written === null) return null;
  const embedded = { text: `sqlite:.bridgehead/${contract}.sqlite`, place: written.key.place };
  const connection = compileSetting(written.get('connection'), 'password', report) ?? embedded;
  const engineSchema =
    compileIdentifier(written.get('engine_schema'), 'schema', report) ?? ENGINE_SCHEMA_DEFAULT;
  return { connection, timeZone, engineSchema };
}

function compileTickets(written: Written<WrittenTicketTable> | null, report: Report): TicketTable | null {
  if (written === null) return null;
  const table = compileIdentifier(written.get('table'), 'table', report);
  const key = compileIdentifier(written.get('key'), 'column', report);
  const number = compileNumber(written, report);
  const providerNumber = compileIdentifier(written.get('provider_number'), 'column', report);
  const rest = {
    where: compileWhere(written.get('where'), report),
    fields: compileSources(written.get('fields'), TICKET_NAMES, report),
    customFields: compileCustomFields(written, key ?? '', report),
    onInsert: compileConstants(written.get('on_insert'), report),
    onUpdate: compileConstants(written.get('on_update'), report),
    place: written.key.place,
  };
  if (table === null || key === null || number === null || providerNumber === null) return null;
  return { table, key, number, providerNumber, ...rest };
}

function compileNumber(tickets: Written<WrittenTicketTable>, report: Report): TicketTable['number'] | null {
  const written = tickets.get('number');
  if (written === null) return null;
  if (!written.isMap) {
    const column = compileIdentifier(tickets.get('number'), 'column', report);
    return column === null ? null : { column, generate: null };
  }
  const column = compileIdentifier(written.get('column'), 'column', report);
  const generate = written.get('generate');
  const prefix = generate?.get('prefix')?.text ?? '';
  const digits = Number(generate?.get('digits')?.text ?? 1);
  return column === null ? null : { column, generate: generate === null ? null : { prefix, digits } };
}

function compileCustomFields(
  tickets: Written<WrittenTicketTable>,
  ticketKey: string,
  report: Report,
): CustomFieldTable | null {
  const written = tickets.get('custom_fields');
  if (written === null) return null;
  const table = compileIdentifier(written.get('table'), 'table', report);
  const ticket = compileIdentifier(written.get('ticket'), 'column', report);
  const refersTo = compileIdentifier(written.get('refers_to'), 'column', report) ?? ticketKey;
  const name = compileIdentifier(written.get('name'), 'column', report);
  const value = compileIdentifier(written.get('value'), 'column', report);
  const fields = new Map(
    (written.get('fields')?.entries() ?? []).map(([field, column]) => [field, column.text ?? '']),
  );
  if (table === null || ticket === null || name === null || value === null) return null;
  return { table, ticket, refersTo, name, value, fields, place: written.key.place };
}

function compileComments(
  written: Written<WrittenCommentTable> | null,
  ticketKey: string,
  report: Report,
): CommentTable | null {
  if (written === null) return null;
  const place: Place = written.key.place;
  const table = compileIdentifier(written.get('table'), 'table', report);
  const key = compileIdentifier(written.get('key'), 'column', report);
  const ticket = compileIdentifier(written.get('ticket'), 'column', report);
  const refersTo = compileIdentifier(written.get('refers_to'), 'column', report) ?? ticketKey;
  const orderBy = compileIdentifier(written.get('order_by'), 'column', report);
  const where = compileWhere(written.get('where'), report);
  const fields = compileSources(written.get('fields'), COMMENT_NAMES, report);
  const onInsert = compileConstants(written.get('on_insert'), report);
  if (table === null || key === null || ticket === null || orderBy === null) return null;
  return { table, place, key, ticket, refersTo, where, orderBy, fields, onInsert };
}

/** The client's changes are described as its tickets are. */
function compileChangeRequests(
  written: Written<WrittenChangeRequests> | null,
  report: Report,
): ChangeRequests | null {
  if (written === null) return null;
  const tickets = compileTickets(written, report);
  const key = tickets?.key ?? '';
  const comments = compileComments(written.get('comments'), key, report);
  const attachments = compileAttachments(written.get('attachments'), key, report);
  const approvals = compileApprovals(written.get('approvals'), key, report);
  return tickets === null ? null : { tickets, comments, attachments, approvals };
}

function compileApprovals(
  written: Written<WrittenApprovalTable> | null,
  changeKey: string,
  report: Report,
): ApprovalTable | null {
  if (written === null) return null;
  const place: Place = written.key.place;
  const table = compileIdentifier(written.get('table'), 'table', report);
  const key = compileIdentifier(written.get('key'), 'column', report);
  const ticket = compileIdentifier(written.get('ticket'), 'column', report);
  const refersTo = compileIdentifier(written.get('refers_to'), 'column', report) ?? changeKey;
  const approvalId = compileIdentifier(written.get('approval_id'), 'column', report);
  const rest = {
    where: compileWhere(written.get('where'), report),
    fields: compileSources(written.get('fields'), APPROVAL_NAMES, report),
    onInsert: compileConstants(written.get('on_insert'), report),
    onUpdate: compileConstants(written.get('on_update'), report),
  };
  if (table === null || key === null || ticket === null || approvalId === null) return null;
  return { table, place, key, ticket, refersTo, approvalId, ...rest };
}
