import { describe, expect, test } from 'vitest';
import { LostRace } from '../../../adapters/database/errors.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { newLane, NOW, STORES, useStores } from '../../support/stores.ts';

const mysql = useMysqlServer();

describe.each(STORES)('the ledger on %s', (kind) => {
  const { store } = useStores(kind, mysql);

  test('entries come back as they were written, in that order', async () => {
    const run = store();
    const laneId = await run((s) => s.insertLane(newLane()));
    const entries = [
      { laneId, clientId: '9', providerId: null, origin: 'client', at: NOW },
      { laneId, clientId: '10', providerId: 'n-1', origin: 'provider', at: NOW + 1 },
      { laneId, clientId: '8', providerId: null, origin: 'client', at: NOW - 1 },
    ] as const;
    for (const one of entries) await run((s) => s.insertLedgerEntry(one));
    expect(await run((s) => s.ledger(laneId))).toEqual(entries);
    expect(await run((s) => s.ledger(laneId + 1))).toEqual([]);
  });

  test('a comment cannot cross twice, by either id', async () => {
    const first = { laneId: 1, clientId: '1', providerId: 'n-1', origin: 'client', at: NOW } as const;
    for (const second of [
      { ...first, providerId: 'n-2' },
      { ...first, clientId: '2' },
    ])
      await expect(
        store()(async (s) => {
          await s.insertLedgerEntry(first);
          await s.insertLedgerEntry(second);
        }),
      ).rejects.toThrow(LostRace);
  });
});
