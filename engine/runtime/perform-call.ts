import { decideAnswer, type AfterAnswer } from '../decide/decide-answer.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Outcome } from '../domain/journal.ts';
import type { ActionKind, Intent, Lane, LaneState } from '../domain/lane.ts';
import { OUTCOME_COMMITS_MAX, OUTCOME_COMMIT_PAUSE_MS } from '../domain/limits.ts';
import { confirmCall, fieldNames, refuseCall } from '../plan/move-shadow.ts';
import { readAnswer, type BridgeCall } from '../wire/read-answer.ts';
import { settleCreate } from './link.ts';
import { parkLane } from './park.ts';
import { DatabaseUnavailable, ItsmRefused, type Transaction } from './ports.ts';
import type { PreparedCall } from './prepare-call.ts';
import { logEntry, outboundEntry, withState, type Runtime, type StepEnd } from './step.ts';

const BRIDGE_CALL: { readonly [kind in ActionKind]: BridgeCall } = {
  create: 'create',
  update: 'update',
  notes: 'notes',
  resolve: 'update',
  close: 'update',
  cancel: 'update',
  'return-number': 'return-number',
  'cancel-surplus': 'update',
};

/** Makes a prepared call and commits its outcome. The only place from which a ticket's word reaches the bridge. */
export async function performCall(
  runtime: Runtime,
  call: PreparedCall,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { contract, ports } = runtime;
  const { action, intent } = call;
  const answer = readAnswer(BRIDGE_CALL[action.kind], await ports.bridge.send(call.request));
  const after = await decideAnswer(
    contract,
    {
      kind: action.kind,
      fields: intent.fields,
      answer,
      attempts: call.lane.state.attempts,
      substitutes: call.lane.state.substitutes,
    },
    ports.clock.now(),
  );
  const record = (refusal: ItsmRefused | null): Promise<StepEnd> =>
    commitOutcome(runtime, (tx) => recordOnce(runtime, tx, call, after, refusal), signal);
  try {
    return await record(null);
  } catch (error) {
    if (!(error instanceof ItsmRefused) || after.kind !== 'accepted') throw error;
    return record(error);
  }
}

/**
 * An outcome that is not committed makes a clear answer an unclear one (and a create that went well a second ticket),
 * so a database that is away is waited for: as long as the process may run, and a little longer.
 */
async function commitOutcome(
  { contract, ports }: Runtime,
  work: (tx: Transaction) => Promise<StepEnd>,
  signal: AbortSignal,
): Promise<StepEnd> {
  let triesSinceStop = 0;
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) triesSinceStop += 1;
    try {
      return await ports.database.transaction(work);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || triesSinceStop >= OUTCOME_COMMITS_MAX) throw error;
      ports.log.warn('outcome not committed yet', {
        contract: contract.name,
        attempt,
        reason: error.message,
      });
      await ports.clock.sleep(OUTCOME_COMMIT_PAUSE_MS, new AbortController().signal);
    }
  }
}

/** `refusal`: the ITSM has refused the provider's number, so the outcome is recorded without it. */
async function recordOnce(
  runtime: Runtime,
  tx: Transaction,
  call: PreparedCall,
  after: AfterAnswer,
  refusal: ItsmRefused | null,
): Promise<StepEnd> {
  const lane = await tx.store.lane(call.lane.id, true);
  if (lane === null) throw new Error(`lane ${call.lane.id} is gone while its call was under way`);
  // The commit before this one was acknowledged to nobody: either the intent is settled, or it waits already.
  const { intent, resendAt } = lane.state;
  if (intent?.id !== call.intent.id || resendAt !== null) return { kind: 'again' };
  return recordAnswer(runtime, tx, lane, call, after, refusal);
}

async function recordAnswer(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  call: PreparedCall,
  after: AfterAnswer,
  refusal: ItsmRefused | null,
): Promise<StepEnd> {
  const { action, intent } = call;
  const { contract, ports } = runtime;
  const now = ports.clock.now();
  const note = async (
    shown: Lane,
    outcome: Outcome,
    summary: string,
    rule: string | null,
    detail: JsonObject,
  ): Promise<void> => {
    const entry = outboundEntry(shown, action.kind, now, {
      outcome,
      summary,
      rule,
      transactionId: intent.id,
      detail,
    });
    await tx.store.journal(entry);
    logEntry(ports.log, contract, entry);
  };

  switch (after.kind) {
    case 'accepted': {
      const stranger = await otherTicketOf(tx, lane, after.providerTicket);
      if (stranger !== null) {
        const reason = `create: the provider answered with ${after.providerTicket ?? ''}, which is the number of our ${stranger}`;
        await parkLane(
          runtime,
          tx,
          withState(doubtful(lane, intent), { resendAt: now }),
          call.lane.wanted,
          { code: 'number-taken', reason, rule: null, until: 'operator' },
          now,
        );
        return { kind: 'rest', dueAt: null };
      }
      if (after.providerTicket !== null && lane.clientTicket !== null && refusal === null) {
        await tx.itsm.setProviderNumber(lane.clientTicket, after.providerTicket, now);
      }
      const accepted = await accept(tx, lane, intent, after.providerTicket, action, now);
      await tx.store.saveLane(accepted);
      await note(accepted, 'sent', action.because, action.rule, sentDetail(intent));
      if (refusal === null) return { kind: 'again' };
      // The provider's number is known to us alone: forgotten, the ticket would be created again.
      const reason = `the provider's ticket is ${after.providerTicket ?? ''}, and the ITSM does not take its number: ${refusal.message}`;
      const cause = { code: 'itsm-refused', reason, rule: null, until: 'operator' } as const;
      await parkLane(runtime, tx, accepted, call.lane.wanted, cause, now);
      return { kind: 'rest', dueAt: null };
    }
    case 'substitute': {
      await tx.store.saveLane(
        withState(refused(lane, intent, now), {
          substitutes: [...lane.state.substitutes, ...after.substitutes],
        }),
      );
      const words = after.substitutes
        .map((one) => `${one.field} "${one.refused}" → "${one.instead}"`)
        .join(', ');
      await note(lane, 'refused', `the provider refused a value: sent again with ${words}`, after.rule, {});
      return { kind: 'again' };
    }
    case 'resend': {
      const spread = after.afterMsMax - after.afterMsMin;
      const resendAt = Math.round(now + after.afterMsMin + ports.random.next() * spread);
      const attempts = lane.state.attempts + (after.counts ? 1 : 0);
      const waiting = after.ambiguous ? doubtful(lane, intent) : refused(lane, intent, now);
      await tx.store.saveLane(withState(waiting, { resendAt, attempts }));
      await note(
        lane,
        'waiting',
        `${after.reason}: sent again if nothing settles it until then`,
        after.rule,
        {
          until: resendAt,
          attempts,
          ambiguous: after.ambiguous,
        },
      );
      return { kind: 'again' };
    }
    case 'park': {
      if (isOverAlready(call, after)) {
        const over = await accept(tx, lane, intent, null, action, now);
        await tx.store.saveLane(over);
        await note(
          over,
          'sent',
          `${action.because}; the provider has it so already: ${after.reason}`,
          after.rule,
          sentDetail(intent),
        );
        return { kind: 'again' };
      }
      const standing = after.ambiguous ? doubtful(lane, intent) : refused(lane, intent, now);
      await parkLane(
        runtime,
        tx,
        withState(standing, { resendAt: standing.state.intent === null ? null : now }),
        call.lane.wanted,
        {
          code: after.code,
          reason: `${action.kind}: ${after.reason}`,
          rule: after.rule,
          // A plain refusal may be cured by an edit; where the call may have happened, somebody must look first.
          until: after.ambiguous ? 'operator' : 'change',
        },
        now,
      );
      return { kind: 'rest', dueAt: null };
    }
    case 'stop': {
      await tx.store.saveLane(after.ambiguous ? doubtful(lane, intent) : refused(lane, intent, now));
      await note(lane, 'stopped', after.reason, after.rule, {});
      return { kind: 'stop', reason: after.reason };
    }
  }
}

/** How the bridge says that a ticket has ended; its words for that are not documented. */
const HAS_ENDED = /\b(?:is|was|has been|already) (?:resolved|closed|cancell?ed)\b/i;

/**
 * An ended ticket takes nothing more, not even the same ending again: a refusal is good news where the first call of
 * its kind had no answer, or where the ticket has ended already (the provider closes on its own, seven days after a
 * resolution or at once).
 */
function isOverAlready(
  { action, repeats }: PreparedCall,
  { code, ambiguous, reason }: AfterAnswer & { readonly kind: 'park' },
): boolean {
  if (code !== 'bridge-refused' || ambiguous) return false;
  const hasEnded = HAS_ENDED.test(reason);
  switch (action.kind) {
    case 'close':
      return repeats || hasEnded;
    case 'cancel-surplus':
      return hasEnded;
    case 'resolve':
    case 'cancel':
      return repeats && hasEnded;
    default:
      return false;
  }
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

/** What was sent is agreed now. */
async function accept(
  tx: Transaction,
  lane: Lane,
  intent: Intent,
  providerTicket: string | null,
  action: PreparedCall['action'],
  now: Instant,
): Promise<Lane> {
  const done: Partial<LaneState> = { intent: null, attempts: 0, resendAt: null };
  switch (action.kind) {
    case 'create': {
      if (providerTicket === null) throw new Error('an accepted create has a provider ticket');
      const stranger = await tx.store.laneByProviderTicket(providerTicket);
      if (stranger !== null && stranger.id !== lane.id) await tx.store.mergeLane(stranger.id, lane.id, now);
      return settleCreate(tx, lane, providerTicket, now);
    }
    case 'notes':
      for (const clientId of intent.comments) {
        await tx.store.insertLedgerEntry({
          laneId: lane.id,
          clientId,
          providerId: null,
          origin: 'client',
          at: now,
        });
      }
      return withState(lane, done);
    case 'return-number':
      return withState(lane, { ...done, numberOwed: false });
    case 'cancel-surplus':
      return withState(lane, {
        ...done,
        surplus: lane.state.surplus.filter((number) => number !== intent.surplus),
      });
    case 'update':
    case 'resolve':
    case 'close':
    case 'cancel':
      return withState(lane, {
        ...done,
        keptInternal: lane.state.keptInternal || (action.kind === 'update' && action.keepsInternal),
        shadow: confirmCall(lane.state.shadow, intent.fields, intent.at, now),
      });
  }
}

/** The call had no effect: the lane is as if it had not been made. */
function refused(lane: Lane, intent: Intent, now: Instant): Lane {
  if (intent.kind === 'create') {
    // An earlier create may still have happened: only this one is known not to have.
    return withState(lane, lane.state.link === 'unknown' ? { resendAt: now } : { intent: null });
  }
  const shadow = refuseCall(lane.state.shadow, intent.fields, intent.unsureBefore, now);
  return withState(lane, { intent: null, shadow });
}

/** The call may have had its effect: the intent stays, and for a create the link is unknown. */
const doubtful = (lane: Lane, intent: Intent): Lane =>
  withState(lane, intent.kind === 'create' ? { link: 'unknown' } : {});

const sentDetail = (intent: Intent): JsonObject => ({
  ...(fieldNames(intent.fields).length > 0 ? { fields: { ...intent.fields } } : {}),
  ...(intent.comments.length > 0 ? { comments: intent.comments } : {}),
});
