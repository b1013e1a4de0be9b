import type { Instant } from '../domain/instant.ts';
import type { Intent, Lane } from '../domain/lane.ts';
import { UPDATE_FIELDS, type UpdateField } from '../domain/payload.ts';
import { actionRequest } from '../plan/action-request.ts';
import { commentKeys, type CallAction } from '../plan/action.ts';
import type { Fields } from '../plan/changed-fields.ts';
import { expectCall } from '../plan/move-shadow.ts';
import type { BridgeRequest } from '../wire/exchange.ts';
import { validateRequest } from '../wire/validate-payload.ts';
import { bridgeNow } from './bridge-time.ts';
import { updateFieldsOf } from './link.ts';
import { ParkLane } from './park.ts';
import { payloadRefusal } from './payload-refusal.ts';
import type { Transaction } from './ports.ts';
import { withState, type Runtime } from './step.ts';
import { withAnswer } from './approval-answer.ts';

/** A call whose intent is committed: it may be made now. */
export interface PreparedCall {
  readonly kind: 'call';
  readonly lane: Lane;
  readonly action: CallAction;
  readonly intent: Intent;
  readonly request: BridgeRequest;
  /** A call of this kind was made before, and its answer is missing. */
  readonly repeats: boolean;
}

/** Commits the intent of a call, with the request that carries it out. Throws ParkLane if the bridge would refuse it. */
export async function commitIntent(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  action: CallAction,
  now: Instant,
): Promise<PreparedCall> {
  const { contract, ports } = runtime;
  const request = actionRequest(contract, lane, action);
  const refusal = payloadRefusal(contract, action, lane.state.ticketType, validateRequest(request));
  if (refusal !== null) throw new ParkLane('payload-refused', refusal.reason, refusal.rule, 'change');

  const fields = actionFields(action);
  const earlier = lane.state.intent;
  const repeats = earlier !== null && isSameCall(earlier, action);
  const intent: Intent = {
    id: ports.random.id(),
    kind: action.kind,
    at: now,
    ...(repeats ? { firstAt: earlier.firstAt ?? earlier.at } : {}),
    fields,
    before: { unsure: lane.state.shadow.unsure, sent: lane.state.shadow.sent },
    comments: 'comments' in action ? commentKeys(action.comments) : [],
    surplus: action.kind === 'cancel-surplus' ? action.surplus : null,
    ...('approvalId' in action ? { approval: action.approvalId } : {}),
  };
  const expecting: Lane = {
    ...withState('approvalId' in action ? withAnswer(lane, action, 'requested') : lane, {
      intent,
      resendAt: null,
      shadow:
        action.kind === 'create'
          ? { ...lane.state.shadow, unsure: inDoubt(lane, fields) }
          : expectCall(lane.state.shadow, fields, bridgeNow(runtime)),
      verdict: null,
    }),
    parked: null,
  };
  await tx.store.saveLane(expecting);
  return { kind: 'call', lane: expecting, action, intent, request, repeats };
}

/**
 * What a create says otherwise than an earlier one that may have happened: whichever of them the provider's ticket
 * comes from, of these fields nobody knows what it has.
 */
function inDoubt({ state }: Lane, fields: Fields): readonly UpdateField[] {
  const earlier = state.intent;
  if (earlier?.kind !== 'create') return [];
  return UPDATE_FIELDS.filter(
    (field) => state.shadow.unsure.includes(field) || earlier.fields[field] !== fields[field],
  );
}

function actionFields(action: CallAction): Fields {
  switch (action.kind) {
    case 'create':
      return updateFieldsOf(action.payload);
    case 'update':
    case 'resolve':
    case 'close':
    case 'cancel':
      return action.fields;
    case 'notes':
    case 'return-number':
    case 'cancel-surplus':
    case 'approve':
    case 'reject':
      return {};
  }
}

/** Two answers to approvals are the same call only if they answer the same one. */
const isSameCall = (earlier: Intent, action: CallAction): boolean =>
  earlier.kind === action.kind && (!('approvalId' in action) || earlier.approval === action.approvalId);
