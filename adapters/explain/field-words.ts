import type { FieldRule, TableEntry } from '../../engine/domain/contract.ts';
import type { Phrase } from '../../engine/domain/phrase.ts';
import { enumerated, fixed, name, say, type Block } from './page.ts';

/** A table of fields: where each comes from, and what happens when there is nothing. */
export function fieldTable(
  head: string,
  rules: Iterable<FieldRule>,
  direction: 'outbound' | 'inbound',
): Block {
  return {
    kind: 'table',
    head: [head, 'comes from', 'if there is none'],
    rows: [...rules].map((rule) => [say`${name(rule.field)}`, source(rule), fallback(rule, direction)]),
  };
}

function source(rule: FieldRule): Phrase {
  const words = rule.value.words('value');
  return rule.table === null ? words : say`${words}, in the words of the table ${name(rule.table.name)}`;
}

function fallback(
  { table, default: instead, optional, value }: FieldRule,
  direction: 'outbound' | 'inbound',
): Phrase {
  if (instead !== null) return say`${fixed(instead)}`;
  if (optional) return say`it is left out`;
  const catchesAll = table === null || (direction === 'outbound' && table.otherwise !== null);
  if (value.yieldsAlways)
    return catchesAll ? say`—` : say`the ticket is held up for a word that the table lacks`;
  return catchesAll
    ? say`the ticket is held up`
    : say`the ticket is held up, also for a word that the table lacks`;
}

/** Provider words that several of ours become, with the one that is the way back. */
export function waysBack(entries: readonly TableEntry[]): readonly Phrase[] {
  const ours = new Map<string, string[]>();
  for (const { client, provider } of entries) ours.set(provider, [...(ours.get(provider) ?? []), client]);
  return [...ours].flatMap(([provider, [first, ...others]]) => {
    if (first === undefined || others.length === 0) return [];
    const kept = enumerated(
      others.map((word) => say`${fixed(word)}`),
      'and',
    );
    return [
      say`${fixed(provider)} comes back as ${fixed(first)}; a ticket that is in ${kept} already stays so.`,
    ];
  });
}
