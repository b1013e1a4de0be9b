import type { Contract, FieldRule, Inbound } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import { isJsonObject, withoutNulls, type Json, type JsonObject } from '../domain/json.ts';
import { unescapeText } from '../wire/escape.ts';
import { withoutSignature } from '../wire/presigned-url.ts';
import { stripLines } from './appended.ts';
import { evaluateField } from './field.ts';
import type { RuleFault } from './rule-fault.ts';
import { toClient } from './table.ts';

/** The fields of cases and changes that people write; the only ones that can arrive double-escaped. */
const FREE_TEXTS = [
  'description',
  'shortDescription',
  'closeNotes',
  'justification',
  'preChangeChecks',
  'implementationPlan',
  'testPlan',
  'backoutPlan',
] as const;

export interface MappedFields {
  readonly fields: JsonObject;
  readonly faults: readonly RuleFault[];
}

/**
 * What a rule of the contract sees of a message: its body, with the values of `changed` over it, texts as people
 * wrote them and without what we appended.
 */
export function messageContext(inbound: Inbound, transactionType: string, body: JsonObject): JsonObject {
  const changed = isJsonObject(body.changed) ? body.changed : {};
  const merged: Record<string, Json> = { ...withoutNulls({ ...body, ...changed }), transactionType };
  // The signature of a file's address is nothing for rules, nor for what they write.
  if (typeof merged.attachment === 'string') merged.attachment = withoutSignature(merged.attachment);
  for (const name of FREE_TEXTS) {
    const text = merged[name];
    if (typeof text !== 'string') continue;
    const plain = readText(inbound, text);
    merged[name] = name === 'description' ? stripLines(plain) : plain;
  }
  return merged;
}

/** What a comment rule sees: the message's `notes`, over the message. Null: the message brings no comment. */
export function notesContext(inbound: Inbound, context: JsonObject): JsonObject | null {
  const notes = context.notes;
  if (!isJsonObject(notes) || typeof notes.body !== 'string') return null;
  return { ...context, ...notes, body: readText(inbound, notes.body) };
}

/**
 * The ITSM fields that a message gives values to. Of an update only those whose expression reads one of `names`:
 * the provider sends every field, and means only the changed ones.
 */
export function mapMessage(
  rules: Iterable<FieldRule>,
  context: JsonObject,
  names: ReadonlySet<string> | 'everything',
  current: JsonObject,
  now: Instant,
): MappedFields {
  const fields: Record<string, Json> = {};
  const faults: RuleFault[] = [];
  for (const rule of rules) {
    if (!concerns(rule, names)) continue;
    const held = current[rule.field];
    const currentText = typeof held === 'string' || typeof held === 'number' ? String(held) : null;
    const result = evaluateField(rule, context, now, (table, value) => toClient(table, value, currentText));
    if (result.kind === 'fault') faults.push(result.fault);
    if (result.kind === 'value') fields[rule.field] = result.value;
  }
  return { fields, faults };
}

/** Everything a new ticket gets: the mapped fields and those that only a creation sets. */
export const mapNewTicket = (contract: Contract, context: JsonObject, now: Instant): MappedFields =>
  mapMessage(newTicketRules(contract), context, 'everything', {}, now);

export const newTicketRules = ({ inbound: { fields, create } }: Contract): readonly FieldRule[] => [
  ...fields.values(),
  ...create.values(),
];

/** Whether a rule reads one of the names. */
export function concerns(rule: FieldRule, names: ReadonlySet<string> | 'everything'): boolean {
  if (names === 'everything' || rule.value.reads === 'everything') return true;
  return [...rule.value.reads].some((name) => names.has(name));
}

const readText = (inbound: Inbound, text: string): string =>
  inbound.text === 'escaped' ? unescapeText(text) : text;
