import type { Json, JsonObject } from '../../engine/domain/json.ts';
import type { LinkedTicket } from './tickets.ts';

const FIRST_SENT_AT = Date.UTC(2026, 10, 23, 12);
const FIRST_SEQUENCE = 18_875_507_807_458_288_128n;

/**
 * What the provider says about these tickets, in turn: of each first a priority, then, one round later, that it is worked on
 * and under which title. As it lies in the queue, without a receipt handle.
 */
export function queuedMessage(tickets: readonly LinkedTicket[], index: number): JsonObject {
  const { ticket } = tickets[index % tickets.length] ?? {};
  if (ticket === undefined) throw new Error('messages are about tickets');
  const isFirst = Math.floor(index / tickets.length) % 2 === 0;
  const changed: JsonObject = isFirst
    ? { priority: '1', updatedOn: '2026-11-23 12:00:00' }
    : {
        status: 'workinprogress',
        shortDescription: `Looked at (${index}): ${ticket.number}`,
        updatedOn: '2026-11-23 12:30:00',
      };
  return {
    MessageId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    Body: { ...everyField(ticket.fields, ticket.number, ticket.providerNumber), ...changed, changed },
    Attributes: {
      SenderId: 'AROAYD2EXAMPLE:bridge-to-client',
      ApproximateFirstReceiveTimestamp: String(FIRST_SENT_AT + index),
      ApproximateReceiveCount: '1',
      SentTimestamp: String(FIRST_SENT_AT + index),
      SequenceNumber: String(FIRST_SEQUENCE + BigInt(index)),
      MessageDeduplicationId: `d${index}`,
      MessageGroupId: ticket.providerNumber ?? '',
      ClientReferenceAvailable: true,
      TransactionType: 'Update',
    },
  };
}

const everyField = (
  { title, description }: JsonObject,
  clientTicketNumber: string,
  ticketNumber: string | null,
): Record<string, Json> => ({
  clientName: 'AcmeCorp',
  clientTicketNumber,
  ticketType: 'Incident',
  ticketNumber,
  status: 'open',
  statusNextAction: '',
  offHoldDate: '',
  description: description ?? '',
  shortDescription: title ?? '',
  group: 'Ensono Mainframe',
  ensonoGroup: 'Ensono Mainframe',
  priority: '2',
  impact: '2',
  urgency: '2',
  cis: 'LPAR-PROD1',
  category: 'Hardware',
  origin: 'Client',
  openedTime: '2026-06-01 08:00:00',
  updatedOn: '2026-11-23 11:00:00',
  closureCategory: '',
  closeCode: '',
  closeNotes: '',
});
