import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startMariaDb } from '../../test/support/mariadb.ts';
import { httpDownloads } from '../../adapters/attachments/http-downloads.ts';
import { httpBridge } from '../../adapters/bridge/http-bridge.ts';
import { httpUploads } from '../../adapters/bridge/http-uploads.ts';
import { wallClock } from '../../adapters/clock/wall-clock.ts';
import { connect } from '../../adapters/database/connect.ts';
import { openDatabase } from '../../adapters/database/open-database.ts';
import { loadSampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { collectedLog } from '../../adapters/log/collected-log.ts';
import { cryptoRandom } from '../../adapters/random/crypto-random.ts';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import { partsOf } from '../../adapters/simulator/offered-files.ts';
import { startSimulator } from '../../adapters/simulator/server.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { seconds } from '../../engine/domain/instant.ts';
import type { Files } from '../../engine/runtime/ports.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import { emptyDatabase, heard, journalled, journalOf, MB, Memory, otherProcess } from './large-file.ts';

/** The engine's clock runs so much faster, so that it polls while the file comes. */
const SPEED = 5;

/**
 * `tsx bench/upload/download-memory.ts [MB] [column|directory]`: what memory a process takes while one file comes from a
 * simulator, which is a process of its own, over HTTP into a BLOB on MariaDB or a directory; and whether comments on the same
 * ticket take effect meanwhile.
 */
async function measure(size: number, into: 'column' | 'directory'): Promise<void> {
  const child = otherProcess(fileURLToPath(import.meta.url));
  const { url } = await heard<{ readonly url: string }>(child);
  const maria = await startMariaDb();
  const connection = await emptyDatabase(maria.url);
  const directory = await mkdtemp(path.join(tmpdir(), 'bridgehead-files-'));
  await loadSampleItsm(connection, 'acme', Date.now());
  const { knex } = connect(connection);
  await knex.raw('ALTER TABLE attachments ADD stored_as varchar(255)');
  const contract = await largeFilesInto(into, directory);
  const directories = { tickets: into === 'directory' ? directory : null, changes: null };
  const database = openDatabase({ contract: 'acme', itsm: contract.itsm, connection, directories });
  await database.migrate();

  const desk = async (
    where: string,
    body: object,
  ): Promise<{ readonly ticket: { ticketNumber: string } }> => {
    const answer = await fetch(`${url}/_control/acme/prod/tickets${where}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { readonly ticket: { ticketNumber: string } };
  };
  const { ticket } = await desk('', { shortDescription: 'A large file', group: 'Ensono Mainframe' });
  await desk(`/${ticket.ticketNumber}/attach`, { name: 'large.zip', size });

  const [log, clock] = [collectedLog(), wallClock({ speed: SPEED })];
  const timeoutMs = seconds(20) * SPEED;
  const baseUrl = `${url}/acme/prod`;
  const ports = {
    bridge: httpBridge({ baseUrl, apiKey: 'acme-demo-key', timeoutMs, clock, log }),
    uploads: httpUploads({ timeoutMs, clock, log }),
    downloads: httpDownloads({ bridgeUrl: baseUrl }),
    database,
    files: database.files,
    clock,
    random: cryptoRandom(),
    log,
  };
  const memory = new Memory();
  const stop = new AbortController();
  const begun = Date.now();
  const run = runContract({ contract, rules: null, ports }, stop.signal);
  const over = new AbortController();
  const talk = commentsUntil(over.signal, (body) => desk(`/${ticket.ticketNumber}/comment`, { body }));
  const end = await journalled(database, ({ summary }) => /^(?:attached|not stored): /.test(summary));
  const took = (Date.now() - begun) / 1000;
  const words = memory.end();
  over.abort();
  stop.abort();
  await Promise.all([run, talk]);

  const lines = await journalOf(database);
  const from = lines.find(({ summary }) => summary.includes('to be fetched'))?.at ?? Infinity;
  const meanwhile = lines.filter(
    ({ transaction, outcome, at }) =>
      transaction === 'Notes' && outcome === 'applied' && at > from && at < (end?.at ?? 0),
  );
  const [row] = await knex<AttachmentRow>('attachments').where('file_name', 'large.zip');
  const isSame = row !== undefined && (await hashIn(database.files, row)) === hashOf(size);
  process.stdout.write(
    `${size / MB} MB into a ${into}: ${end?.outcome ?? 'never stored'} in ${took.toFixed(1)} s, ` +
      `${isSame ? 'the same bytes are there' : 'OTHER BYTES ARE THERE'}; ${words}; ` +
      `${meanwhile.length} comments took effect meanwhile\n`,
  );
  child.kill();
  await knex.destroy();
  await database.close();
  await maria.stop();
  await rm(directory, { recursive: true });
}

async function largeFilesInto(into: 'column' | 'directory', directory: string): Promise<Contract> {
  const { contract } = await loadContract('rules/acme');
  const [rules, described] = [contract?.inbound.attachments, contract?.itsm.attachments];
  if (contract === null || rules == null || described == null) throw new Error('rules/acme takes files');
  const { itsm, inbound } = contract;
  const { place } = described;
  const content =
    into === 'column'
      ? { column: 'content', directory: null }
      : { column: null, directory: { path: { text: directory, place }, column: 'stored_as' } };
  return {
    ...contract,
    itsm: { ...itsm, attachments: { ...described, content } },
    inbound: { ...inbound, attachments: { ...rules, bytesMax: 1024 * MB } },
  };
}

/** Somebody at the provider writes a comment every second. */
async function commentsUntil(signal: AbortSignal, write: (body: string) => Promise<unknown>): Promise<void> {
  for (let count = 1; !signal.aborted; count += 1) {
    await write(`comment ${count}`);
    await wait(1000);
  }
}

interface AttachmentRow {
  readonly id: number;
  readonly ticket_id: number;
}

async function hashIn(files: Files, row: AttachmentRow): Promise<string> {
  const hash = createHash('sha256');
  const content = await files.read(String(row.ticket_id), String(row.id));
  for await (const part of content?.bytes ?? []) hash.update(part);
  return hash.digest('hex');
}

/** Of the first file that the provider offers. */
function hashOf(size: number): string {
  const hash = createHash('sha256');
  for (const part of partsOf({ kind: 'made', size, seed: 0 })) hash.update(part);
  return hash.digest('hex');
}

/** The provider, in a process of its own. */
async function serve(send: (word: object) => void): Promise<void> {
  const { url } = await startSimulator({ port: 0 });
  send({ url });
}

if (process.send === undefined)
  await measure(
    Number(process.argv[2] ?? 200) * MB,
    process.argv[3] === 'directory' ? 'directory' : 'column',
  );
else await serve((word) => process.send?.(word));
