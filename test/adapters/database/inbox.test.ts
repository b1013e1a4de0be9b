import { describe, expect, test } from 'vitest';
import { compareMessages } from '../../../engine/domain/message.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { HOSTILE, message, newLane, NOW, STORES, useStores } from '../../support/stores.ts';

const mysql = useMysqlServer();

describe.each(STORES)('the inbox on %s', (kind) => {
  const { store } = useStores(kind, mysql);

  test('a message is accepted once; a second delivery changes nothing', async () => {
    const run = store();
    const lane = await run((s) => s.insertLane(newLane()));
    const other = await run((s) => s.insertLane(newLane()));
    expect(await run((s) => s.acceptMessage(message('m-1'), lane, NOW))).toBe(true);
    expect(await run((s) => s.acceptMessage(message('m-1', { body: {} }), other, NOW + 1))).toBe(false);
    expect(await run((s) => s.waitingMessages())).toBe(1);
    expect(await run((s) => s.nextMessages(other, 1))).toEqual([]);
    expect((await run((s) => s.nextMessages(lane, 1)))[0]).toMatchObject({
      laneId: lane,
      messageId: 'm-1',
      group: 'e-CS0000001',
      transactionType: 'Update',
      sentAt: NOW,
      sequence: '18875507807458288128',
      clientReferenceAvailable: true,
      body: { ticketNumber: 'e-CS0000001', changed: { status: 'pending' } },
    });
  });

  test('message ids that differ in case are two messages', async () => {
    const run = store();
    const lane = await run((s) => s.insertLane(newLane()));
    expect(await run((s) => s.acceptMessage(message('abc'), lane, NOW))).toBe(true);
    expect(await run((s) => s.acceptMessage(message('ABC'), lane, NOW))).toBe(true);
  });

  test('messages come in the order of SentTimestamp and SequenceNumber, both as numbers', async () => {
    const run = store();
    const lane = await run((s) => s.insertLane(newLane()));
    const messages = [
      message('late', { sentAt: NOW + 1, sequence: '1' }),
      message('tie, 20 digits', { sequence: '18875507807458288129' }),
      message('tie, just before', { sequence: '18875507807458288128' }),
      message('tie, 3 digits', { sequence: '999' }),
      message('early', { sentAt: NOW - 1, sequence: '99999999999999999999999' }),
    ];
    for (const one of messages) await run((s) => s.acceptMessage(one, lane, NOW));
    const seen: string[] = [];
    for (let next = await run((s) => s.nextMessages(lane, 2)); next.length > 0;) {
      const both = next.map(({ messageId }) => messageId);
      const [{ rowId, messageId } = { rowId: 0, messageId: '' }] = next;
      seen.push(messageId);
      await run((s) => s.settleMessage(rowId, 'applied', NOW));
      next = await run((s) => s.nextMessages(lane, 2));
      expect(next.slice(0, 1).map((one) => one.messageId)).toEqual(both.slice(1));
    }
    expect(seen).toEqual([...messages].sort(compareMessages).map((one) => one.id));
    expect(seen[1]).toBe('tie, 3 digits');
    expect(await run((s) => s.waitingMessages())).toBe(0);
    expect(await run((s) => s.acceptMessage(message('early'), lane, NOW))).toBe(false);
  });

  test('a body keeps every character and a large body its length', async () => {
    const run = store();
    const lane = await run((s) => s.insertLane(newLane()));
    const body = { description: HOSTILE, [HOSTILE]: [1, null, true, { long: 'ä'.repeat(200_000) }] };
    await run((s) => s.acceptMessage(message('m', { body, clientReferenceAvailable: false }), lane, NOW));
    expect((await run((s) => s.nextMessages(lane, 1)))[0]).toMatchObject({
      body,
      clientReferenceAvailable: false,
    });
  });

  test('an outcome is given to a row that is there', async () => {
    await expect(store()((s) => s.settleMessage(999_999, 'applied', NOW))).rejects.toThrow('no row 999999');
  });
});
