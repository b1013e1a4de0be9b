import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { previewedContract } from '../../../adapters/preview/compiled-contracts.ts';
import { makePreview } from '../../../adapters/preview/make-preview.ts';
import type { Preview } from '../../../adapters/preview/preview.ts';
import { readLive } from '../../../adapters/preview/read-live.ts';
import { loadContract, readContractFolder } from '../../../adapters/rules/read-contract-folder.ts';
import type { Contract } from '../../../engine/domain/contract.ts';
import { NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import { sampleDatabase, type SampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { NOW } from './fixtures.ts';

const mysql = useMysqlServer();
const NUMBERS = { acme: 'INC0000001', globex: 'GX-00101' } as const;

describe.each([
  ['SQLite', 'acme'],
  ['SQLite', 'globex'],
  ['MariaDB', 'acme'],
  ['MariaDB', 'globex'],
] as const)('a live ticket on %s, of %s', (kind, client) => {
  let sample: SampleDatabase;
  let contract: Contract;
  beforeAll(async () => {
    sample = await sampleDatabase(kind, client, NOW, mysql);
    const loaded = await loadContract(`rules/${client}`);
    if (loaded.contract === null) throw new Error('the sample has errors');
    contract = { ...loaded.contract, itsm: sample.itsm };
  });
  afterAll(() => sample.end());

  const preview = async (number: string): Promise<Preview> => {
    const live = await readLive(contract, sample.connection, number);
    const source = await readContractFolder(`rules/${client}`);
    if (live === null || source.kind === 'failed') throw new Error(`${number} cannot be previewed`);
    const previewed = await makePreview(previewedContract(source), { ticket_number: number }, live, NOW);
    if (previewed.kind !== 'preview') throw new Error(previewed.kind);
    return previewed.preview;
  };

  it('is previewed as the engine has never seen it', async () => {
    const { ticket, calls } = await preview(NUMBERS[client]);

    expect(ticket).toMatchObject({ number: NUMBERS[client], from: 'database', provider_ticket: null });
    expect(ticket?.known).toBe('read in a read-only transaction; the engine has not seen it yet');
    expect(calls[0]).toMatchObject({ kind: 'create', path: 'tickets', faults: [] });
  });

  it('is not there', async () => {
    expect(await readLive(contract, sample.connection, 'INC9999999')).toBeNull();
  });

  it('is compared with what the engine last agreed on, and a parked one is tried', async () => {
    const key = (await readLive(contract, sample.connection, NUMBERS[client]))?.ticket.key ?? '';
    await sample.database.transaction(async ({ store }) => {
      const id = await store.insertLane({
        clientTicket: key,
        clientNumber: NUMBERS[client],
        providerTicket: 'e-CS0204070',
        state: {
          ...NEW_LANE_STATE,
          link: 'linked',
          origin: 'client',
          ticketType: 'Incident',
          shadow: { fields: { shortDescription: 'As it was' }, unsure: [], sent: {} },
        },
        dueAt: NOW,
      });
      const lane = await store.lane(id, true);
      if (lane === null) throw new Error('no lane');
      const parked = {
        at: NOW,
        code: 'bridge-refused',
        reason: 'no',
        rule: null,
        until: 'operator',
        messageId: null,
        retryAt: null,
      } as const;
      await store.saveLane({ ...lane, parked });
    });
    const { ticket, calls } = await preview(NUMBERS[client]);

    expect(ticket?.provider_ticket).toBe('e-CS0204070');
    expect(ticket?.known).toContain('the engine has it as linked');
    expect(ticket?.known).toContain('it is parked (bridge-refused: no), and is tried again here');
    expect(calls[0]).toMatchObject({ kind: 'update', path: 'tickets/e-CS0204070' });
    expect(calls.every(({ kind: call }) => call !== 'create')).toBe(true);
  });

  it('is previewed without the engine’s tables, which are not made', async () => {
    const none = { ...contract.itsm.database, engineSchema: 'bh_test_none' };
    if (kind === 'SQLite') await sample.knex.schema.dropTable('bh_lanes');
    const without = { ...contract, itsm: { ...contract.itsm, database: none } };
    const live = await readLive(without, sample.connection, NUMBERS[client]);

    expect(live).toMatchObject({ lane: null, ledger: [], hasEngineTables: false });
    if (kind === 'SQLite') expect(await sample.knex.schema.hasTable('bh_lanes')).toBe(false);
    else {
      const made: unknown = await sample
        .knex('information_schema.schemata')
        .where({ schema_name: 'bh_test_none' });
      expect(made).toEqual([]);
    }
  });
});
