import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../adapters/database/connect.ts';
import type { OpenDatabase } from '../../adapters/database/open-database.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';

export const MB = 1024 * 1024;
const WAIT_MS_MAX = 300_000;

/** The script once more, as the provider, in a process of its own. */
export const otherProcess = (script: string): ChildProcess =>
  fork(script, [], { execArgv: ['--import', 'tsx'] });

export const heard = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve) => child.once('message', (word) => resolve(word as T)));

/** A database of its own on the server, which takes values of any length. */
export async function emptyDatabase(server: string): Promise<string> {
  const { knex } = connect(`${server}/mysql`);
  // The whole value is made in one statement.
  await knex.raw('SET GLOBAL max_allowed_packet = 1073741824');
  await knex.raw('CREATE DATABASE files CHARACTER SET utf8mb4');
  await knex.destroy();
  return `${server}/files`;
}

/** Waits until a journal line of these is there; null: it never came. */
export async function journalled(
  database: OpenDatabase,
  isMeant: (entry: JournalEntry) => boolean,
): Promise<JournalEntry | null> {
  const begun = Date.now();
  while (Date.now() - begun < WAIT_MS_MAX) {
    await wait(200);
    const found = (await journalOf(database)).find(isMeant);
    if (found !== undefined) return found;
  }
  return null;
}

export const journalOf = (database: OpenDatabase): Promise<readonly JournalEntry[]> =>
  database.transaction(({ store }) => store.readJournal({ ticket: null, limit: 1000 }));

/** The most memory that this process has, looked at all the while. */
export class Memory {
  readonly before = process.memoryUsage().rss;
  #most = this.before;
  readonly #watch = setInterval(() => (this.#most = Math.max(this.#most, process.memoryUsage().rss)), 20);

  /** In words. */
  end(): string {
    clearInterval(this.#watch);
    const [before, most] = [this.before, this.#most].map((bytes) => (bytes / MB).toFixed(0));
    return `memory: ${before ?? ''} MB before, ${most ?? ''} MB at most`;
  }
}
