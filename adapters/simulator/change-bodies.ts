import type { Instant } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Account } from './account.ts';
import { providerText } from './message-bodies.ts';
import type { ProviderApproval, ProviderChange } from './provider-change.ts';
import { type ProviderComment, shownComment } from './provider-ticket.ts';

/** Every field of a change under its name on the wire. There is no `changed`, whatever the message is about. */
export const changeBody = (change: ProviderChange, account: Account): JsonObject => ({
  ...changeIdentity(change, account),
  state: change.state,
  type: change.type,
  category: change.category,
  approval: change.approval,
  startDate: change.startDate,
  endDate: change.endDate,
  risk: change.risk,
  impact: change.impact,
  priority: change.priority,
  shortDescription: providerText(change.shortDescription, account),
  description: providerText(change.description, account),
  justification: providerText(change.justification, account),
  preChangeChecks: providerText(change.preChangeChecks, account),
  implementationPlan: providerText(change.implementationPlan, account),
  testPlan: providerText(change.testPlan, account),
  backoutPlan: providerText(change.backoutPlan, account),
  requestedByName: change.requestedByName,
  cis: change.cis,
  group: change.group,
  ensonoGroup: change.group,
  riskAssessment: change.riskAssessment,
  closeCode: change.closeCode,
  closeNotes: providerText(change.closeNotes, account),
  openedAt: time(change.openedAt),
  updatedOn: time(change.updatedAt),
});

export const approvalBody = (
  change: ProviderChange,
  approval: ProviderApproval,
  account: Account,
): JsonObject => ({
  ...changeBody(change, account),
  approvalId: approval.approvalId,
  approverName: approval.approverName,
  approverEmail: approval.approverEmail,
  approvalState: approval.state,
});

export const changeNotesBody = (
  change: ProviderChange,
  comment: ProviderComment,
  account: Account,
): JsonObject => ({
  ...(account.switches.notesCarryAllFields ? changeBody(change, account) : changeIdentity(change, account)),
  notes: {
    type: 'comments',
    id: comment.id,
    body: providerText(shownComment(comment), account),
    commenter: comment.commenter,
    commenterEmail: comment.commenterEmail,
  },
});

const changeIdentity = (change: ProviderChange, account: Account): JsonObject => ({
  clientName: account.clientName,
  clientTicketNumber: change.clientTicketNumber,
  ticketType: 'Change',
  ticketNumber: change.ticketNumber,
});

/** `2026-11-23 14:05:00`, UTC. */
const time = (at: Instant): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
