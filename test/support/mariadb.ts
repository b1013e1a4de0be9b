import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';

/** A MariaDB server of our own: its data, socket and port are private to it and gone when it stops. */
export interface MariaDb {
  /** `mysql://user:password@127.0.0.1:PORT`, without a database; the user may do everything. */
  readonly url: string;
  /** Ends it as a power cut does (SIGKILL). What was committed is there again after `restart`, if it is `durable`. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same data and the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface MariaDbOptions {
  /** Every commit is handed to the operating system, so that it survives `kill`. Default: at most a second late. */
  readonly durable?: boolean;
  /** The folder below which the server's own is made. Default: the system's for temporary files. */
  readonly below?: string;
}

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 20_000;
const READY_PROBE_MS = 100;

/** Debian keeps the server out of an ordinary user's PATH. */
const PLACES = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];

export function findProgram(...names: readonly string[]): string | null {
  for (const name of names)
    for (const place of PLACES) if (place !== '' && existsSync(join(place, name))) return join(place, name);
  return null;
}

/** @throws when there is no mariadbd, or when it does not become ready. */
export async function startMariaDb({
  durable = false,
  below = tmpdir(),
}: MariaDbOptions = {}): Promise<MariaDb> {
  const server = findProgram('mariadbd', 'mysqld');
  const install = findProgram('mariadb-install-db', 'mysql_install_db');
  if (server === null || install === null)
    throw new Error(
      'there is no MariaDB server here (mariadbd); on Debian: apt-get install -y --no-install-recommends mariadb-server',
    );
  const folder = await mkdtemp(join(below, 'bridgehead-mariadb-'));
  const data = join(folder, 'data');
  const log = join(folder, 'server.log');
  // A server that starts deletes what it finds of temporary tables: another one's, in a folder they share.
  const temporary = join(folder, 'tmp');
  // As root it runs only when told so.
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const password = randomBytes(16).toString('hex');
  const children: ChildProcess[] = [];
  try {
    await mkdir(temporary);
    await promisify(execFile)(install, [
      '--no-defaults',
      `--datadir=${data}`,
      `--tmpdir=${temporary}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asRoot,
    ]);
    const init = join(folder, 'init.sql');
    await writeFile(
      init,
      `CREATE USER IF NOT EXISTS tester@'127.0.0.1' IDENTIFIED BY '${password}';\n` +
        `GRANT ALL ON *.* TO tester@'127.0.0.1' WITH GRANT OPTION;\n` +
        `ALTER USER root@localhost IDENTIFIED BY '${password}';\n`,
    );
    const port = await freePort();
    const args = [
      '--no-defaults',
      `--datadir=${data}`,
      `--tmpdir=${temporary}`,
      `--socket=${join(folder, 'server.sock')}`,
      `--pid-file=${join(folder, 'server.pid')}`,
      `--log-error=${log}`,
      `--init-file=${init}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--skip-log-bin',
      // As MySQL has it, and enough for the files that the sample contracts take.
      '--max-allowed-packet=64M',
      '--performance-schema=OFF',
      '--innodb-buffer-pool-size=64M',
      '--innodb-log-file-size=16M',
      // Nothing here has to survive a power cut of the machine.
      `--innodb-flush-log-at-trx-commit=${durable ? 2 : 0}`,
      ...asRoot,
    ];
    const url = `mysql://tester:${password}@127.0.0.1:${port}`;
    const start = async (): Promise<ChildProcess> => {
      const started = spawn(server, args, { stdio: 'ignore' });
      children.push(started);
      await untilReady(url, started);
      return started;
    };
    let running = await start();
    return {
      url,
      kill: () => ended(running, 'SIGKILL'),
      restart: async () => {
        running = await start();
      },
      stop: () => stop(running, folder),
    };
  } catch (error) {
    const words = await readFile(log, 'utf8').catch(() => '');
    for (const child of children) await ended(child, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
    throw new Error(`MariaDB did not start: ${String(error)}\n${words.split('\n').slice(-15).join('\n')}`, {
      cause: error,
    });
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + READY_MS_MAX; ;) {
    if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
    try {
      const connection = await mysql.createConnection(url);
      await connection.end();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(READY_PROBE_MS);
    }
  }
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
  await ended(child, 'SIGTERM');
  clearTimeout(force);
  await rm(folder, { recursive: true, force: true });
}

async function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
