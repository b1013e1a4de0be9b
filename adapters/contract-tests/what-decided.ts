import { REOPEN_POLICIES, type ReopenPolicy } from '../../engine/domain/contract.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';

/** The names of the rules that decided something, each once. The journal names them as `name (file:line)`. */
export function decidingRules({ calls, messages, journal, end }: Rehearsal): readonly string[] {
  const named = [
    ...calls.map(({ rule }) => rule),
    ...messages.map(({ rule }) => rule),
    ...journal.map(({ rule }) => rule),
    end.kind === 'parked' ? end.parked.rule : null,
  ];
  return [...new Set(named.flatMap((rule) => (rule === null ? [] : [nameOf(rule)])))];
}

/** `reopen: comments-only` is the rule `reopen`. */
const nameOf = (rule: string): string =>
  rule.replace(/ \([^()]*:\d+\)$/, '').replace(/^reopen: .*$/, 'reopen');

/** What became of tickets that the provider re-opened, by the rule that the journal names. */
export const reopenPolicies = ({ messages }: Rehearsal): readonly ReopenPolicy[] =>
  REOPEN_POLICIES.filter((policy) => messages.some(({ rule }) => rule?.startsWith(`reopen: ${policy} (`)));

/** Everything the engine says of why, the most telling first. */
export function spokenReasons({ end, journal, messages, calls }: Rehearsal): readonly string[] {
  return [
    ...(end.kind === 'parked' ? [end.parked.reason] : []),
    ...(end.kind === 'stopped' ? [end.reason] : []),
    ...journal.map(({ summary }) => summary).reverse(),
    ...messages.map(({ summary }) => summary),
    ...calls.map(({ because }) => because),
  ];
}
