import type { Lane } from '../domain/lane.ts';
import { ruleName } from '../map/rule-fault.ts';
import type { Transaction } from './ports.ts';
import type { Runtime } from './step.ts';

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

export const goneText = ({ clientNumber, clientTicket }: Lane): string =>
  `the ITSM has no ticket ${clientNumber ?? clientTicket ?? ''} any more`;
