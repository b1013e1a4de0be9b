import { scriptedDownloads } from '../../../adapters/rehearsal/scripted-downloads.ts';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpBridge } from '../../../adapters/bridge/http-bridge.ts';
import { httpUploads } from '../../../adapters/bridge/http-uploads.ts';
import { wallClock } from '../../../adapters/clock/wall-clock.ts';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import { cryptoRandom } from '../../../adapters/random/crypto-random.ts';
import { loadContract } from '../../../adapters/rules/read-contract-folder.ts';
import { startSimulator, type Simulator } from '../../../adapters/simulator/server.ts';
import type { Contract } from '../../../engine/domain/contract.ts';
import { NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import { holdLane } from '../../../engine/runtime/hold.ts';
import { laneTurn } from '../../../engine/runtime/lane-turn.ts';
import type { Runtime } from '../../../engine/runtime/step.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { NEVER, workDue } from '../../support/world.ts';

const mysql = useMysqlServer();
const KEY = 'acme-demo-key';

describe.each(['SQLite', 'MariaDB'] as const)('files that go to the provider, from %s over HTTP', (kind) => {
  let sample: SampleDatabase;
  let simulator: Simulator;
  let contract: Contract;
  const log = collectedLog();
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'acme', Date.now(), mysql);
    simulator = await startSimulator({ port: 0 });
    const compiled = (await loadContract('rules/acme')).contract;
    if (compiled === null) throw new Error('rules/acme does not compile');
    contract = { ...compiled, itsm: sample.itsm };
  });
  afterEach(async () => {
    await simulator.stop();
    await sample.end();
  });

  const runtime = (): Runtime => {
    const clock = wallClock();
    const baseUrl = `${simulator.url}/acme/prod`;
    return {
      contract,
      rules: null,
      ports: {
        bridge: httpBridge({ baseUrl, apiKey: KEY, timeoutMs: 5000, clock, log }),
        uploads: httpUploads({ timeoutMs: 5000, clock, log }),
        database: sample.database,
        files: sample.database.files,
        downloads: scriptedDownloads(() => null),
        clock,
        random: cryptoRandom(),
        log,
      },
    };
  };

  const attach = (name: string, content: Buffer) =>
    sample.knex('attachments').insert({
      ticket_id: 1,
      file_name: name,
      file_size: content.length,
      content,
      is_public: 1,
      created_at: '2026-06-01 12:00:00',
    });

  test('[files-once] arrive with their bytes, in pieces and whole, and without the key', async () => {
    const large = Buffer.alloc(3 * 1024 * 1024 + 17, 'many lines of a log\n');
    const picture = Buffer.concat([
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      Buffer.alloc(900),
    ]);
    await attach('big log.log', large);
    await attach('bild.dat', picture);
    await attach('setup.exe', Buffer.from('MZ'));

    const here = runtime();
    const lane = await sample.database.transaction(({ store }) =>
      store.insertLane({
        clientTicket: '1',
        clientNumber: null,
        providerTicket: null,
        state: NEW_LANE_STATE,
        dueAt: Date.now(),
      }),
    );
    const hold = await sample.database.transaction((tx) => holdLane(tx, lane));
    if (hold === null) throw new Error('the lane is free');
    await laneTurn(here, hold, NEVER);
    await workDue(here);

    const tenant = simulator.provider.tenant('acme', 'prod');
    const number = tenant?.tickets()[0]?.ticketNumber ?? '';
    const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    expect(tenant?.files.of(number)).toMatchObject([
      { name: 'big-log.log', contentType: 'text/plain', size: large.length, sha256: sha256(large), times: 1 },
      { name: 'bild.dat', contentType: 'image/png', size: 916, sha256: sha256(picture), times: 1 },
    ]);
    const said = await sample
      .knex('comments')
      .where({ ticket_id: 1 })
      .where('body', 'like', 'The attachment%');
    expect(said).toMatchObject([
      { body: 'The attachment "setup.exe" was not sent: programs (.exe) are not taken there.' },
    ]);
    const lines = JSON.stringify(log.lines);
    expect(lines).not.toContain(KEY);
    expect(lines).not.toContain('X-Amz-Expires');
  });

  test('two processes never have the same file, and who comes after a dead one has a higher fence', async () => {
    const other = sample.another();
    await sample.database.transaction(async ({ store }) => {
      await store.enlist({ id: 'a', beat: 0, place: '', startedAt: 0 });
      await store.enlist({ id: 'b', beat: 0, place: '', startedAt: 0 });
      await store.insertUpload({ laneId: 1, attachment: '9', name: 'a.txt', dueAt: 5 });
    });
    const search = { now: 10, horizon: 100, limit: 5, except: [] };
    const [id] = await sample.database.transaction(({ store }) =>
      store.dueUploads({ ...search, owner: 'a' }),
    );
    if (id === undefined) throw new Error('it is due');
    const first = await sample.database.transaction(({ store }) => store.takeUpload(id, 'a'));
    expect(first).toEqual({ upload: id, owner: 'a', fence: 1 });
    await other.transaction(async ({ store }) => {
      expect(await store.dueUploads({ ...search, owner: 'b' })).toEqual([]);
      expect(await store.takeUpload(id, 'b')).toBeNull();
      expect(await store.bury('a', 0)).toBe(true);
      expect(await store.takeUpload(id, 'b')).toEqual({ upload: id, owner: 'b', fence: 2 });
    });
    await sample.database.transaction(async ({ store }) => {
      expect(first === null ? null : await store.heldUpload(first)).toBeNull();
      const upload = await store.upload(id);
      expect(upload).toMatchObject({
        phase: 'waiting',
        attachment: '9',
        name: 'a.txt',
        intent: null,
        attempts: 0,
      });
      if (upload !== null)
        await store.saveUpload({
          ...upload,
          phase: 'sent',
          intent: 'i',
          attempts: 2,
          resendAt: 7,
          dueAt: null,
        });
      expect(await store.uploads(1)).toMatchObject([
        { phase: 'sent', intent: 'i', attempts: 2, resendAt: 7 },
      ]);
      expect(await store.nextUploadAt()).toBeNull();
    });
    const again = sample.database.transaction(({ store }) =>
      store.insertUpload({ laneId: 1, attachment: '9', name: 'b.txt', dueAt: 5 }),
    );
    await expect(again).rejects.toThrow();
  });
});
