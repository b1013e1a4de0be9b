import type { Contract } from '../domain/contract.ts';
import type { Lane, LedgerEntry } from '../domain/lane.ts';
import {
  changeHasEnded,
  UNKNOWN_CHANGE,
  type ApprovalAnswer,
  type KnownApproval,
} from '../domain/provider-change.ts';
import type { Decision, MappedChange } from '../map/outbound-change.ts';
import { ruleName } from '../map/rule-fault.ts';
import { textIn } from '../map/change-message.ts';
import type { Action, OutboundPlan } from './action.ts';
import { planComments } from './plan-comments.ts';
import { planReplaced } from './plan-replaced.ts';

export interface ChangeFacts {
  readonly contract: Contract;
  readonly lane: Lane;
  readonly mapped: MappedChange;
  readonly ledger: readonly LedgerEntry[];
}

/** A decision of the client's people that is not sent, and why. */
export interface UnsentDecision {
  readonly approvalId: string;
  readonly summary: string;
}

/**
 * What goes out for a change: our number, the answer to each approval, comments. Fields never do: the provider alone changes
 * a change.
 *
 * An approval is answered once, by the first decision. An answer that may have been sent is sent again as it was, whatever
 * people have decided since: the provider takes the first and ignores the others, so the same does no harm, and another
 * one would only be right if the first was lost.
 */
export function planChange({ contract, lane, mapped, ledger }: ChangeFacts): {
  readonly plan: OutboundPlan;
  readonly unsent: readonly UnsentDecision[];
} {
  const { link, numberOwed } = lane.state;
  const { seen, approvals } = lane.state.change ?? UNKNOWN_CHANGE;
  const unsent = approvals.flatMap((one) => unsentDecision(one, mapped.decisions.get(one.id)));
  if (link === 'replaced') return { plan: planReplaced(lane, mapped.comments, ledger), unsent };
  if (link !== 'linked') {
    const summary = 'a change of our own: the provider takes none, a Request asks for one';
    return { plan: { kind: 'held', summary, rule: null }, unsent };
  }
  const owed: readonly Action[] = numberOwed
    ? [{ kind: 'return-number', because: 'the provider opened the change and needs our number', rule: null }]
    : [];
  // One that may have been sent comes before those that were not: nothing else is asked of the lane until it is known.
  const answers = [...approvals]
    .sort((one, other) => Number(one.answer === null) - Number(other.answer === null))
    .flatMap((one) => planAnswer(contract, one, mapped.decisions.get(one.id)));
  const comments = planComments(mapped.comments, ledger);
  const state = textIn(seen, 'state');
  if (changeHasEnded(state)) {
    const plan: OutboundPlan =
      owed.length > 0
        ? { kind: 'actions', actions: owed }
        : comments.length > 0
          ? { kind: 'held', summary: `the provider's change is ${state} and takes nothing more`, rule: null }
          : { kind: 'nothing' };
    return { plan, unsent };
  }
  const actions = [...owed, ...answers, ...comments];
  return { plan: actions.length > 0 ? { kind: 'actions', actions } : { kind: 'nothing' }, unsent };
}

function planAnswer(
  { changes }: Contract,
  { id, state, answer }: KnownApproval,
  decision: Decision | undefined,
): readonly Action[] {
  if (state !== 'requested') return [];
  const decided = changes?.approvals?.decided;
  const sent = answer ?? (decision?.kind === 'decided' ? decision.answer : null);
  if (sent === null) return [];
  return [
    {
      ...sent,
      approvalId: id,
      because: `${sent.approver} has ${done(sent)} it`,
      rule: decided === undefined ? null : ruleName('decided', decided.place),
    },
  ];
}

/** What people have decided, where it is not what the provider was told, or where nobody waits for it. */
function unsentDecision(
  { id, state, answer }: KnownApproval,
  decision: Decision | undefined,
): readonly UnsentDecision[] {
  if (decision?.kind === 'gone' && state === 'requested' && answer === null)
    return [{ approvalId: id, summary: `approval ${id}: its row is gone, nobody can decide on it here` }];
  if (decision?.kind !== 'decided') return [];
  const now = `${decision.answer.approver} has ${done(decision.answer)} it`;
  if (state === 'withdrawn' && answer === null)
    return [
      { approvalId: id, summary: `approval ${id}: ${now}, and the provider does not ask for it any more` },
    ];
  if (answer === null || answer.kind === decision.answer.kind) return [];
  return [
    {
      approvalId: id,
      summary: `approval ${id}: ${now}, after ${answer.approver} had ${done(answer)} it: the first answer counts`,
    },
  ];
}

const done = ({ kind }: ApprovalAnswer): string => (kind === 'approve' ? 'approved' : 'rejected');
