import jsonata from 'jsonata';
import type { Contract, FieldRule } from '../../engine/domain/contract.ts';
import type { Expression } from '../../engine/domain/expression.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import { commentContext, ticketContext, type Ticket } from '../../engine/domain/ticket.ts';
import { isTrue } from '../../engine/map/condition.ts';
import { asText } from '../../engine/map/field.ts';
import type { MappedComment, MappedTicket } from '../../engine/map/outbound.ts';
import { BY_HAND, callFor } from './hand/call.ts';
import { dateIn, line, withLines } from './hand/texts.ts';
import type { Mapper, Work } from './work.ts';

/**
 * The same contract, each expression evaluated by the jsonata library as it comes, and everything around it as lean as by
 * hand: tables are maps, nothing is bounded and nothing is traced.
 */
export function libraryMapper(contract: Contract, timeZone: string): Mapper {
  const { triggers, ticketType, fields, comments, keptInternal } = contract.outbound;
  const bindings = {
    date: (value?: unknown) => (typeof value === 'string' ? dateIn(timeZone, value) : undefined),
  };
  const compiled = (expression: Expression): ((input: JsonObject) => Promise<unknown>) => {
    const program = jsonata(expression.source);
    return async (input) => program.evaluate(input, bindings) as Promise<unknown>;
  };
  const condition = (expression: Expression): ((input: JsonObject) => Promise<boolean>) => {
    const evaluate = compiled(expression);
    return async (input) => isTrue(((await evaluate(input)) ?? null) as never);
  };
  const text = (rule: FieldRule): Filled => {
    const evaluate = compiled(rule.value);
    const table =
      rule.table === null
        ? null
        : new Map(rule.table.entries.map(({ client, provider }) => [client, provider]));
    const otherwise = rule.table?.otherwise ?? undefined;
    const appended = rule.append.map(({ label, value }) => ({ label, evaluate: compiled(value) }));
    const fill = async (input: JsonObject): Promise<string | undefined> => {
      const value = await evaluate(input);
      const said = value === undefined ? undefined : (asText(value as never) ?? undefined);
      const word = table === null || said === undefined ? said : (table.get(said) ?? otherwise);
      const filled = word ?? rule.default ?? undefined;
      if (filled === undefined || appended.length === 0) return filled;
      let lines = '';
      for (const { label, evaluate: evaluateLine } of appended) {
        const of = await evaluateLine(input);
        lines += line(label, of === undefined ? null : asText(of as never));
      }
      return withLines(filled, lines);
    };
    return { field: rule.field, fill };
  };
  const all = {
    triggers: triggers.map(({ name, when }) => ({ name, holds: condition(when) })),
    type: text(ticketType),
    fields: [...fields.values()].map(text),
    comments:
      comments === null
        ? null
        : { isMeant: condition(comments.when), fields: [...comments.fields.values()].map(text) },
    isKept: keptInternal === null ? null : condition(keptInternal.when),
  };

  const map = async (ticket: Ticket, context = ticketContext(ticket)): Promise<MappedTicket> => {
    const mapped: MappedComment[] = [];
    if (all.comments !== null)
      for (const comment of ticket.comments) {
        const said = commentContext(comment);
        if (await all.comments.isMeant(said))
          mapped.push({
            key: comment.key,
            parts: [await fill(all.comments.fields, said)],
            shortened: null,
          });
      }
    return {
      payload: await fill(all.fields, context),
      ticketType: (await all.type.fill(context)) === 'Request' ? 'Request' : 'Incident',
      keptInternal: all.isKept !== null && (await all.isKept(context)),
      comments: mapped,
      shortened: [],
      faults: [],
    };
  };
  const { group = '', status = '' } = keptInternal?.send ?? {};
  return {
    name: 'the jsonata library',
    map: (ticket) => map(ticket),
    decide: async (work: Work) => {
      const context = ticketContext(work.ticket);
      let trigger: string | null = null;
      for (const { name, holds } of all.triggers)
        if (await holds(context)) {
          trigger = name;
          break;
        }
      const mapped = await map(work.ticket, context);
      return callFor(contract.clientName, trigger, mapped, work, { group, status }, BY_HAND);
    },
  };
}

interface Filled {
  readonly field: string;
  readonly fill: (input: JsonObject) => Promise<string | undefined>;
}

async function fill(fields: readonly Filled[], input: JsonObject): Promise<Record<string, string>> {
  const filled: Record<string, string> = {};
  for (const { field, fill: one } of fields) {
    const value = await one(input);
    if (value !== undefined) filled[field] = value;
  }
  return filled;
}
