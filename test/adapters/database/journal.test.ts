import { describe, expect, test } from 'vitest';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { entry, HOSTILE, newLane, NOW, STORES, useStores } from '../../support/stores.ts';

const mysql = useMysqlServer();

describe.each(STORES)('the journal on %s', (kind) => {
  const { store } = useStores(kind, mysql);

  test('the newest entries are read, oldest of them first', async () => {
    const run = store();
    for (const summary of ['one', 'two', 'three']) await run((s) => s.journal(entry({ summary })));
    const read = await run((s) => s.readJournal({ ticket: null, limit: 2 }));
    expect(read.map((one) => one.summary)).toEqual(['two', 'three']);
  });

  test('an entry keeps everything it says', async () => {
    const run = store();
    const full = entry({
      laneId: 7,
      clientNumber: 'INC0000007',
      providerTicket: 'e-CS7',
      direction: 'out',
      transaction: 'create',
      transactionId: 'intent-1',
      outcome: 'parked',
      rule: 'incidents (contract.yaml:39)',
      summary: HOSTILE,
      detail: { text: HOSTILE, until: NOW },
      rules: { hash: '3f2a9c0b1d2e', commit: 'abc1234+' },
    });
    await run((s) => s.journal(full));
    expect(await run((s) => s.readJournal({ ticket: 'INC0000007', limit: 10 }))).toEqual([full]);
  });

  test('a ticket is found by either number, also where only its lane knew the other', async () => {
    const run = store();
    const laneId = await run((s) =>
      s.insertLane(newLane({ clientNumber: 'INC0000001', providerTicket: 'e-CS1' })),
    );
    await run(async (s) => {
      await s.journal(entry({ laneId, clientNumber: 'INC0000001', summary: 'before' }));
      await s.journal(entry({ clientNumber: 'INC0000002', summary: 'another' }));
      await s.journal(entry({ laneId, providerTicket: 'e-CS1', summary: 'after' }));
    });
    const read = async (ticket: string) =>
      (await run((s) => s.readJournal({ ticket, limit: 10 }))).map((one) => one.summary);
    expect(await read('e-CS1')).toEqual(['before', 'after']);
    expect(await read('INC0000001')).toEqual(['before', 'after']);
    expect(await read(`' OR 1=1 --`)).toEqual([]);
  });

  test('numbers of any length are taken', async () => {
    const run = store();
    await run((s) => s.journal(entry({ providerTicket: 'x'.repeat(5000) })));
    expect(await run((s) => s.readJournal({ ticket: null, limit: 1 }))).toHaveLength(1);
  });
});
