import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Outcome } from '../domain/journal.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import type { TicketType } from '../domain/payload.ts';
import { asSaid, type FittedRow } from '../map/fit-column.ts';
import { mapNewTicket, newTicketRules } from '../map/inbound.ts';
import { mapPayload } from '../map/outbound.ts';
import { restsOf } from '../map/shorten.ts';
import { continuedAs } from '../plan/plan-continuation.ts';
import { datesOfNew } from './edited-at.ts';
import { updateFieldsOf } from './link.ts';
import { fitColumns, tellRests, withReasons } from './fit-columns.ts';
import { ParkLane, parkOn } from './park.ts';
import type { Transaction } from './ports.ts';
import { withState, type Runtime } from './step.ts';
import { writeComment } from './write-comment.ts';

/** What a message came to. */
export interface Applied {
  readonly lane: Lane;
  readonly outcome: Outcome;
  readonly summary: string;
  readonly rule: string | null;
  readonly detail: JsonObject;
  /** It brings a file, which is to be fetched. */
  readonly fetches?: boolean;
}

/** The provider opened a ticket: ours is made from it, linked at once, and our number is owed. `besides`: what it gets besides. */
export async function openTicket(
  { contract }: Pick<Runtime, 'contract'>,
  tx: Transaction,
  lane: Lane,
  message: InboxMessage,
  context: JsonObject,
  now: Instant,
  besides: JsonObject = {},
): Promise<Applied> {
  const mapped = mapNewTicket(contract, context, now);
  parkOn(mapped.faults);
  const fitted = fitColumns(newTicketRules(contract), { ...mapped.fields, ...besides });

  const key = await tx.itsm.insertTicket(fitted.fields, now);
  await tx.itsm.setProviderNumber(key, message.group, now);
  const row = await tx.itsm.ticket(key, true);
  if (row === null)
    throw new ParkLane(
      'itsm-refused',
      'the new ticket cannot be read back: it does not meet `tickets.where` in itsm.yaml',
      null,
      'operator',
    );

  const ticket = asSaid(row, fitted.kept);
  const { payload, shortened } = mapPayload(contract, ticket, now);
  const opened: Lane = {
    ...withState(lane, {
      link: 'linked',
      origin: 'provider',
      ticketType: ticketTypeOf(context),
      shadow: { fields: updateFieldsOf(payload), unsure: [], sent: {} },
      numberOwed: true,
      continued: continuedAs(restsOf(shortened)),
      kept: fitted.kept,
      outOfScope: null,
      ...datesOfNew(contract, ticket),
    }),
    clientTicket: key,
    clientNumber: ticket.number,
    providerTicket: message.group,
  };
  await tx.store.saveLane(opened);
  const told = await tellRests(contract, tx, opened, {}, fitted, now);
  const comment = await writeComment({ contract }, tx, opened, context, now);
  return openedHere(opened, fitted, [...told, ...(comment === null ? [] : [comment.summary])]);
}

/** Ours was made from the provider's; `besides`: what else was done. */
export const openedHere = (
  lane: Lane,
  { fields, reasons }: FittedRow,
  besides: readonly string[],
): Applied => ({
  lane,
  outcome: 'applied',
  summary: withReasons(`opened here as ${lane.clientNumber ?? ''}`, reasons, besides),
  rule: null,
  detail: { fields },
});

const ticketTypeOf = (context: JsonObject): TicketType =>
  context.ticketType === 'Request' ? 'Request' : 'Incident';
