import type { Json } from '../../engine/domain/json.ts';
import { refused, succeeded } from './answers.ts';
import { hasEnded, withApproval } from './change-desk.ts';
import { clientComment, refuse, type CallResult } from './client-calls.ts';
import type { ApprovalAnswer, ProviderChange } from './provider-change.ts';
import type { Tenant } from './tenant.ts';
import { validateApproval, validateNotes, validateReturnNumber } from './validate-payload.ts';

/** What a client may do with a change: return its number, comment, approve, reject. */
export function callOnChange(
  tenant: Tenant,
  change: ProviderChange,
  kind: 'update' | 'notes' | 'return-number' | 'approve' | 'reject',
  payload: Json,
): CallResult {
  switch (kind) {
    case 'update':
      return refuse(refused.changeNotUpdatable);
    case 'return-number': {
      const validated = validateReturnNumber(payload);
      if (validated.kind === 'invalid') return refuse(refused.invalidPayload(validated.faults));
      return save(
        tenant,
        { ...change, clientTicketNumber: validated.payload.clientTicketNumber },
        succeeded.numberReturned,
      );
    }
    case 'notes': {
      const validated = validateNotes(payload);
      if (validated.kind === 'invalid') return refuse(refused.invalidPayload(validated.faults));
      if (hasEnded(change)) return refuse(refused.ticketEnded);
      const added = validated.payload.comments.map((comment) => clientComment(tenant, comment));
      return save(tenant, { ...change, comments: [...change.comments, ...added] }, succeeded.commented);
    }
    case 'approve':
    case 'reject':
      return answerApproval(tenant, change, kind, payload);
  }
}

/** The first answer counts; later ones are taken and ignored. */
function answerApproval(
  tenant: Tenant,
  change: ProviderChange,
  kind: 'approve' | 'reject',
  payload: Json,
): CallResult {
  const validated = validateApproval(payload);
  if (validated.kind === 'invalid') return refuse(refused.invalidPayload(validated.faults));
  const { approvalId, approver, comments } = validated.payload;
  const approval = change.approvals.find((one) => one.approvalId === approvalId);
  if (approval === undefined) return refuse(refused.unknownApproval);
  const counted = approval.state === 'requested';
  const answer: ApprovalAnswer = {
    kind,
    at: tenant.now(),
    approver,
    comment: comments.map(({ body }) => body).join('\n'),
    counted,
  };
  const state = counted ? (kind === 'approve' ? 'approved' : 'rejected') : approval.state;
  const answered = withApproval(change, { ...approval, state, answers: [...approval.answers, answer] });
  return save(
    tenant,
    { ...answered, approval: approvalOf(answered) },
    kind === 'approve' ? succeeded.approved : succeeded.rejected,
  );
}

/** Rejected by one is rejected; approved is what all have approved. */
function approvalOf({ approvals: all, approval }: ProviderChange): string {
  const approvals = all.filter(({ isCurrent }) => isCurrent);
  if (approvals.some(({ state }) => state === 'rejected')) return 'rejected';
  return approvals.every(({ state }) => state === 'approved' || state === 'cancelled')
    ? 'approved'
    : approval;
}

function save(tenant: Tenant, change: ProviderChange, answer: CallResult['answer']): CallResult {
  const after = { ...change, updatedAt: tenant.now() };
  tenant.saveChange(after);
  return { answer, changed: after };
}
