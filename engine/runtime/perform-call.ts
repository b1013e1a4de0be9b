import { decideAnswer } from '../decide/decide-answer.ts';
import type { Span } from '../domain/instant.ts';
import type { ActionKind, Lane } from '../domain/lane.ts';
import { readAnswer, type BridgeCall } from '../wire/read-answer.ts';
import { bridgeNow } from './bridge-time.ts';
import type { Hold } from './hold.ts';
import { commitOutcome } from './commit-outcome.ts';
import { DatabaseUnavailable, ItsmRefused, type Transaction } from './ports.ts';
import type { PreparedCall } from './commit-intent.ts';
import { recordAnswer } from './record-answer.ts';
import type { Runtime, StepEnd } from './step.ts';
import { transact } from './transact.ts';

const BRIDGE_CALL: { readonly [kind in ActionKind]: BridgeCall } = {
  create: 'create',
  update: 'update',
  notes: 'notes',
  resolve: 'update',
  close: 'update',
  cancel: 'update',
  'return-number': 'return-number',
  'cancel-surplus': 'update',
  approve: 'approve',
  reject: 'reject',
  attachment: 'attachment-url',
};

/** What follows from the outcome of a call. */
interface Next {
  goOn(end: StepEnd): StepEnd;
  /** The steps behind it, in the transaction of the outcome; `saved`: the lane, if it need not be read. */
  more(tx: Transaction, saved: Lane | null): Promise<StepEnd | PreparedCall>;
}

/**
 * Makes a prepared call and commits its outcome, with the steps behind it: the intent of the next call, if there is one. If
 * these do not go well, it commits the outcome alone. The only place from which a ticket's word reaches the bridge.
 *
 * The call is made only if no other process can have taken over by now. A process that is stopped just behind that
 * question, for longer than its lease, still makes it: no token that the bridge would check goes with a call. Whoever takes
 * over waits as after any call without an answer.
 */
export async function performCall(
  runtime: Runtime,
  call: PreparedCall,
  hold: Hold,
  hurry: AbortSignal,
  next: Next,
): Promise<StepEnd | PreparedCall> {
  const { contract, ports } = runtime;
  const { action, intent } = call;
  if (!(await hold.by.confirm())) {
    ports.log.warn('call not made', {
      contract: contract.name,
      lane: hold.lane,
      ticket: call.lane.clientNumber,
      transaction: action.kind,
      transaction_id: intent.id,
      reason: 'another process may have taken over this lane',
    });
    return { kind: 'lost' };
  }
  hold.by.patience.sends(hold.lane, intent.id);
  runtime.announce?.(action, intent);
  const sentAt = ports.clock.elapsed();
  const answer = readAnswer(BRIDGE_CALL[action.kind], await ports.bridge.send(call.request));
  // The answer itself may say what time it is there, so only after it is the begin of the call reckoned.
  const { from, to } = bridgeNow(runtime);
  const during: Span = { from: Math.floor(from - (ports.clock.elapsed() - sentAt)), to };
  const after = decideAnswer(
    contract,
    {
      kind: action.kind,
      ticketType: call.lane.state.ticketType,
      fields: intent.fields,
      answer,
      attempts: call.lane.state.attempts,
      substitutes: call.lane.state.substitutes,
      repeats: call.repeats,
    },
    ports.clock.now(),
  );
  const write = (tx: Transaction, refusal: ItsmRefused | null): Promise<StepEnd> =>
    recordAnswer(runtime, tx, call, hold, after, during, refusal);
  const steps = { areOver: false };
  try {
    return await transact(
      runtime,
      async (tx) => {
        steps.areOver = false;
        const end = next.goOn(await write(tx, null));
        const last = end.kind === 'again' ? await next.more(tx, end.saved ?? null) : end;
        steps.areOver = true;
        return last;
      },
      hold,
    );
  } catch (error) {
    // Whatever it was, it comes again: with the outcome, or with the steps behind it, which must not undo that. Behind all of
    // them is the commit, of which only a database that is away is waited for.
    if (steps.areOver && !(error instanceof DatabaseUnavailable)) throw error;
  }
  const record = async (refusal: ItsmRefused | null): Promise<StepEnd> =>
    next.goOn(await commitOutcome(runtime, (tx) => write(tx, refusal), hurry));
  try {
    return await record(null);
  } catch (error) {
    if (!(error instanceof ItsmRefused) || after.kind !== 'accepted') throw error;
    return record(error);
  }
}
