import type { Knex } from 'knex';
import { SEQUENCE_DIGITS_MAX } from '../../../engine/domain/limits.ts';
import type { InboxMessage } from '../../../engine/domain/lane.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import type { AddressedMessage } from '../../../engine/runtime/ports.ts';
import { failureOf } from '../errors.ts';
import { groupedBy, numbered, roundedUp, rowValues, valuesOfRows } from '../prepared.ts';
import { byIds } from './by-ids.ts';
import { chunks } from './chunks.ts';
import type { Scope } from './scope.ts';
import type { BulkStore } from './write-behind.ts';

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
  BulkStore,
  | 'acceptMessage'
  | 'acceptMessages'
  | 'nextMessages'
  | 'messagesOf'
  | 'waitingIn'
  | 'settleMessage'
  | 'settleMessages'
  | 'rewriteMessage'
  | 'waitingMessages'
>;

export function inboxStore({ knex, tables, contract, prepared }: Scope): InboxStore {
  const inbox = () => knex<InboxRow>(tables.inbox).where({ contract });
  const inOrder = (messages: Knex.QueryBuilder<InboxRow, InboxRow[]>) =>
    messages.whereNull('outcome').orderBy(['sent_at', 'sequence_order', 'id']);
  const waiting = (laneId: number) => inOrder(inbox().where({ lane_id: laneId }));
  const settleMessages: InboxStore['settleMessages'] = async (rowIds, outcome, at) => {
    for (const some of chunks(rowIds)) {
      const settled = await prepared.changed(
        `settle messages, ${some.length}`,
        { outcome, at, ...numbered('id', some) },
        ({ outcome: as, at: when, ...ids }) =>
          byIds<InboxRow>(knex, tables.inbox, Object.values(ids)).update({ outcome: as, settled_at: when }),
      );
      if (settled !== some.length) throw new Error(`the inbox has no row ${some.join(' or ')}`);
    }
  };
  /** False if one of them has come before; then none is inserted. While another process is accepting it, that is waited for. */
  const insertMessages = async (messages: readonly AddressedMessage[], at: Instant): Promise<boolean> => {
    if (messages.length === 0) return true;
    const rows = messages.map((one) => acceptedRow(one, at));
    try {
      await prepared.inserted(`accept ${rows.length} messages`, rowValues(rows), (given) =>
        knex(tables.inbox).insert(valuesOfRows(given, rows).map((row) => ({ contract, ...row }))),
      );
      return true;
    } catch (error) {
      if (failureOf(error) === 'duplicate') return false;
      throw error;
    }
  };
  const acceptMessage: InboxStore['acceptMessage'] = (message, laneId, at) =>
    insertMessages([{ message, laneId }], at);
  return {
    acceptMessage,

    async acceptMessages(messages, at) {
      if (await insertMessages(messages, at)) return messages.map(() => true);
      const isNew: boolean[] = [];
      for (const { message, laneId } of messages) isNew.push(await acceptMessage(message, laneId, at));
      return isNew;
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

    settleMessage: (rowId, outcome, at) => settleMessages([rowId], outcome, at),
    settleMessages,

    async messagesOf(laneIds, limit) {
      if (laneIds.length === 0) return new Map();
      const asked = roundedUp(laneIds);
      const most = limit * asked.length;
      const found = await prepared.rows(
        `next messages of ${asked.length}, ${limit}`,
        numbered('lane', asked),
        (given) => inOrder(inbox().whereIn('lane_id', Object.values(given))).limit(most),
        readMessage,
      );
      return found.length === most ? null : groupedBy(found, ({ laneId }) => laneId);
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

const acceptedRow = ({ message, laneId }: AddressedMessage, at: Instant) => ({
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
});

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
