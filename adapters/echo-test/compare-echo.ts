import type { Contract } from '../../engine/domain/contract.ts';
import { isJsonObject, type Json } from '../../engine/domain/json.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { stripLines } from '../../engine/map/appended.ts';
import { asText } from '../../engine/map/field.ts';
import { concerns } from '../../engine/map/inbound.ts';
import { unescapeText } from '../../engine/wire/escape.ts';
import { isThere, saidOf, type Expected } from './expected-echoes.ts';
import { problem, type ComparedField, type Finding } from './report.ts';

/** Of a value that a finding quotes. */
const QUOTED_LENGTH_MAX = 120;

/** What was sent, what came back, and what the scratch ticket says for it now; null there: there is none. */
export function compareFields(
  contract: Contract,
  expected: Expected,
  there: Ticket | null,
): readonly ComparedField[] {
  return Object.entries(expected.fields).map(([field, given]): ComparedField => {
    const sent = field === 'description' ? stripLines(given) : given;
    const back = lastSaid(contract, expected, field);
    const isSame =
      back !== null && (back === sent || (expected.transaction === 'Notes' && back.startsWith(sent)));
    return {
      field,
      sent,
      back,
      here: there === null ? [] : valuesHere(contract, expected, field, sent, there),
      verdict: back === null ? 'missing' : isSame ? 'same' : 'differs',
    };
  });
}

function lastSaid(contract: Contract, expected: Expected, field: string): string | null {
  const said = expected.came.map(({ message }) => saidOf(contract, message, expected, field));
  return said.findLast((value) => value !== null) ?? null;
}

function valuesHere(
  { inbound }: Contract,
  { transaction }: Expected,
  field: string,
  sent: string,
  there: Ticket,
): ComparedField['here'] {
  if (transaction === 'Notes') {
    const comment = there.comments.find(({ fields }) =>
      Object.values(fields).some((value) => typeof value === 'string' && value.includes(sent)),
    );
    return comment === undefined ? [] : [{ field: `comment ${comment.key}`, value: sent }];
  }
  return [...inbound.fields.values()]
    .filter((rule) => rule.value.reads !== 'everything' && concerns(rule, new Set([field])))
    .map((rule) => ({ field: rule.field, value: shown(there.fields[rule.field] ?? null) }));
}

const shown = (value: Json): string => (isJsonObject(value) ? JSON.stringify(value) : (asText(value) ?? ''));

/** What is wrong with one echo that came. */
export function fieldFindings(
  contract: Contract,
  expected: Expected,
  fields: readonly ComparedField[],
): readonly Finding[] {
  const { transaction } = expected;
  return fields.flatMap(({ field, sent, back, verdict }): readonly Finding[] => {
    if (verdict === 'same' || !isThere(expected)) return [];
    if (back === null) return [problem(`${transaction}: ${field} did not come back; sent ${quoted(sent)}`)];
    const text = `${transaction}: ${field} came back as ${quoted(back)}; sent ${quoted(sent)}`;
    return [problem(text, helpFor(contract, field, sent, back))];
  });
}

function helpFor({ inbound }: Contract, field: string, sent: string, back: string): string | null {
  if (inbound.text === 'plain' && unescapeText(back) === sent)
    return 'the provider escapes the texts that it sends: say `text: escaped` under `inbound` in contract.yaml';
  if (back.trim() === sent.trim())
    return 'only blanks at the ends differ: ask the provider whether it cuts them';
  if (sent.startsWith(back))
    return `it was cut after ${back.length} characters: ask the provider how long ${field} may be`;
  if (back.includes('?') || back.includes('\ufffd'))
    return 'signs that a charset on the way lacks: ask the provider';
  return 'ask the provider what it makes of that value; where it has a list of its own, mend the table in contract.yaml';
}

/** In quotes, with its line breaks written out: what differs may be just these. */
export function quoted(text: string): string {
  const written = JSON.stringify(text);
  return written.length <= QUOTED_LENGTH_MAX ? written : `${written.slice(0, QUOTED_LENGTH_MAX)}…`;
}
