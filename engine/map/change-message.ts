import type { Inbound } from '../domain/contract.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { CHANGE_STATES, CHANGE_TYPES } from '../domain/provider-change.ts';
import { asText } from './field.ts';
import { messageContext } from './inbound.ts';
import { riskText } from './risk-text.ts';

/** Names of a message that are no fields of the change. */
const NOT_FIELDS: ReadonlySet<string> = new Set([
  'clientName',
  'clientTicketNumber',
  'ticketNumber',
  'transactionType',
  'changed',
  'notes',
  'approvalId',
  'approverName',
  'approverEmail',
  'approvalState',
  'attachmentName',
  'attachmentType',
  'attachmentSize',
  'attachment',
  'attachmentInfo',
]);

/** In UTC, as the bridge writes them: `2026-03-29 01:30:00`. */
const DATES = ['startDate', 'endDate', 'openedAt'] as const;
const BRIDGE_DATE = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?Z?$/;

/** What a message says, and what is known of its change after it. */
export interface ChangeMessage {
  /** What rules see: the message, over what was known before. */
  readonly context: JsonObject;
  /** The change's fields from now on. */
  readonly seen: JsonObject;
  /** The fields that the message says otherwise than before. */
  readonly changed: ReadonlySet<string>;
}

/**
 * Reads a message about a change. State and type are spelt as the client guide spells them, approval in lower case; dates are
 * ISO texts in UTC, which a date column takes and `$date` shows in the contract's zone; a risk assessment is a text,
 * whichever of its three forms it came in. What is blank is not there, and overwrites what was.
 */
export function changeMessage(
  inbound: Inbound,
  transactionType: string,
  body: JsonObject,
  before: JsonObject,
): ChangeMessage {
  const said: Record<string, Json> = { ...messageContext(inbound, transactionType, body) };
  // A Redraft says with its type alone that the change is new again.
  if (transactionType === 'Redraft') said.state = 'New';
  spell(said, 'state', CHANGE_STATES);
  spell(said, 'type', CHANGE_TYPES);
  if (typeof said.approval === 'string') said.approval = said.approval.trim().toLowerCase();
  for (const name of DATES) {
    const [, date, time, seconds = ':00'] = BRIDGE_DATE.exec(asText(said[name] ?? '')?.trim() ?? '') ?? [];
    if (date !== undefined && time !== undefined) said[name] = `${date}T${time}${seconds}.000Z`;
  }
  if (said.riskAssessment !== undefined) said.riskAssessment = riskText(said.riskAssessment);

  const seen: Record<string, Json> = { ...before };
  const changed = new Set<string>();
  for (const [name, value] of Object.entries(said)) {
    if (NOT_FIELDS.has(name)) continue;
    const isBlank = typeof value === 'string' && value.trim() === '';
    if (JSON.stringify(isBlank ? undefined : value) === JSON.stringify(before[name])) continue;
    changed.add(name);
    if (isBlank) Reflect.deleteProperty(seen, name);
    else seen[name] = value;
  }
  const besides = Object.entries(said).filter(([name]) => NOT_FIELDS.has(name));
  return { context: { ...seen, ...Object.fromEntries(besides) }, seen, changed };
}

/** The word as the client guide spells it; one that it does not know stays. */
function spell(said: Record<string, Json>, name: string, words: readonly string[]): void {
  const value = said[name];
  if (typeof value !== 'string') return;
  const text = value.trim();
  said[name] = words.find((word) => word.toLowerCase() === text.toLowerCase()) ?? text;
}

/** Whether a message is about a change, by what it says of itself. */
export const isAboutChange = (transactionType: string, body: JsonObject): boolean =>
  body.ticketType === 'Change' || transactionType === 'Approval Request' || transactionType === 'Redraft';

/** The fields of what a message says that are texts; empty where there is none. */
export const textIn = (context: JsonObject, name: string): string => {
  const value = context[name];
  return value === undefined || isJsonObject(value) ? '' : (asText(value)?.trim() ?? '');
};
