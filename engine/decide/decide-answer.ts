import type { Contract, ErrorAction } from '../domain/contract.ts';
import type { Instant, Milliseconds } from '../domain/instant.ts';
import type { ActionKind, LaneState, Substitute } from '../domain/lane.ts';
import { PATIENCE_MS_MAX, PATIENCE_MS_MIN, RESENDS_MAX, RETRY_AFTER_MS_MAX } from '../domain/limits.ts';
import { UPDATE_FIELDS } from '../domain/payload.ts';
import { firstMatch } from '../map/condition.ts';
import { ruleName } from '../map/rule-fault.ts';
import type { ReadAnswer } from '../wire/read-answer.ts';

/** A call and what came back. */
export interface AnsweredCall {
  readonly kind: ActionKind;
  readonly ticketType: LaneState['ticketType'];
  /** The fields the call carried, as mapped. */
  readonly fields: { readonly [field: string]: string | undefined };
  readonly answer: ReadAnswer;
  /** Sends without a usable answer before this one. */
  readonly attempts: number;
  /** What is sent instead of refused values already. */
  readonly substitutes: readonly Substitute[];
  /** A call of this kind was made before, and its answer is missing. */
  readonly repeats: boolean;
}

/** What happens after an answer. */
export type AfterAnswer =
  | { readonly kind: 'accepted'; readonly providerTicket: string | null }
  /** Refused, because what it asks for is so already. */
  | { readonly kind: 'so-already'; readonly reason: string }
  /** A close that is sent again is refused, because the provider has re-opened its ticket meanwhile: it is to be resolved anew. */
  | { readonly kind: 'reopened'; readonly reason: string }
  /** Refused, because the provider's ticket has ended: it takes nothing more. */
  | { readonly kind: 'ended'; readonly status: 'closed' | 'cancelled'; readonly reason: string }
  /** Put these values in the place of the refused ones, and send again at once. */
  | { readonly kind: 'substitute'; readonly substitutes: readonly Substitute[]; readonly rule: string }
  /** `ambiguous`: the call may have had its effect. `counts`: it uses up one of the bounded attempts. */
  | {
      readonly kind: 'resend';
      readonly afterMsMin: Milliseconds;
      readonly afterMsMax: Milliseconds;
      readonly ambiguous: boolean;
      readonly counts: boolean;
      readonly reason: string;
      readonly rule: string | null;
    }
  | {
      readonly kind: 'park';
      readonly code: 'bridge-refused' | 'no-answer' | 'answer-unclear' | 'rule-failed';
      readonly ambiguous: boolean;
      readonly reason: string;
      readonly rule: string | null;
    }
  /** The configuration is at fault: retrying helps nobody. */
  | {
      readonly kind: 'stop';
      readonly ambiguous: boolean;
      readonly reason: string;
      readonly rule: string | null;
    };

/** The contract's own error rules first, what the protocol says second. */
export function decideAnswer(contract: Contract, call: AnsweredCall, now: Instant): AfterAnswer {
  const { answer } = call;
  if (answer.kind === 'accepted') return { kind: 'accepted', providerTicket: answer.providerTicket ?? null };

  const match = firstMatch(contract.errors, errorContext(call), now);
  if (match.kind === 'fault') {
    return {
      kind: 'park',
      code: 'rule-failed',
      ambiguous: isAmbiguous(answer),
      reason: match.fault.reason,
      rule: match.fault.rule,
    };
  }
  if (match.kind === 'match') {
    const word = byRule(match.rule.then, ruleName(match.rule.name, match.rule.place), call);
    if (word !== null) return word;
  }
  return byProtocol(call);
}

/** What an error rule's condition sees. */
function errorContext({ kind, answer }: AnsweredCall): {
  readonly [name: string]: string | number | boolean | null;
} {
  const isError = answer.kind === 'error';
  return {
    transaction: kind,
    timed_out: answer.kind === 'no-answer',
    status: isError ? answer.status : null,
    text: isError ? answer.text : '',
  };
}

/** Null: the rule's remedy was tried or does not fit, so the protocol decides. */
function byRule(action: ErrorAction, rule: string, call: AnsweredCall): AfterAnswer | null {
  const reason = reasonOf(call.answer);
  const ambiguous = isAmbiguous(call.answer);
  switch (action.kind) {
    case 'park':
      return { kind: 'park', code: 'bridge-refused', ambiguous, reason, rule };
    case 'stop':
      return { kind: 'stop', ambiguous, reason, rule };
    case 'resend': {
      const counts = wasReached(call.answer);
      if (counts && call.attempts + 1 >= action.atMost) return exhausted(call, rule);
      const pause = pauseAfter(call.answer, action.afterMsMin, action.afterMsMax);
      return { kind: 'resend', ...pause, ambiguous, counts, reason, rule };
    }
    case 'replace': {
      // Only a refusal speaks of the values: a bridge that was not reached has not seen them.
      if (ambiguous || call.answer.kind === 'no-answer') return null;
      const substitutes = UPDATE_FIELDS.flatMap((field): readonly Substitute[] => {
        const refused = call.fields[field];
        const instead = action.fields[field];
        if (refused === undefined || instead === undefined || refused === instead) return [];
        // Refused before: two rules that replace each other's values would go on for ever.
        if (call.substitutes.some((known) => known.field === field && known.refused === instead)) return [];
        return [{ field, refused, instead, rule }];
      });
      return substitutes.length > 0 ? { kind: 'substitute', substitutes, rule } : null;
    }
  }
}

/** The protocol's own word (client guide v1.2, "errors" and "time-outs"). */
function byProtocol(call: AnsweredCall): AfterAnswer {
  const { answer } = call;
  const reason = reasonOf(answer);
  const ambiguous = isAmbiguous(answer);
  const wait = (counts: boolean): AfterAnswer =>
    counts && call.attempts + 1 >= RESENDS_MAX
      ? exhausted(call, null)
      : {
          kind: 'resend',
          ...pauseAfter(answer, PATIENCE_MS_MIN, PATIENCE_MS_MAX),
          ambiguous,
          counts,
          reason,
          rule: null,
        };
  if (answer.kind === 'no-answer') return wait(wasReached(answer));
  if (answer.kind === 'accepted') throw new Error('an accepted call needs no remedy');
  switch (answer.error) {
    case 'configuration':
      return { kind: 'stop', ambiguous, reason, rule: null };
    case 'too-many-requests':
    case 'server-failure':
      return wait(true);
    case 'unclear':
      return {
        kind: 'park',
        code: 'answer-unclear',
        ambiguous: true,
        reason: `${reason}; the call may have been carried out`,
        rule: null,
      };
    case 'unknown-group':
    case 'not-our-ticket':
    case 'handle-expired':
    case 'handle-invalid':
    case 'refused':
      if (call.kind === 'close' && call.repeats && IS_NOT_RESOLVED.test(answer.text))
        return { kind: 'reopened', reason };
      if (hasEndedAlready(call, answer.text)) return { kind: 'so-already', reason };
      if (answer.error === 'refused' && isToldByEnd(call) && IS_CLOSED.test(answer.text))
        return { kind: 'ended', status: IS_CANCELLED.test(answer.text) ? 'cancelled' : 'closed', reason };
      return { kind: 'park', code: 'bridge-refused', ambiguous: false, reason, rule: null };
  }
}

/** How the bridge says that a ticket has ended; its words for that are not documented. */
const HAS_ENDED = /\b(?:is|was|has been|already) (?:resolved|closed|cancell?ed)\b/i;

/** The same of a ticket that takes nothing more: the provider closes what was resolved seven days ago, and may not say so. */
const IS_CLOSED = /\b(?:is|was|has been|already) (?:closed|cancell?ed)\b/i;
/** What is closed has to be resolved before. */
const IS_NOT_RESOLVED = /\b(?:(?:must|has to|needs to|should) be|(?:is|was) not) resolved\b/i;
const IS_CANCELLED = /\bcancell?ed\b/i;

/** Calls about a ticket of the provider's that an ended one refuses, and whose refusal says how it is. */
const TAKES_NOTHING_ELSE: ReadonlySet<ActionKind> = new Set([
  'update',
  'notes',
  'resolve',
  'cancel',
  'return-number',
]);

/** Of a change the contract has no word on what then becomes of ours: what it did not take is parked in sight. */
const isToldByEnd = ({ kind, ticketType }: AnsweredCall): boolean =>
  ticketType !== 'Change' && TAKES_NOTHING_ELSE.has(kind);

/** The first answer to an approval counts, and later ones are ignored; nothing says that they are not refused. */
const ANSWERED_ALREADY = /\balready\b|\bno longer\b/i;

/**
 * An ended ticket takes nothing more, not even the same ending again: a refusal is good news where the first call of
 * its kind had no answer, or where the ticket has ended already (the provider closes on its own, seven days after a
 * resolution or at once).
 */
function hasEndedAlready({ kind, repeats }: AnsweredCall, text: string): boolean {
  const saysSo = HAS_ENDED.test(text);
  switch (kind) {
    case 'close':
      return repeats || saysSo;
    case 'cancel-surplus':
      return saysSo;
    case 'resolve':
    case 'cancel':
      return repeats && saysSo;
    case 'approve':
    case 'reject':
      return repeats && ANSWERED_ALREADY.test(text);
    case 'create':
    case 'update':
    case 'notes':
    case 'return-number':
    case 'attachment':
      return false;
  }
}

/** A bridge that asks for more time gets it, within reason. */
function pauseAfter(
  answer: ReadAnswer,
  afterMsMin: Milliseconds,
  afterMsMax: Milliseconds,
): { readonly afterMsMin: Milliseconds; readonly afterMsMax: Milliseconds } {
  const asked = answer.kind === 'error' ? Math.min(answer.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX) : 0;
  return { afterMsMin: Math.max(afterMsMin, asked), afterMsMax: Math.max(afterMsMax, asked) };
}

const exhausted = (call: AnsweredCall, rule: string | null): AfterAnswer => ({
  kind: 'park',
  code: 'no-answer',
  ambiguous: isAmbiguous(call.answer),
  reason: `sent ${call.attempts + 1} times without a usable answer; the last: ${reasonOf(call.answer)}`,
  rule,
});

/** A bridge that cannot be reached uses up no attempts: the ticket is not at fault, and nothing can be twice. */
const wasReached = (answer: ReadAnswer): boolean => answer.kind !== 'no-answer' || answer.reached;

/** May the call have been carried out all the same? */
function isAmbiguous(answer: ReadAnswer): boolean {
  switch (answer.kind) {
    case 'accepted':
      return false;
    case 'no-answer':
      return answer.reached;
    case 'error':
      return answer.error === 'server-failure' || answer.error === 'unclear';
  }
}

function reasonOf(answer: ReadAnswer): string {
  switch (answer.kind) {
    case 'accepted':
      return 'accepted';
    case 'no-answer':
      return `no answer: ${answer.reason}`;
    case 'error':
      return `the bridge answered ${answer.status}: ${answer.text === '' ? '(empty)' : answer.text}`;
  }
}
