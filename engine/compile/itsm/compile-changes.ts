import { minutes } from '../../domain/instant.ts';
import {
  tellsOfChanges,
  tellsOfTickets,
  type ChangeSource,
  type TicketTable,
  type TicketTables,
} from '../../domain/itsm-description.ts';
import { CHANGE_OVERLAP_MS_DEFAULT, CHANGE_SETTLE_MS_DEFAULT } from '../../domain/limits.ts';
import { CODES } from '../codes.ts';
import { compileDuration } from '../compile-duration.ts';
import { compileIdentifier } from './compile-identifier.ts';
import type { Report } from '../report.ts';
import type { Written } from '../yaml/written.ts';
import type { WrittenChangeSource } from './written-itsm.ts';

/** A day of overlap is read again at every poll; more is surely a slip. */
const OVERLAP = { default: CHANGE_OVERLAP_MS_DEFAULT, min: 0, max: minutes(24 * 60) };
const SETTLE = { default: CHANGE_SETTLE_MS_DEFAULT, min: 0, max: minutes(60) };

/** The tables of which a change source can tell, as far as they are known. */
export interface WatchedTables extends Omit<TicketTables, 'tickets'> {
  readonly tickets: TicketTable | null;
}

export function compileChanges(
  written: Written<readonly WrittenChangeSource[]> | null,
  watched: WatchedTables,
  report: Report,
): readonly ChangeSource[] {
  if (written === null) return [];
  const sources = new Map<string, ChangeSource>();
  for (const item of written.items()) {
    const source = compileChangeSource(item, ownerOf(watched, item), report);
    if (source === null) continue;
    const first = sources.get(source.table);
    if (first !== undefined) {
      const message = `The table "${source.table}" is already watched on line ${first.place.line}.`;
      report.add(CODES.duplicateName, item.get('table') ?? item, message, 'A table has one entry.');
    }
    sources.set(source.table, source);
  }
  const { tickets } = watched;
  if (tickets !== null && sources.size > 0 && !sources.has(tickets.table)) {
    const message = `No entry watches the ticket table "${tickets.table}": changed tickets are not noticed.`;
    const hint = `Add { table: ${tickets.table}, key: ${tickets.key}, ticket: ${tickets.key}, changed: … }.`;
    report.add(CODES.ticketsNotWatched, written.key, message, hint);
  }
  const { approvals = null } = watched.changeRequests ?? {};
  if (approvals !== null && sources.size > 0 && !sources.has(approvals.table)) {
    const message = `No entry watches the approvals "${approvals.table}": decisions are noticed only when their change is.`;
    const hint = `Add { table: ${approvals.table}, key: ${approvals.key}, ticket: ${approvals.ticket}, changed: … }.`;
    report.add(CODES.approvalsNotWatched, written.key, message, hint);
  }
  return [...sources.values()];
}

/** The tickets, or the changes, that a source's rows name. */
function ownerOf(watched: WatchedTables, item: Written<WrittenChangeSource>): TicketTable | null {
  const { tickets, changeRequests } = watched;
  const table = item.get('table')?.text ?? '';
  if (tickets !== null && tellsOfTickets({ ...watched, tickets }, table)) return tickets;
  return tellsOfChanges(changeRequests, table) ? (changeRequests?.tickets ?? null) : tickets;
}

function compileChangeSource(
  written: Written<WrittenChangeSource>,
  tickets: TicketTable | null,
  report: Report,
): ChangeSource | null {
  const table = compileIdentifier(written.get('table'), 'table', report);
  const key = compileIdentifier(written.get('key'), 'column', report);
  const ticket = compileIdentifier(written.get('ticket'), 'column', report);
  const refersTo = compileIdentifier(written.get('refers_to'), 'column', report) ?? tickets?.key ?? '';
  const changed = compileIdentifier(written.get('changed'), 'column', report);
  const overlapMs = compileDuration(written.get('overlap'), OVERLAP, report);
  const settleMs = compileDuration(written.get('settle'), SETTLE, report);
  if (table === null || key === null || ticket === null || changed === null) return null;
  const at = written.get('ticket');
  if (tickets !== null && at !== null && table === tickets.table && ticket !== tickets.key) {
    const message = `In the ticket table itself, ticket is its key, not "${ticket}".`;
    report.add(CODES.notAllowed, at, message, `Write ticket: ${tickets.key}.`);
  }
  return { table, key, ticket, refersTo, changed, overlapMs, settleMs, place: written.place };
}
