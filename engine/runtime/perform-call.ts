import { decideAnswer } from '../decide/decide-answer.ts';
import type { Span } from '../domain/instant.ts';
import type { ActionKind } from '../domain/lane.ts';
import { readAnswer, type BridgeCall } from '../wire/read-answer.ts';
import { bridgeNow } from './bridge-time.ts';
import type { Hold } from './hold.ts';
import { commitOutcome } from './commit-outcome.ts';
import { ItsmRefused } from './ports.ts';
import type { PreparedCall } from './commit-intent.ts';
import { recordAnswer } from './record-answer.ts';
import type { Runtime, StepEnd } from './step.ts';

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

/**
 * Makes a prepared call and commits its outcome. The only place from which a ticket's word reaches the bridge.
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
): Promise<StepEnd> {
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
      fields: intent.fields,
      answer,
      attempts: call.lane.state.attempts,
      substitutes: call.lane.state.substitutes,
      repeats: call.repeats,
    },
    ports.clock.now(),
  );
  const record = (refusal: ItsmRefused | null): Promise<StepEnd> =>
    commitOutcome(runtime, (tx) => recordAnswer(runtime, tx, call, hold, after, during, refusal), hurry);
  try {
    return await record(null);
  } catch (error) {
    if (!(error instanceof ItsmRefused) || after.kind !== 'accepted') throw error;
    return record(error);
  }
}
