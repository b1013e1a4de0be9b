import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../adapters/clock/virtual-clock.ts';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import { seededRandom } from '../../../adapters/random/seeded-random.ts';
import { pollQueue } from '../../../engine/runtime/accept.ts';
import type { Runtime } from '../../../engine/runtime/step.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import {
  ATTACKED,
  bridgeWith,
  BYSTANDER,
  hostileRead,
  queueBody,
  SERVED,
  servedEntry,
} from '../../support/hostile-messages.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { REHEARSED_AT, sampleContract } from '../../support/situations.ts';
import { NEVER, workDue } from '../../support/world.ts';

/** Reads of the queue on each database; each brings nine messages and one that must be served. */
const READS = Number(process.env.FUZZ_RUNS ?? 40);
const SEED = Number(process.env.FUZZ_SEED ?? 7);

const mysql = useMysqlServer();

describe.each(['SQLite', 'MariaDB'] as const)('hostile messages on %s', (kind) => {
  let sample: SampleDatabase;
  beforeAll(async () => {
    sample = await sampleDatabase(kind, 'acme', REHEARSED_AT, mysql);
    for (const { number, providerTicket } of [ATTACKED, BYSTANDER, SERVED])
      await sample.knex('tickets').where({ number }).update({ vendor_ref: providerTicket });
  });
  afterAll(async () => sample.end());

  const forgetEverything = async (): Promise<void> => {
    for (const table of ['bh_lanes', 'bh_inbox', 'bh_ledger', 'bh_journal'])
      await sample.knex(sample.engineTable(table)).delete();
  };
  const row = async (number: string): Promise<unknown> =>
    await sample
      .knex('tickets')
      .where({ number })
      .select('title', 'description', 'status', 'priority')
      .first();

  test(
    '[loud] no message breaks the poll or a turn; the table refuses what it cannot hold, and that parks one ticket',
    { timeout: 240_000 },
    async () => {
      const contract = { ...(await sampleContract('acme')), itsm: sample.itsm };
      const bystander = await row(BYSTANDER.number);
      for (let run = 0; run < READS; run += 1) {
        await forgetEverything();
        const [entries] = fc.sample(hostileRead(9), { numRuns: 1, seed: SEED + run });
        const title = `'; DROP TABLE tickets; -- \\ " ? :now ${run} 🔥`;
        const { bridge, deleted } = bridgeWith(queueBody([...(entries ?? []), servedEntry(5000, title)]));
        const clock = new VirtualClock(REHEARSED_AT);
        const ports = {
          bridge,
          database: sample.database,
          clock,
          random: seededRandom(1),
          log: collectedLog(),
        };
        const runtime: Runtime = { contract, rules: null, ports };
        const seed = `FUZZ_SEED=${SEED + run}`;

        expect(await pollQueue(runtime, NEVER), seed).toMatchObject({ kind: 'polled' });
        await workDue(runtime).catch((error: unknown) => {
          throw new Error(`${seed}: a turn broke`, { cause: error });
        });

        expect(deleted, seed).toContain('handle/served/5000');
        expect(await row(SERVED.number), seed).toMatchObject({ title });
        expect(await row(BYSTANDER.number), seed).toEqual(bystander);
      }
    },
  );
});
