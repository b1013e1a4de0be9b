import type { Contract, Decided } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { ApprovalAnswer, KnownApproval } from '../domain/provider-change.ts';
import { approvalContext, type Ticket } from '../domain/ticket.ts';
import { isTrue, testCondition } from './condition.ts';
import { evaluateText } from './field.ts';
import { mapComments, type MappedComment } from './outbound.ts';
import { ruleName, type RuleFault } from './rule-fault.ts';
import { toProvider } from './table.ts';

/** What one of the client's changes has to say to the provider: comments and decisions, and nothing else. */
export interface MappedChange {
  readonly comments: readonly MappedComment[];
  /** By approvalId. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly faults: readonly RuleFault[];
}

/** Where an approval stands in the client's own process. */
export type Decision =
  | { readonly kind: 'open' }
  | { readonly kind: 'decided'; readonly answer: ApprovalAnswer }
  /** Its row is not there any more. */
  | { readonly kind: 'gone' };

/** Faults of approvals that nobody waits for any more are none: what they say is not sent. */
export function mapChange(
  { changes }: Contract,
  ticket: Ticket,
  approvals: readonly KnownApproval[],
  now: Instant,
): MappedChange {
  const { mapped, faults: commentFaults } = mapComments(changes?.sends ?? null, ticket, now);
  const faults: RuleFault[] = [...commentFaults];
  const decisions = new Map<string, Decision>();
  const decided = changes?.approvals?.decided ?? null;
  for (const approval of decided === null ? [] : approvals) {
    if (decided === null) break;
    const result = decisionOf(decided, ticket, approval, now);
    decisions.set(approval.id, result.decision);
    if (approval.state === 'requested' && approval.answer === null) faults.push(...result.faults);
  }
  return { comments: mapped, decisions, faults };
}

function decisionOf(
  decided: Decided,
  ticket: Ticket,
  approval: KnownApproval,
  now: Instant,
): { readonly decision: Decision; readonly faults: readonly RuleFault[] } {
  const open = (...faults: readonly RuleFault[]): { decision: Decision; faults: readonly RuleFault[] } => ({
    decision: { kind: 'open' },
    faults,
  });
  const row = ticket.change?.approvals.find(({ key }) => key === approval.key);
  if (row === undefined) return { decision: { kind: 'gone' }, faults: [] };
  const context = approvalContext(row, ticket);
  const verdict = testCondition('decided', decided.place, decided.when, context, now);
  if (verdict.kind === 'fault') return open(verdict.fault);
  if (verdict.kind === 'no') return open();

  const approves = decided.approve.evaluate(context, now);
  if (approves.kind === 'failed') {
    const reason = `approve: the expression \`${decided.approve.source}\` failed: ${approves.reason}`;
    return open({
      code: 'rule-failed',
      subject: 'approve',
      reason,
      rule: ruleName('decided', decided.place),
    });
  }
  const by = evaluateText(decided.by, context, now, toProvider);
  if (by.kind === 'fault') return open(by.fault);
  const comment = decided.comment === null ? null : evaluateText(decided.comment, context, now, toProvider);
  if (comment?.kind === 'fault') return open(comment.fault);

  const kind = approves.kind === 'value' && isTrue(approves.value) ? 'approve' : 'reject';
  const approver = by.kind === 'value' ? by.value.trim() : '';
  const reason = comment?.kind === 'value' ? comment.value.trim() : '';
  return {
    decision: { kind: 'decided', answer: { kind, approver, comment: commentOf(kind, approver, reason) } },
    faults: [],
  };
}

/** The comment of an answer has a body only, so the person is in it. */
const commentOf = (kind: ApprovalAnswer['kind'], approver: string, reason: string): string => {
  const done = kind === 'approve' ? 'Approved' : 'Rejected';
  return `${done} by ${approver}${reason === '' ? '' : `: ${reason}`}`;
};
