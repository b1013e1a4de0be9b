import type { Contract } from '../domain/contract.ts';
import type { Lane } from '../domain/lane.ts';
import {
  addNotes,
  answerApproval,
  createTicket,
  returnNumber,
  updateTicket,
  type Identity,
} from '../wire/requests.ts';
import type { BridgeRequest } from '../wire/exchange.ts';
import type { CallAction } from './action.ts';

/** The request that carries an action out, exactly as it goes over the wire. */
export function actionRequest(contract: Contract, lane: Lane, action: CallAction): BridgeRequest {
  if (action.kind === 'create') {
    return createTicket({
      clientName: contract.clientName,
      clientTicketNumber: known(lane.clientNumber, 'client ticket number'),
      ticketType: action.ticketType,
      fields: action.payload,
      comments: action.comments.map((comment) => comment.payload),
    });
  }
  const identity: Identity = {
    clientName: contract.clientName,
    clientTicketNumber: known(lane.clientNumber, 'client ticket number'),
    ticketType: known(lane.state.ticketType, 'ticket type'),
  };
  const providerTicket = known(lane.providerTicket, 'provider ticket');
  switch (action.kind) {
    case 'update':
    case 'resolve':
    case 'close':
    case 'cancel':
      return updateTicket(providerTicket, { identity, fields: action.fields });
    case 'notes':
      return addNotes(providerTicket, { identity, comments: action.comments.map(({ payload }) => payload) });
    case 'return-number':
      return returnNumber(providerTicket, identity);
    case 'approve':
    case 'reject':
      return answerApproval(providerTicket, { ...action, method: contract.bridge.approvals, identity });
    case 'cancel-surplus':
      return updateTicket(action.surplus, {
        identity,
        fields: { status: 'cancelled', closeNotes: action.comment },
        comments: [{ body: action.comment }],
      });
  }
}

function known<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`a planned call needs the ${what}`);
  return value;
}
