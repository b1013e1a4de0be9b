import type { AfterAnswer } from '../decide/decide-answer.ts';
import type { Instant, Span } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Outcome } from '../domain/journal.ts';
import type { ActionKind, Intent, Lane } from '../domain/lane.ts';
import {
  UNANSWERED_AT_ONCE,
  UNANSWERED_RETRY_MS_MAX,
  UNANSWERED_RETRY_MS_MIN,
  UNANSWERED_SENDS_MAX,
} from '../domain/limits.ts';
import { fieldNames, regardAsSaid } from '../plan/move-shadow.ts';
import { confirmed, doubtful, refused } from './confirm-outcome.ts';
import { writeProviderNumber } from './edited-at.ts';
import type { Hold } from './hold.ts';
import { recordLateCreate } from './late-create.ts';
import { parkLane } from './park.ts';
import type { ItsmRefused, Transaction } from './ports.ts';
import type { PreparedCall } from './commit-intent.ts';
import { outboundEntry, patienceEnds, withState, type Runtime, type StepEnd } from './step.ts';
import { tryUnanswered } from './try-unanswered.ts';

/** A call with its answer, and the lane as it is when the outcome is committed. */
interface Answered {
  readonly runtime: Runtime;
  readonly tx: Transaction;
  readonly lane: Lane;
  readonly call: PreparedCall;
  /** The call, by the bridge's time. */
  readonly during: Span;
  readonly now: Instant;
}

/**
 * Writes down what came of a call: lane, ledger, journal. `during`: the call, by the bridge's time. `refusal`: the ITSM has
 * refused the provider's number, so the outcome is recorded without it.
 *
 * Good news counts whenever it comes, also from a process that has lost the lane, as long as the lane has this very
 * intent: each send has one of its own, so none was prepared since, and with the row locked that is as good as the
 * fence. Any other answer counts only if the lane is still held and nobody has written it down as missing.
 */
export async function recordAnswer(
  runtime: Runtime,
  tx: Transaction,
  call: PreparedCall,
  held: Hold,
  after: AfterAnswer,
  during: Span,
  refusal: ItsmRefused | null,
): Promise<StepEnd> {
  const own = await tx.store.heldLane(held);
  const isHeld = own !== null;
  const lane = own ?? (await tx.store.lane(call.lane.id, true));
  if (lane === null) return { kind: 'lost' };
  // A message has settled it, or this is done again because nobody was told that it was committed.
  const now = runtime.ports.clock.now();
  if (lane.state.intent?.id !== call.intent.id) {
    if (after.kind === 'accepted' && after.providerTicket !== null)
      await recordLateCreate(runtime, tx, lane, call, after.providerTicket, refusal, now);
    return isHeld ? { kind: 'again' } : { kind: 'lost' };
  }

  const answered: Answered = { runtime, tx, lane, call, during, now };
  const end = await recordOnce(answered, after, refusal, isHeld);
  if (isUsable(after) && held.by.retries.isTime()) await tryUnanswered(tx, now, UNANSWERED_AT_ONCE);
  return end;
}

/** The bridge has said yes or no: it answers calls. */
const isUsable = (after: AfterAnswer): boolean =>
  after.kind === 'accepted' ||
  after.kind === 'so-already' ||
  after.kind === 'ended' ||
  after.kind === 'reopened' ||
  after.kind === 'substitute' ||
  (after.kind === 'park' && after.code === 'bridge-refused' && !after.ambiguous);

async function recordOnce(
  answered: Answered,
  after: AfterAnswer,
  refusal: ItsmRefused | null,
  isHeld: boolean,
): Promise<StepEnd> {
  const { tx, lane } = answered;
  if (!isHeld || lane.state.resendAt !== null) {
    if (after.kind !== 'accepted' && after.kind !== 'so-already')
      return isHeld ? { kind: 'again' } : { kind: 'lost' };
    // Whoever waits for this answer, or was asked to look for it, need not any more.
    const { id, parked } = lane;
    await tx.store.wakeLane(id, answered.now, null);
    const awake: Lane = {
      ...lane,
      parked: parked === null ? null : { ...parked, until: 'change' },
    };
    const end = await settle({ ...answered, lane: awake }, after, refusal);
    if (!isHeld) return { kind: 'lost' };
    return end.kind === 'again' ? { kind: 'again' } : end;
  }
  return settle(answered, after, refusal);
}

function settle(answered: Answered, after: AfterAnswer, refusal: ItsmRefused | null): Promise<StepEnd> {
  switch (after.kind) {
    case 'accepted':
      return recordAccepted(answered, after.providerTicket, refusal);
    case 'so-already':
      return recordSoAlready(answered, after.reason);
    case 'reopened':
      return recordReopened(answered, after.reason);
    case 'ended':
      return recordEnded(answered, after);
    case 'substitute':
      return recordSubstitute(answered, after);
    case 'resend':
      return recordResend(answered, after);
    case 'park':
      return recordRefused(answered, after);
    case 'stop':
      return recordStop(answered, after);
  }
}

type After<Kind extends AfterAnswer['kind']> = Extract<AfterAnswer, { readonly kind: Kind }>;

async function recordAccepted(
  answered: Answered,
  providerTicket: string | null,
  refusal: ItsmRefused | null,
): Promise<StepEnd> {
  const { runtime, tx, lane, call, during, now } = answered;
  const { action, intent } = call;
  const stranger = await otherTicketOf(tx, lane, providerTicket);
  if (stranger !== null) {
    const reason = `create: the provider answered with ${providerTicket ?? ''}, which is the number of our ${stranger}`;
    const standing = withState(doubtful(lane, intent), { resendAt: now });
    const cause = { code: 'number-taken', reason, rule: null, until: 'operator' } as const;
    await parkLane(tx, standing, call.lane.wanted, cause, null, now);
    return { kind: 'rest', dueAt: null };
  }
  const { clientTicket } = lane;
  const numbered =
    providerTicket !== null && clientTicket !== null && refusal === null
      ? await writeProviderNumber(runtime.contract, tx, lane, clientTicket, providerTicket, now)
      : lane;
  const agreed = await confirmed(tx, numbered, intent, providerTicket, action, now, during);
  await tx.store.saveLane(agreed);
  await note(answered, agreed, 'sent', action.because, action.rule, sentDetail(intent));
  // Behind a create another lane's messages may have come along.
  if (refusal === null) return { kind: 'again', ...(action.kind === 'create' ? {} : { saved: agreed }) };

  // The provider's number is known to us alone: forgotten, the ticket would be created again.
  const reason = `the provider's ticket is ${providerTicket ?? ''}, and the ITSM does not take its number: ${refusal.message}`;
  const cause = { code: 'itsm-refused', reason, rule: null, until: 'change' } as const;
  await parkLane(tx, agreed, call.lane.wanted, cause, null, now);
  return { kind: 'rest', dueAt: null };
}

async function recordSoAlready(answered: Answered, reason: string): Promise<StepEnd> {
  const { tx, lane, call, during, now } = answered;
  const { action, intent } = call;
  const over = await confirmed(tx, lane, intent, null, action, now, during);
  await tx.store.saveLane(over);
  const summary = `${action.because}; the provider has it so already: ${reason}`;
  await note(answered, over, 'sent', summary, null, sentDetail(intent));
  return { kind: 'again' };
}

/** The provider has re-opened what was resolved: it is resolved anew before it is closed. */
async function recordReopened(answered: Answered, reason: string): Promise<StepEnd> {
  const { tx, lane, call, now } = answered;
  const open = refused(lane, call.intent, now);
  const shadow = regardAsSaid(open.state.shadow, { status: 'open' });
  await tx.store.saveLane(withState(open, { attempts: 0, resendAt: null, shadow }));
  await note(answered, lane, 'refused', `the provider has re-opened the ticket: ${reason}`, null, {});
  return { kind: 'again' };
}

/** The provider's ticket has ended, and nobody had told us: the contract's `after_closed` has the next word. */
async function recordEnded(answered: Answered, after: After<'ended'>): Promise<StepEnd> {
  const { tx, lane, call, now } = answered;
  const as = refused(lane, call.intent, now);
  const over = withState(as, {
    attempts: 0,
    resendAt: null,
    numberOwed: as.state.numberOwed && call.action.kind !== 'return-number',
    endedThere: after.status,
  });
  await tx.store.saveLane(over);
  const summary = `the provider's ticket is ${after.status} and takes nothing more: ${after.reason}`;
  await note(answered, over, 'refused', summary, null, {});
  return { kind: 'again' };
}

async function recordSubstitute(answered: Answered, after: After<'substitute'>): Promise<StepEnd> {
  const { tx, lane, call, now } = answered;
  const substitutes = [...lane.state.substitutes, ...after.substitutes];
  await tx.store.saveLane(withState(refused(lane, call.intent, now), { substitutes }));
  const words = after.substitutes.map((one) => `${one.field} "${one.refused}" → "${one.instead}"`).join(', ');
  const summary = `the provider refused a value: sent again with ${words}`;
  await note(answered, lane, 'refused', summary, after.rule, {});
  return { kind: 'again' };
}

async function recordResend(answered: Answered, after: After<'resend'>): Promise<StepEnd> {
  const { runtime, tx, lane, now } = answered;
  const spread = after.afterMsMax - after.afterMsMin;
  const resendAt = Math.round(now + after.afterMsMin + runtime.ports.random.next() * spread);
  const attempts = lane.state.attempts + (after.counts ? 1 : 0);
  await tx.store.saveLane(withState(withoutAnswer(answered, after.ambiguous), { resendAt, attempts }));
  const detail = { until: resendAt, attempts, ambiguous: after.ambiguous };
  const summary = `${after.reason}: sent again if nothing settles it until then`;
  await note(answered, lane, 'waiting', summary, after.rule, detail);
  return { kind: 'again' };
}

async function recordRefused(answered: Answered, after: After<'park'>): Promise<StepEnd> {
  const { runtime, tx, call, now } = answered;
  const { random } = runtime.ports;
  const { kind } = call.action;
  const standing = withoutAnswer(answered, after.ambiguous);
  const attempts = standing.state.attempts + (after.code === 'no-answer' ? 1 : 0);
  const mustBeOnce = after.ambiguous && ONCE.has(kind);
  // Only what is as good twice as once is tried for ever.
  const isTriedAgain = after.code === 'no-answer' && (!mustBeOnce || attempts < UNANSWERED_SENDS_MAX);
  const spread = UNANSWERED_RETRY_MS_MAX - UNANSWERED_RETRY_MS_MIN;
  await parkLane(
    tx,
    withState(standing, {
      attempts,
      resendAt: standing.state.intent === null ? null : after.ambiguous ? patienceEnds(now, random) : now,
    }),
    call.lane.wanted,
    {
      code: after.code,
      reason: `${kind}: ${after.reason}`,
      rule: after.rule,
      // An edit may cure it; but what must not be there twice is not sent again because of an edit.
      until: mustBeOnce ? 'operator' : 'change',
      retryAt: isTriedAgain ? Math.round(now + UNANSWERED_RETRY_MS_MIN + random.next() * spread) : null,
    },
    null,
    now,
  );
  return { kind: 'rest', dueAt: null };
}

async function recordStop(answered: Answered, after: After<'stop'>): Promise<StepEnd> {
  const { tx, lane } = answered;
  await tx.store.saveLane(withoutAnswer(answered, after.ambiguous));
  await note(answered, lane, 'stopped', after.reason, after.rule, {});
  return { kind: 'stop', reason: after.reason };
}

/** Calls that make something new each time they are carried out. */
const ONCE: ReadonlySet<ActionKind> = new Set(['create', 'notes']);

/** The lane after a call that was not accepted. */
const withoutAnswer = ({ lane, call, now }: Answered, ambiguous: boolean): Lane =>
  ambiguous ? doubtful(lane, call.intent) : refused(lane, call.intent, now);

function note(
  { tx, call, now }: Answered,
  lane: Lane,
  outcome: Outcome,
  summary: string,
  rule: string | null,
  detail: JsonObject,
): Promise<void> {
  const { action, intent } = call;
  return tx.store.journal(
    outboundEntry(lane, action.kind, now, { outcome, summary, rule, transactionId: intent.id, detail }),
  );
}

/** The number of another ticket of ours that already has this provider ticket. */
async function otherTicketOf(
  tx: Transaction,
  lane: Lane,
  providerTicket: string | null,
): Promise<string | null> {
  const owner = providerTicket === null ? null : await tx.store.laneByProviderTicket(providerTicket);
  return owner === null || owner.id === lane.id ? null : owner.clientNumber;
}

const sentDetail = (intent: Intent): JsonObject => ({
  ...(fieldNames(intent.fields).length > 0 ? { fields: { ...intent.fields } } : {}),
  ...(intent.comments.length > 0 ? { comments: intent.comments } : {}),
});
