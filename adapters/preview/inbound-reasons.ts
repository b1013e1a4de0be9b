import type { Changes, Contract, FieldRule } from '../../engine/domain/contract.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { SeenField } from '../../engine/domain/observation.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { changeMessage, isAboutChange } from '../../engine/map/change-message.ts';
import { fitRow } from '../../engine/map/fit-column.ts';
import { mapMessage, messageContext, notesContext } from '../../engine/map/inbound.ts';
import { observeContract } from '../../engine/map/observe-contract.ts';
import type { SituationMessage } from '../rehearsal/situation.ts';
import { Collector } from './collector.ts';
import type { ConditionReason, FieldReason, InboundReasons } from './preview.ts';
import { conditionReason, fieldReason, withDecision } from './reason.ts';
import { messageSources } from './sources.ts';

/** Messages that bring no fields of the ticket. */
const WITHOUT_FIELDS: ReadonlySet<string> = new Set(['Notes', 'ReturnEnsonoNum', 'Attachment']);

/**
 * Why a message is dropped or applied, and how each ITSM field would come to its value: every filter, and every field,
 * also those that the message does not change.
 * @param ticket as it was before; null: there was none
 * @param rehearsed what the engine itself asked
 */
export async function inboundReasons(
  contract: Contract,
  { id, transactionType, body }: SituationMessage,
  ticket: Ticket | null,
  now: Instant,
  rehearsed: Collector,
): Promise<InboundReasons> {
  const { inbound, changes } = contract;
  const isOfChange =
    changes !== null && (ticket?.change !== undefined || isAboutChange(transactionType, body));
  // What was known of a change before is the lane's; a rule that it matters to was asked by the engine itself.
  const context = isOfChange
    ? changeMessage(inbound, transactionType, body, {}).context
    : messageContext(inbound, transactionType, body);
  const sources = messageSources(body);
  const isThis = (input: JsonObject): boolean => input.transactionType === transactionType;

  const filters: ConditionReason[] = [];
  for (const filter of inbound.outOfScope) {
    const asked = rehearsed.all(filter.when).some(({ input }) => isThis(input));
    filters.push(await conditionReason(filter, context, now, { sources, asked }));
  }

  const fieldReasons = async (
    rulesOf: (observed: Contract) => Iterable<FieldRule>,
    input: JsonObject,
  ): Promise<readonly FieldReason[]> => {
    const collector = new Collector();
    const observed = observeContract(contract, collector);
    mapMessage(rulesOf(observed.contract), input, 'everything', ticket?.fields ?? {}, now);
    observed.end();
    return collector.fields().map((filled) => {
      const asked = rehearsed.all(filled.seen.rule.value).some((seen) => isThis(seen.input));
      return fieldReason(filled, collector, { sources, asked, shortened: fitting(filled.seen) });
    });
  };

  const notes = notesContext(inbound, context);
  const asked = (rules: ReadonlyMap<string, FieldRule>): boolean =>
    [...rules.values()].some(({ value }) => rehearsed.all(value).some((seen) => isThis(seen.input)));
  const common = { transaction: transactionType, id, out_of_scope: withDecision(filters) };
  if (isOfChange) {
    const comments = changes.comments;
    const fields = await fieldReasons((observed) => changeRules(observed.changes, transactionType), context);
    const endings = await fieldReasons(
      (observed) =>
        endingRules(observed.changes, { cancelled: asked(changes.cancelled), closed: asked(changes.closed) }),
      context,
    );
    return {
      ...common,
      fields:
        transactionType === 'Attachment'
          ? await fieldReasons((observed) => observed.changes?.attachments?.fields.values() ?? [], context)
          : transactionType === 'Notes'
            ? []
            : [...fields, ...endings],
      create:
        ticket === null && asked(changes.create)
          ? await fieldReasons((observed) => observed.changes?.create.values() ?? [], context)
          : [],
      comment:
        notes === null || comments === null
          ? []
          : await fieldReasons((observed) => observed.changes?.comments?.values() ?? [], notes),
    };
  }
  const hasFields = !WITHOUT_FIELDS.has(transactionType);
  return {
    ...common,
    fields:
      transactionType === 'Attachment'
        ? await fieldReasons((observed) => observed.inbound.attachments?.fields.values() ?? [], context)
        : hasFields
          ? await fieldReasons((observed) => observed.inbound.fields.values(), context)
          : [],
    create:
      hasFields && ticket === null
        ? await fieldReasons((observed) => observed.inbound.create.values(), context)
        : [],
    comment:
      notes === null || inbound.comments === null
        ? []
        : await fieldReasons((observed) => observed.inbound.comments?.values() ?? [], notes),
  };
}

/** What is done to the value, or to the ticket, because the column does not take it as it is; null: it does. */
function fitting({ rule, value }: SeenField): string | null {
  const { reasons, faults } = fitRow([rule], { [rule.field]: value });
  return [...reasons, ...faults.map(({ reason }) => reason)].join('; ') || null;
}

/** What a message of this kind may write of a change. */
const changeRules = (changes: Changes | null, transactionType: string): readonly FieldRule[] => [
  ...(changes?.fields.values() ?? []),
  ...(transactionType === 'Approval Request' ? (changes?.approvals?.fields.values() ?? []) : []),
];

/** What is written when a change ends, where the engine asked it. */
const endingRules = (
  changes: Changes | null,
  ends: { readonly cancelled: boolean; readonly closed: boolean },
): readonly FieldRule[] => [
  ...(ends.cancelled ? (changes?.cancelled.values() ?? []) : []),
  ...(ends.closed ? (changes?.closed.values() ?? []) : []),
];
