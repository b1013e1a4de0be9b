import type { Contract } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { Lane, LaneState } from '../domain/lane.ts';
import type { Ticket } from '../domain/ticket.ts';

/**
 * When people last changed the ticket's row, if a date field shows the column that says so; null: the ITSM does not say.
 * A date that a message of ours left there is nobody's edit: then the one counts that the row had before it.
 */
export function editedAt(contract: Contract, { state }: Lane, ticket: Ticket): Instant | null {
  const at = rowDate(contract, ticket);
  const { dated } = state;
  return at !== null && dated !== null && at === dated.left ? dated.found : at;
}

/** What the lane keeps of the dates when a message has been written into the row. */
export function datesOf(
  contract: Contract,
  lane: Lane,
  before: Ticket,
  written: Ticket,
): Pick<LaneState, 'dated'> {
  const left = rowDate(contract, written);
  return { dated: left === null ? null : { left, found: editedAt(contract, lane, before) } };
}

function rowDate({ itsm: { tickets, changes } }: Contract, ticket: Ticket): Instant | null {
  const column = changes.find((source) => source.table === tickets.table)?.changed;
  for (const [name, source] of tickets.fields) {
    if (source.kind !== 'column' || source.type !== 'date' || source.column !== column) continue;
    const value = ticket.fields[name];
    return typeof value === 'string' ? Date.parse(value) : null;
  }
  return null;
}
