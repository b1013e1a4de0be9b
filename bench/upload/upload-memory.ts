import { scriptedDownloads } from '../../adapters/rehearsal/scripted-downloads.ts';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startMariaDb } from '../../test/support/mariadb.ts';
import { httpBridge } from '../../adapters/bridge/http-bridge.ts';
import { httpUploads } from '../../adapters/bridge/http-uploads.ts';
import { wallClock } from '../../adapters/clock/wall-clock.ts';
import { connect } from '../../adapters/database/connect.ts';
import { openDatabase } from '../../adapters/database/open-database.ts';
import { loadSampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { collectedLog } from '../../adapters/log/collected-log.ts';
import { cryptoRandom } from '../../adapters/random/crypto-random.ts';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import type { StoredFile } from '../../adapters/simulator/file-store.ts';
import { startSimulator } from '../../adapters/simulator/server.ts';
import { NEW_LANE_STATE } from '../../engine/domain/lane.ts';
import { seconds } from '../../engine/domain/instant.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import { emptyDatabase, heard, journalled, MB, Memory, otherProcess } from './large-file.ts';

/**
 * `tsx bench/upload/upload-memory.ts [MB]`: what memory a process takes while one file goes from a BLOB on MariaDB over
 * HTTP to a simulator, which is a process of its own.
 */
async function measure(size: number): Promise<void> {
  const child = otherProcess(fileURLToPath(import.meta.url));
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
  const memory = new Memory();
  const stop = new AbortController();
  const begun = Date.now();
  const run = runContract({ contract, rules: null, ports }, stop.signal);
  const end = await journalled(database, ({ transaction }) => transaction === 'attachment');
  const words = memory.end();
  const took = (Date.now() - begun) / 1000;
  stop.abort();
  await run;

  child.send('files');
  const { files } = await heard<{ readonly files: readonly StoredFile[] }>(child);
  const isSame = files[0]?.sha256 === hashOfZeros(size);
  process.stdout.write(
    `${size / MB} MB ${end?.outcome ?? 'not sent'} in ${took.toFixed(1)} s, ${isSame ? 'the same bytes arrived' : 'OTHER BYTES ARRIVED'}; ${words}\n`,
  );
  child.kill();
  await database.close();
  await maria.stop();
}

function hashOfZeros(size: number): string {
  const hash = createHash('sha256');
  for (let at = 0; at < size; at += MB) hash.update(Buffer.alloc(MB));
  return hash.digest('hex');
}

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
