import { describe, expect, it } from 'vitest';
import { decideChange } from '../../../engine/decide/decide-change.ts';
import type { Lane } from '../../../engine/domain/lane.ts';
import {
  UNKNOWN_CHANGE,
  type KnownApproval,
  type ProviderChange,
} from '../../../engine/domain/provider-change.ts';
import { changeMessage } from '../../../engine/map/change-message.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { contract, lane, linkedLane } from '../../support/builders.ts';

const answered = (kind: 'approve' | 'reject'): KnownApproval => ({
  id: 'a1',
  key: '1',
  state: 'answered',
  answer: { kind, approver: 'a@b.c', comment: '' },
  told: null,
});
const withChange = (change: Partial<ProviderChange>): Lane => {
  const linked = linkedLane();
  const seen = { type: 'Normal', state: 'Scheduled', approval: 'approved' };
  return {
    ...linked,
    state: { ...linked.state, ticketType: 'Change', change: { ...UNKNOWN_CHANGE, seen, ...change } },
  };
};
const decide = (ours: Lane, body: JsonObject, type = 'Update'): string => {
  const message = changeMessage(contract().inbound, type, body, ours.state.change?.seen ?? {});
  const decision = decideChange(ours, { transactionType: type }, message);
  return 'over' in decision && decision.over !== null ? `${decision.kind} ${decision.over}` : decision.kind;
};

const OURS = {
  none: lane({ clientTicket: null, clientNumber: null }),
  approved: withChange({ approvals: [answered('approve')] }),
  rejected: withChange({ approvals: [answered('reject')] }),
  redrafted: withChange({ over: 'redrafted', seen: { type: 'Normal', state: 'New' } }),
  cancelled: withChange({ over: 'cancelled', seen: { type: 'Standard', state: 'Cancelled' } }),
  'rejected there': withChange({ over: 'rejected' }),
  closed: withChange({ over: 'closed' }),
} as const;

describe('what we do when the change moves', () => {
  it.each<[keyof typeof OURS, string, JsonObject, string]>([
    ['none', 'Create', { type: 'Normal', state: 'New' }, 'nothing'],
    ['none', 'Create', { type: 'Normal', state: 'Assess' }, 'open'],
    ['none', 'Update', { type: 'Standard', state: 'Authorize' }, 'nothing'],
    ['none', 'Update', { type: 'Standard', state: 'Scheduled' }, 'open'],
    ['none', 'Update', { type: 'Emergency', state: 'Assess' }, 'nothing'],
    ['none', 'Update', { type: 'Emergency', state: 'Authorize' }, 'open'],
    ['none', 'Update', { type: 'Normal', state: 'Review' }, 'open'],
    ['none', 'Update', { type: 'Unheard of', state: 'Assess' }, 'open'],
    ['none', 'Closure', { type: 'Normal', state: 'Closed' }, 'nothing'],
    ['none', 'Notes', {}, 'nothing'],
    ['none', 'Approval Request', { type: 'Normal', state: 'Assess', approvalId: 'a' }, 'park'],
    ['none', 'Update', { type: 'Normal', state: 'Assess', clientTicketNumber: 'CHG9' }, 'park'],
    ['approved', 'Update', { state: 'Implement' }, 'update'],
    ['approved', 'Closure', { state: 'Closed' }, 'close'],
    ['approved', 'Redraft', {}, 'cancel redrafted'],
    ['approved', 'Update', { state: 'New' }, 'cancel redrafted'],
    ['approved', 'Update', { state: 'Cancelled' }, 'cancel cancelled'],
    ['approved', 'Update', { approval: 'Rejected' }, 'cancel rejected'],
    ['rejected', 'Update', { state: 'Cancelled' }, 'nothing cancelled'],
    ['rejected', 'Update', { approval: 'Rejected' }, 'update'],
    ['rejected', 'Redraft', {}, 'cancel redrafted'],
    ['redrafted', 'Redraft', {}, 'nothing redrafted'],
    ['redrafted', 'Create', { state: 'Assess' }, 'open-again'],
    ['redrafted', 'Update', { state: 'Cancelled' }, 'nothing redrafted'],
    ['redrafted', 'Notes', {}, 'comment'],
    ['cancelled', 'Update', { state: 'Assess' }, 'nothing cancelled'],
    ['cancelled', 'Update', { state: 'Scheduled' }, 'open-again'],
    ['cancelled', 'Redraft', {}, 'nothing redrafted'],
    ['rejected there', 'Update', { state: 'Implement' }, 'nothing rejected'],
    ['rejected there', 'Redraft', {}, 'cancel redrafted'],
    ['closed', 'Update', { state: 'Implement' }, 'nothing closed'],
    ['closed', 'Redraft', {}, 'nothing closed'],
    ['closed', 'Notes', {}, 'comment'],
  ])('ours %s, a %s of %j: %s', (ours, type, body, expected) => {
    expect(decide(OURS[ours], body, type)).toBe(expected);
  });
});
