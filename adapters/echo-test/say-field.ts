import type { Contract, FieldRule } from '../../engine/domain/contract.ts';
import type { Expression } from '../../engine/domain/expression.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { UpdateField, CreateOnlyField } from '../../engine/domain/payload.ts';
import { ticketContext, type Ticket } from '../../engine/domain/ticket.ts';
import { mapPayload } from '../../engine/map/outbound.ts';
import { asColumnType, pathOf, typeAt, withValue, type Path } from './ticket-values.ts';

/** What a ticket of the test is made within. */
export interface Workshop {
  readonly contract: Contract;
  readonly now: Instant;
}

/**
 * The ticket edited so that the contract sends one of these values, the first that can be; null: no edit of one of the
 * columns that the field reads does it. Whatever is tried is judged by the contract's own mapping.
 * @param isGood what else must hold of the edited ticket
 */
export function sayField(
  workshop: Workshop,
  ticket: Ticket,
  field: UpdateField | CreateOnlyField,
  wanted: readonly string[],
  isGood: (edited: Ticket) => boolean = () => true,
): Ticket | null {
  const rule = workshop.contract.outbound.fields.get(field);
  if (rule === undefined) return null;
  const paths = pathsIn(rule.value, ticketContext(ticket), workshop.now);
  for (const value of wanted) {
    for (const path of paths) {
      for (const edited of editsOf(workshop, ticket, path, rule, value)) {
        const { payload } = mapPayload(workshop.contract, edited, workshop.now);
        // A value that is appended to, or cut, is said all the same.
        const isSaid = rule.table === null ? payload[field]?.includes(value) : payload[field] === value;
        if (isSaid === true && isGood(edited)) return edited;
      }
    }
  }
  return null;
}

function editsOf(
  { contract }: Workshop,
  ticket: Ticket,
  path: Path,
  { table }: FieldRule,
  value: string,
): readonly Ticket[] {
  const type = typeAt(contract.itsm, path);
  if (type === null || type === 'date') return [];
  const words =
    table === null
      ? [value]
      : table.entries.filter(({ provider }) => provider === value).map(({ client }) => client);
  return words
    .map((word) => asColumnType(type, word))
    .filter((stored) => stored !== null)
    .map((stored) => ({ ...ticket, fields: withValue(ticket.fields, path, stored) }));
}

/** The plain names that an expression reads, or would read if they had a value. */
export function pathsIn(expression: Expression, context: JsonObject, now: Instant): readonly Path[] {
  const { operands, missing } = expression.explain(context, now);
  const texts = [
    ...missing.map(({ text }) => text),
    ...operands.map(({ text }) => text),
    ...(expression.reads === 'everything' ? [] : expression.reads),
  ];
  return [...new Set(texts)].map(pathOf).filter((path) => path !== null);
}
