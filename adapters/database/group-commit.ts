import type { Database as SqliteConnection } from 'better-sqlite3';
import type { Knex } from 'knex';
import { oneByOne, type RunOnce, type RunOutcome } from './transactions.ts';

/** Transactions that are committed together at most. */
export const GROUP_MAX = 32;

/**
 * Runs the transactions that wait for the one connection to an SQLite file one after the other within one transaction of the
 * file, and answers them all when that is committed: what they have to wait for is the disk, and so it is waited for once.
 *
 * Each is a savepoint: what fails is undone by itself, and the others do not notice. None is answered before the file has
 * it. If the whole comes to nothing (a full disk, a trigger that rolls back, a constraint that is checked at the end), each is
 * run again alone, so that it fails by itself there too.
 */
export function groupCommit(knex: Knex): RunOnce {
  const waiting: Member[] = [];
  let isWorking = false;

  const work = async (): Promise<void> => {
    isWorking = true;
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift())
      await runGroup(knex, first, waiting);
    isWorking = false;
  };

  return <T>(run: (transaction: Knex.Transaction) => Promise<T>) =>
    new Promise<RunOutcome<T>>((resolve) => {
      waiting.push({ run, end: (outcome) => resolve(outcome as RunOutcome<T>) });
      if (!isWorking) void work();
    });
}

interface Member {
  run(transaction: Knex.Transaction): Promise<unknown>;
  end(outcome: RunOutcome<unknown>): void;
}

/** The first, and those that have come by the time that it is done, in turn. Never rejects. */
async function runGroup(knex: Knex, first: Member, waiting: Member[]): Promise<void> {
  const members: Member[] = [];
  // What failed is told at the end too: it may have failed because of what others did that comes to nothing.
  const outcomes: RunOutcome<unknown>[] = [];
  const whole = await oneByOne(knex)(async (transaction) => {
    const connection = await connectionOf(transaction);
    for (
      let member: Member | undefined = first;
      member !== undefined;
      member = members.length < GROUP_MAX ? waiting.shift() : undefined
    ) {
      members.push(member);
      outcomes.push(await runMember(connection, transaction, member));
    }
  });
  if (whole.kind === 'committed') {
    for (const [index, member] of members.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined) member.end(outcome);
    }
  } else if (members.length <= 1) first.end(whole);
  else for (const member of members) member.end(await oneByOne(knex)((one) => member.run(one)));
}

/** Rejects when there is nothing left that could be rolled back or committed. */
async function runMember(
  connection: SqliteConnection,
  transaction: Knex.Transaction,
  member: Member,
): Promise<RunOutcome<unknown>> {
  connection.exec('SAVEPOINT member');
  try {
    const value = await member.run(transaction);
    connection.exec('RELEASE member');
    return { kind: 'committed', value };
  } catch (error) {
    if (!connection.inTransaction) throw error;
    connection.exec('ROLLBACK TO member; RELEASE member');
    return { kind: 'failed', error };
  }
}

const connectionOf = (transaction: Knex.Transaction): Promise<SqliteConnection> =>
  (transaction.client as { acquireConnection(): Promise<SqliteConnection> }).acquireConnection();
