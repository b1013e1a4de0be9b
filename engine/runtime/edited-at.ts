import type { Contract } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { Lane, LaneState } from '../domain/lane.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Transaction } from './ports.ts';
import { withState } from './step.ts';

/**
 * When people last changed the ticket's row, if a date field shows the column that says so; null: the ITSM does not say.
 * A date that a message of ours left there is nobody's edit: then the one counts that the row had before it.
 */
export function editedAt(contract: Contract, { state }: Lane, ticket: Ticket): Instant | null {
  const at = rowDate(contract, ticket);
  const { dated } = state;
  return at !== null && dated !== null && at === dated.left ? dated.found : at;
}

/** What the lane keeps of the dates when we have written into the row. */
export function datesOf(
  contract: Contract,
  lane: Lane,
  before: Ticket,
  written: Ticket,
): Pick<LaneState, 'dated'> {
  const left = rowDate(contract, written);
  return { dated: left === null ? null : { left, found: editedAt(contract, lane, before) } };
}

/** The row gets the provider's number. Returns the lane with what that made of the row's date. */
export async function writeProviderNumber(
  contract: Contract,
  tx: Transaction,
  lane: Lane,
  key: string,
  providerTicket: string,
  now: Instant,
): Promise<Lane> {
  const before = dateField(contract) === null ? null : await tx.itsm.ticket(key, true);
  await tx.itsm.setProviderNumber(key, providerTicket, now);
  const written = before === null ? null : await tx.itsm.ticket(key, true);
  if (before === null || written === null) return lane;
  return withState(lane, datesOf(contract, lane, before, written));
}

/** The same of a row that a message of the provider's has made: nobody has edited it yet. */
export function datesOfNew(contract: Contract, made: Ticket): Pick<LaneState, 'dated'> {
  const left = rowDate(contract, made);
  return { dated: left === null ? null : { left, found: null } };
}

function rowDate(contract: Contract, ticket: Ticket): Instant | null {
  const field = dateField(contract);
  const value = field === null ? null : ticket.fields[field];
  return typeof value === 'string' ? Date.parse(value) : null;
}

/** The date field that shows the column which says when a ticket's row was changed; null: none does. */
function dateField({ itsm: { tickets, changes } }: Contract): string | null {
  const column = changes.find((source) => source.table === tickets.table)?.changed;
  for (const [name, source] of tickets.fields)
    if (source.kind === 'column' && source.type === 'date' && source.column === column) return name;
  return null;
}
