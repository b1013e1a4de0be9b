import type { Instant } from '../../../engine/domain/instant.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import { type Bound, plainText, readValue, writtenValue } from './field-values.ts';
import type { ItsmSide } from './side.ts';
import { changedTicket } from './write-queries.ts';

/**
 * The ticket as it will be read once these fields are written to it, if nothing else is done to its row: no trigger, no
 * column that keeps a value otherwise than it was given. Null: that is for the database to say.
 */
export function foretoldTicket(
  { tickets, database }: ItsmSide,
  ticket: Ticket,
  fields: JsonObject,
  now: Instant,
): Ticket | null {
  // Nothing is written then, not even its date.
  if (Object.keys(fields).length === 0) return ticket;
  const zone = database.timeZone;
  const row: Record<string, Bound> = {};
  /** Columns that get the key of a row elsewhere, which only the database knows. */
  const keyed = new Set<string>();
  for (const [field, value] of Object.entries(fields)) {
    const source = tickets.fields.get(field);
    if (source === undefined) return null;
    if (source.kind !== 'column' && value !== null) keyed.add(source.column);
    const where = `${tickets.table}.${source.column} (field ${field})`;
    row[source.column] = source.kind === 'column' ? writtenValue(value, source, zone, where) : null;
  }
  const columns = changedTicket(tickets, row, now, zone);
  const changed: Record<string, Json> = {};
  for (const [field, source] of tickets.fields) {
    const { column } = source;
    if (!Object.hasOwn(columns, column)) continue;
    const written = fields[field];
    if (source.kind === 'column' && !keyed.has(column))
      changed[field] = readValue(columns[column], source.type, zone, field);
    else if (source.kind !== 'column' && written === null) changed[field] = null;
    else if (source.kind === 'lookup' && written !== undefined) changed[field] = plainText(written);
    else return null;
  }
  return { ...ticket, fields: { ...ticket.fields, ...changed } };
}
