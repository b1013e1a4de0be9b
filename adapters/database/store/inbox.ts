import { SEQUENCE_DIGITS_MAX } from '../../../engine/domain/limits.ts';
import type { InboxMessage } from '../../../engine/domain/lane.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { failureOf } from '../errors.ts';
import type { Scope } from './scope.ts';

interface InboxRow {
  readonly id: number;
  readonly contract: string;
  readonly lane_id: number;
  readonly message_id: string;
  readonly message_group: string;
  readonly transaction_type: string;
  readonly sent_at: number;
  readonly sequence: string;
  readonly sequence_order: string;
  readonly client_reference_available: number | boolean;
  readonly body: string;
  readonly accepted_at: number;
  readonly outcome: string | null;
  readonly settled_at: number | null;
}

type InboxStore = Pick<
  Store,
  'acceptMessage' | 'nextMessages' | 'waitingIn' | 'settleMessage' | 'rewriteMessage' | 'waitingMessages'
>;

export function inboxStore({ knex, tables, contract, prepared }: Scope): InboxStore {
  const inbox = () => knex<InboxRow>(tables.inbox).where({ contract });
  const waiting = (laneId: number) =>
    inbox().where({ lane_id: laneId }).whereNull('outcome').orderBy(['sent_at', 'sequence_order', 'id']);
  return {
    async acceptMessage(message, laneId, at) {
      try {
        const row = {
          lane_id: laneId,
          message_id: message.id,
          message_group: message.group,
          transaction_type: message.transactionType,
          sent_at: message.sentAt,
          sequence: message.sequence,
          sequence_order: message.sequence.padStart(SEQUENCE_DIGITS_MAX, '0'),
          client_reference_available: message.clientReferenceAvailable,
          body: JSON.stringify(message.body),
          accepted_at: at,
        };
        await prepared.inserted('accept message', row, (given) =>
          knex(tables.inbox).insert({ contract, ...given }),
        );
        return true;
      } catch (error) {
        // It has come before. While another process is accepting it, the insert waits for that.
        if (failureOf(error) === 'duplicate') return false;
        throw error;
      }
    },

    async waitingIn(laneId) {
      return (await waiting(laneId)).map(readMessage);
    },

    nextMessages(laneId, limit) {
      return prepared.rows(
        `next messages, ${limit}`,
        { laneId },
        (given) => waiting(given.laneId).limit(limit),
        readMessage,
      );
    },

    async settleMessage(rowId, outcome, at) {
      const settled = await prepared.changed('settle message', { rowId, outcome, at }, (given) =>
        inbox().where({ id: given.rowId }).update({ outcome: given.outcome, settled_at: given.at }),
      );
      if (settled !== 1) throw new Error(`the inbox has no row ${rowId}`);
    },

    async rewriteMessage(rowId, body) {
      await inbox()
        .where({ id: rowId })
        .update({ body: JSON.stringify(body) });
    },

    async waitingMessages() {
      const count = await prepared.first(
        'waiting messages',
        {},
        () => inbox().whereNull('outcome').count({ waiting: '*' }),
        (row: { readonly waiting: number | string }) => Number(row.waiting),
      );
      return count ?? 0;
    },
  };
}

const readMessage = (row: InboxRow): InboxMessage => ({
  rowId: row.id,
  laneId: row.lane_id,
  messageId: row.message_id,
  group: row.message_group,
  transactionType: row.transaction_type,
  sentAt: row.sent_at,
  sequence: row.sequence,
  clientReferenceAvailable: Boolean(row.client_reference_available),
  body: JSON.parse(row.body) as JsonObject,
});
