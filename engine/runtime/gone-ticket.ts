import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Lane } from '../domain/lane.ts';
import { hasEnded } from '../domain/payload.ts';
import { ruleName } from '../map/rule-fault.ts';
import { age, regardAsSaid } from '../plan/move-shadow.ts';
import type { Transaction } from './ports.ts';
import { withState, type Runtime } from './step.ts';

/**
 * The rule by which a ticket whose row is gone is ended at the provider, and what comes about it is dropped. Null: it is there,
 * or the contract has no such rule.
 */
export async function goneRule({ contract }: Runtime, tx: Transaction, lane: Lane): Promise<string | null> {
  const { deleted } = contract.outbound;
  if (deleted === null || lane.clientTicket === null || lane.state.ticketType === 'Change') return null;
  const [missing] = await tx.itsm.missingTickets([lane.clientTicket]);
  return missing === undefined ? null : ruleName('deleted', deleted.place);
}

/** The ticket was deleted after its create had gone out, and before the provider's number came. */
export const isCreateOfGone = ({ contract }: Runtime, { state }: Lane): boolean =>
  contract.outbound.deleted !== null && state.intent?.kind === 'create';

/** Of what the provider says about a ticket that is gone its status alone is kept: whether its own has ended, or is to be closed. */
export function hearStatus(lane: Lane, { status }: JsonObject, sentAt: Instant): Lane {
  const { shadow } = lane.state;
  const isLast =
    typeof status === 'string' && (hasEnded(status) || age(shadow, 'status', sentAt) === 'newer');
  if (!isLast || status === '') return lane;
  return withState(lane, {
    shadow: regardAsSaid(shadow, { status }),
    reopenedThere: false,
    endedThere: null,
  });
}

export const goneText = ({ clientNumber, clientTicket }: Lane): string =>
  `the ITSM has no ticket ${clientNumber ?? clientTicket ?? ''} any more`;
