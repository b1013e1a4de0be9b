import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpDownloads } from '../../adapters/attachments/http-downloads.ts';
import { httpBridge } from '../../adapters/bridge/http-bridge.ts';
import { httpUploads } from '../../adapters/bridge/http-uploads.ts';
import { wallClock } from '../../adapters/clock/wall-clock.ts';
import { collectedLog } from '../../adapters/log/collected-log.ts';
import { cryptoRandom } from '../../adapters/random/crypto-random.ts';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import { startSimulator, type Simulator } from '../../adapters/simulator/server.ts';
import { seconds } from '../../engine/domain/instant.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { type SampleDatabase, sampleDatabase } from '../support/databases.ts';
import { useMysqlServer } from '../support/mysql-server.ts';

const mysql = useMysqlServer();
const KEY = 'acme-demo-key';

interface AttachmentRow {
  readonly file_name: string;
  readonly content: Buffer;
}

/** Of several parts, zeros and what is no text among them. */
const CONTENT = Buffer.from(Array.from({ length: 200_003 }, (_, at) => (at * 31 + (at >> 8)) & 0xff));

describe.each(['SQLite', 'MariaDB'] as const)('an engine that runs on %s, over HTTP', (kind) => {
  let sample: SampleDatabase;
  let simulator: Simulator;
  let requests: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
  const log = collectedLog();
  const seen = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    requests.push({ url: request.url ?? '', headers: request.headers });
  };
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'acme', Date.now(), mysql);
    simulator = await startSimulator({ port: 0 });
    requests = [];
    subscribe('http.server.request.start', seen);
  });
  afterEach(async () => {
    unsubscribe('http.server.request.start', seen);
    await simulator.stop();
    await sample.end();
  });

  async function runtime(): Promise<Runtime> {
    const { contract } = await loadContract('rules/acme');
    if (contract === null) throw new Error('rules/acme does not compile');
    // Polls are never less than 30 s apart.
    const clock = wallClock({ speed: 20 });
    const baseUrl = `${simulator.url}/acme/prod`;
    return {
      contract: {
        ...contract,
        itsm: sample.itsm,
        outbound: { ...contract.outbound, since: Date.now() - seconds(60) },
      },
      rules: null,
      ports: {
        bridge: httpBridge({ baseUrl, apiKey: KEY, timeoutMs: seconds(100), clock, log }),
        uploads: httpUploads({ timeoutMs: seconds(100), clock, log }),
        downloads: httpDownloads({ bridgeUrl: baseUrl }),
        database: sample.database,
        files: sample.database.files,
        clock,
        random: cryptoRandom(),
        log,
      },
    };
  }

  async function until<T>(look: () => Promise<T | null> | T | null): Promise<T> {
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      await wait(50);
    }
  }

  test('[files-once] takes files both ways with their bytes, and shows the key to the bridge alone', async () => {
    const { knex } = sample;
    const here = { ticket_id: 1, is_public: 1, created_at: '2026-06-01 12:00:00' };
    await knex('attachments').insert({
      ...here,
      file_name: 'ours.log',
      file_size: CONTENT.length,
      content: CONTENT,
    });
    await knex('tickets').where({ id: 1 }).update({ updated_at: knex.fn.now() });
    const stop = new AbortController();
    const run = runContract(await runtime(), stop.signal);
    const desk = simulator.provider.desk('acme', 'prod');
    const tenant = simulator.provider.tenant('acme', 'prod');
    const arrived = await until(() => {
      const theirs = tenant?.tickets().find(({ clientTicketNumber }) => clientTicketNumber === 'INC0000001');
      return tenant?.files.of(theirs?.ticketNumber ?? '')[0] ?? null;
    });
    const number = tenant?.tickets()[0]?.ticketNumber ?? '';
    expect(arrived).toMatchObject({ name: 'ours.log', size: CONTENT.length, times: 1 });

    desk?.attach(number, {
      name: '../theirs.zip',
      type: 'application/zip',
      base64: CONTENT.toString('base64'),
    });
    const row = await until(
      async () => (await knex<AttachmentRow>('attachments').where({ file_name: '_theirs.zip' }))[0] ?? null,
    );
    await until(async () => ((await knex(sample.engineTable('bh_downloads'))).length === 0 ? true : null));
    stop.abort();
    expect(await run).toEqual({ kind: 'asked' });

    expect(row).toMatchObject({ ticket_id: 1, content_type: 'application/zip', file_size: CONTENT.length });
    expect(CONTENT.equals(row.content)).toBe(true);
    expect(await knex(sample.engineTable('bh_chunks'))).toEqual([]);
    expect(tenant?.queue.state().messages).toEqual([]);
    // What came from there does not go back.
    expect(tenant?.files.of(number)).toHaveLength(1);

    const files = requests.filter(({ url }) => /^\/_(?:files|store)\//.test(url));
    expect(files.map(({ url }) => url.split('/')[1])).toEqual(['_store', '_files']);
    expect(JSON.stringify(files)).not.toContain(KEY);
    const others = requests.filter((request) => !files.includes(request));
    expect(others.every(({ headers }) => headers['x-api-key'] === KEY)).toBe(true);
    const lines = JSON.stringify(log.lines);
    expect(lines).not.toContain(KEY);
    expect(lines).not.toContain('X-Amz');
  }, 60_000);
});
