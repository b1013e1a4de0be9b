import { TRANSACTION_TYPES } from '../../domain/message.ts';
import type { Domain } from '../expression/satisfy.ts';
import type { Literal } from '../expression/parse.ts';
import type { WrittenItsm, WrittenSources } from '../itsm/written-itsm.ts';
import { ACTION_KINDS, BRIDGE_VALUES } from '../vocabulary.ts';
import type { Written } from '../yaml/written.ts';
import type { InputKind } from './subject.ts';

/** What is known of the values of a name. */
export interface Term {
  readonly type: 'text' | 'number' | 'boolean';
  /** The only values there are, besides an empty text; null: any. */
  readonly words: readonly string[] | null;
}

const TEXT: Term = { type: 'text', words: null };
const oneOf = (words: readonly string[]): Term => ({ type: 'text', words });

const MESSAGE: ReadonlyMap<string, Term> = new Map([
  ['status', oneOf(BRIDGE_VALUES.status)],
  ['ticketType', oneOf(['Incident', 'Request', 'Change'])],
  ['transactionType', oneOf(TRANSACTION_TYPES)],
]);

const ANSWER: ReadonlyMap<string, Term> = new Map([
  ['status', { type: 'number', words: null }],
  ['text', TEXT],
  ['timed_out', { type: 'boolean', words: null }],
  ['transaction', oneOf(ACTION_KINDS)],
]);

/** What is known of the value behind a path; null: nothing. */
export type Terms = (input: InputKind, path: readonly string[]) => Term | null;

export function termsOf(itsm: Written<WrittenItsm> | null): Terms {
  const ticket = columnsOf(itsm?.get('tickets')?.get('fields') ?? null);
  const comment = columnsOf(itsm?.get('comments')?.get('fields') ?? null);
  const attachment: ReadonlyMap<string, Term> = new Map([
    ...columnsOf(itsm?.get('attachments')?.get('fields') ?? null),
    ['name', TEXT],
    ['content_type', TEXT],
    ['size', { type: 'number', words: null }],
  ]);
  return (input, path) => {
    const name = path.join('.');
    if (input === 'change') return null;
    if (input === 'answer') return ANSWER.get(name) ?? null;
    if (input === 'message' || input === 'notes') return MESSAGE.get(name) ?? null;
    if (input === 'comment') return comment.get(name) ?? null;
    if (input === 'attachment') return attachment.get(name) ?? null;
    return path[0] === 'custom' && path.length === 2 ? TEXT : (ticket.get(name) ?? null);
  };
}

/** By path: `state`, `caller.name`. Dates are left out: as texts they have a form of their own. */
function columnsOf(sources: Written<WrittenSources> | null): ReadonlyMap<string, Term> {
  const terms = new Map<string, Term>();
  const add = (name: string, type: string | null): void => {
    if (type === null || type === 'text') terms.set(name, TEXT);
    if (type === 'number' || type === 'boolean') terms.set(name, { type, words: null });
  };
  for (const [name, source] of sources?.entries() ?? []) {
    const parts = source.get('fields');
    if (source.get('from') === null) add(name, source.get('type')?.text ?? null);
    for (const [part, column] of parts?.entries() ?? []) {
      add(`${name}.${part}`, column.get('type')?.text ?? null);
    }
  }
  return terms;
}

/** Can the term have this value at all? */
export function canBe(term: Term, value: Literal): boolean {
  if (value === null || value === '') return true;
  if (typeof value !== (term.type === 'text' ? 'string' : term.type)) return false;
  return term.words === null || term.words.includes(String(value));
}

/** For casesOf: the values that paths of this input can have. */
export const domainOf =
  (terms: Terms, input: InputKind): Domain =>
  ({ path, set }) => {
    const term = path === null ? null : terms(input, path);
    if (term === null) return set;
    if (!set.inverted) {
      return { ...set, values: new Set([...set.values].filter((value) => canBe(term, value))) };
    }
    if (term.type !== 'boolean') return set;
    const values = [true, false].filter((value) => !set.values.has(value));
    return { inverted: false, values: new Set(values), nothing: set.nothing };
  };
