import { scriptedDownloads } from '../../adapters/rehearsal/scripted-downloads.ts';
import { createHash } from 'node:crypto';
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startMariaDb } from '../../test/support/mariadb.ts';
import { httpBridge } from '../../adapters/bridge/http-bridge.ts';
import { httpUploads } from '../../adapters/bridge/http-uploads.ts';
import { wallClock } from '../../adapters/clock/wall-clock.ts';
import { connect } from '../../adapters/database/connect.ts';
import { openDatabase, type OpenDatabase } from '../../adapters/database/open-database.ts';
import { loadSampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { collectedLog } from '../../adapters/log/collected-log.ts';
import { cryptoRandom } from '../../adapters/random/crypto-random.ts';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import type { StoredFile } from '../../adapters/simulator/file-store.ts';
import { startSimulator } from '../../adapters/simulator/server.ts';
import { NEW_LANE_STATE } from '../../engine/domain/lane.ts';
import { seconds } from '../../engine/domain/instant.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';

const MB = 1024 * 1024;
const WAIT_MS_MAX = 300_000;

/**
 * `tsx bench/upload/upload-memory.ts [MB]`: what memory a process takes while one file goes from a BLOB on MariaDB over
 * HTTP to a simulator, which is a process of its own.
 */
async function measure(size: number): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [], { execArgv: ['--import', 'tsx'] });
  const { url } = await heard<{ readonly url: string }>(child);
  const maria = await startMariaDb();
  const connection = await emptyDatabase(maria.url);
  await loadSampleItsm(connection, 'acme', Date.now());
  const { contract: compiled } = await loadContract('rules/acme');
  if (compiled?.outbound.attachments == null) throw new Error('rules/acme sends files');
  const attachments = { ...compiled.outbound.attachments, sizeMax: 1024 * MB };
  const since = Date.now() - seconds(5);
  const contract = { ...compiled, outbound: { ...compiled.outbound, attachments, since } };
  const database = openDatabase({ contract: 'acme', itsm: contract.itsm, connection });
  await database.migrate();
  const { knex } = connect(connection);
  await knex.raw(
    `INSERT INTO attachments (ticket_id, file_name, file_size, content, is_public, created_at)
     VALUES (1, 'large.bin', ?, REPEAT(_binary'\\0', ?), 1, '2026-01-01 00:00:00')`,
    [size, size],
  );
  await knex.destroy();
  await database.transaction(({ store }) =>
    store.insertLane({
      clientTicket: '1',
      clientNumber: null,
      providerTicket: null,
      state: NEW_LANE_STATE,
      dueAt: Date.now(),
    }),
  );

  const [log, clock] = [collectedLog(), wallClock()];
  const timeoutMs = seconds(20);
  const ports = {
    bridge: httpBridge({ baseUrl: `${url}/acme/prod`, apiKey: 'acme-demo-key', timeoutMs, clock, log }),
    uploads: httpUploads({ timeoutMs, clock, log }),
    database,
    files: database.files,
    clock,
    downloads: scriptedDownloads(() => null),
    random: cryptoRandom(),
    log,
  };
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const stop = new AbortController();
  const begun = Date.now();
  const run = runContract({ contract, rules: null, ports }, stop.signal);
  const outcome = await sent(database, begun);
  clearInterval(watch);
  const took = (Date.now() - begun) / 1000;
  stop.abort();
  await run;

  child.send('files');
  const { files } = await heard<{ readonly files: readonly StoredFile[] }>(child);
  const isSame = files[0]?.sha256 === hashOfZeros(size);
  process.stdout.write(
    `${size / MB} MB ${outcome} in ${took.toFixed(1)} s, ${isSame ? 'the same bytes arrived' : 'OTHER BYTES ARRIVED'}; ` +
      `memory: ${(before / MB).toFixed(0)} MB before, ${(most / MB).toFixed(0)} MB at most\n`,
  );
  child.kill();
  await database.close();
  await maria.stop();
}

async function emptyDatabase(server: string): Promise<string> {
  const { knex } = connect(`${server}/mysql`);
  // The whole value is made in one statement.
  await knex.raw('SET GLOBAL max_allowed_packet = 1073741824');
  await knex.raw('CREATE DATABASE upload CHARACTER SET utf8mb4');
  await knex.destroy();
  return `${server}/upload`;
}

/** Waits for the word on the file. */
async function sent(database: OpenDatabase, begun: number): Promise<string> {
  while (Date.now() - begun < WAIT_MS_MAX) {
    await wait(200);
    const journal = await database.transaction(({ store }) =>
      store.readJournal({ ticket: null, limit: 100 }),
    );
    const entry = journal.find(({ transaction }) => transaction === 'attachment');
    if (entry !== undefined) return entry.outcome;
  }
  return 'not sent';
}

function hashOfZeros(size: number): string {
  const hash = createHash('sha256');
  for (let at = 0; at < size; at += MB) hash.update(Buffer.alloc(MB));
  return hash.digest('hex');
}

const heard = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve) => child.once('message', (word) => resolve(word as T)));

/** The provider, in a process of its own. */
async function serve(send: (word: object) => void): Promise<void> {
  const { url, provider } = await startSimulator({ port: 0 });
  process.on('message', () => {
    const tenant = provider.tenant('acme', 'prod');
    send({ files: tenant?.files.of(tenant.tickets()[0]?.ticketNumber ?? '') ?? [] });
  });
  send({ url });
}

if (process.send === undefined) await measure(Number(process.argv[2] ?? 200) * MB);
else await serve((word) => process.send?.(word));
