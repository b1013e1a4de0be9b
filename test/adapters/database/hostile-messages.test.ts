import { scriptedDownloads } from '../../../adapters/rehearsal/scripted-downloads.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../adapters/clock/virtual-clock.ts';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import { seededRandom } from '../../../adapters/random/seeded-random.ts';
import type { Json } from '../../../engine/domain/json.ts';
import { MESSAGE_LENGTH_MAX } from '../../../engine/domain/limits.ts';
import { pollQueue } from '../../../engine/runtime/accept.ts';
import type { Runtime } from '../../../engine/runtime/step.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import {
  ATTACKED,
  bridgeWith,
  BYSTANDER,
  caseBody,
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
    for (const table of ['bh_lanes', 'bh_inbox', 'bh_ledger', 'bh_journal', 'bh_downloads'])
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
          files: sample.database.files,
          downloads: scriptedDownloads(() => null),
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

test(
  'the longest body that is kept fits a server with its usual settings; a longer one stays in the queue with that reason',
  {
    timeout: 60_000,
  },
  async () => {
    const sample = await sampleDatabase('MariaDB', 'acme', REHEARSED_AT, mysql);
    try {
      const contract = { ...(await sampleContract('acme')), itsm: sample.itsm };
      await sample
        .knex('tickets')
        .where({ number: SERVED.number })
        .update({ vendor_ref: SERVED.providerTicket });
      const entry = (number: number, group: string, description: string): Json => ({
        MessageId: `long-${number}`,
        ReceiptHandle: `handle/${number}`,
        Body: caseBody(BYSTANDER, { description, changed: { description } }),
        Attributes: {
          SentTimestamp: String(REHEARSED_AT + number),
          MessageGroupId: group,
          TransactionType: 'Update',
        },
      });
      const { bridge, deleted } = bridgeWith(
        queueBody([
          entry(1, 'e-CS0000001', '🔥'.repeat(2_500_000)),
          entry(2, 'e-CS0000001', 'short'),
          // Each of these backslashes has become four in the statement.
          entry(3, 'e-CS0000002', '\\'.repeat(MESSAGE_LENGTH_MAX / 4 - 1000)),
          servedEntry(4, 'served'),
        ]),
      );
      const clock = new VirtualClock(REHEARSED_AT);
      const ports = {
        bridge,
        database: sample.database,
        files: sample.database.files,
        downloads: scriptedDownloads(() => null),
        clock,
        random: seededRandom(1),
        log: collectedLog(),
      };

      expect(await pollQueue({ contract, rules: null, ports }, NEVER)).toMatchObject({
        kind: 'polled',
        accepted: 2,
      });

      expect([...deleted]).toEqual(['handle/3', 'handle/served/4']);
      const journal = await sample.database.transaction(({ store }) =>
        store.readJournal({ ticket: null, limit: 9 }),
      );
      expect(journal.map(({ outcome, summary }) => `${outcome}: ${summary}`)).toEqual([
        expect.stringMatching(
          /^not-handled: left in the queue: its body has 100\d{5} characters, more than 1048576$/,
        ),
        'not-handled: left in the queue: it waits behind an unreadable message of e-CS0000001',
      ]);
    } finally {
      await sample.end();
    }
  },
);
