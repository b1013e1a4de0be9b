import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANES_AT_ONCE, LEASE_BEAT_MS, LEASE_MS } from '../../engine/domain/limits.ts';
import { openBothContracts, type BothContracts } from '../support/both-contracts.ts';
import type { CliProcess } from '../support/cli-process.ts';
import { useMysqlServer } from '../support/mysql-server.ts';

const mysql = useMysqlServer();
/** Several times as many as one of them works at once. */
const TICKETS = 5 * LANES_AT_ONCE;
/** A busy machine may be so much later than the lease and two beats. */
const LATE_MS_MAX = 15_000;

let world: BothContracts;
beforeAll(async () => {
  world = await openBothContracts('MariaDB', mysql, 1);
}, 120_000);
afterAll(async () => world.end());

type Line = Readonly<Record<string, unknown>>;
/** What a process has logged of Acme's contract under one step. */
const said = (process: CliProcess, step: string): readonly Line[] =>
  process
    .out()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.step === step && line.contract === 'acme');

async function until(isSo: () => boolean | Promise<boolean>, max: number): Promise<number> {
  const from = performance.now();
  while (!(await isSo())) {
    if (performance.now() - from > max) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return performance.now() - from;
}

const insert = async (first: number, count: number): Promise<void> => {
  for (let id = first; id < first + count; id += 1)
    await world.acme.write(
      `INSERT INTO tickets (id, number, kind, title, description, status, priority, group_id, caller_id, created_at, updated_at, deleted)
       VALUES (?, ?, 'incident', 'It broke', 'Since noon.', 'New', 'P2', 3, 3, :now, :now, 0)`,
      id,
      `INC${String(id).padStart(7, '0')}`,
    );
};

/** How often each of these tickets of ours is at the provider. */
const there = async (first: number, count: number): Promise<readonly number[]> => {
  const tickets = await world.provider.tickets('acme');
  return Array.from({ length: count }, (_, index) => {
    const number = `INC${String(first + index).padStart(7, '0')}`;
    return tickets.filter(({ clientTicketNumber }) => clientTicketNumber === number).length;
  });
};
const ones = (count: number): readonly number[] => Array.from({ length: count }, () => 1);
const areThere = async (first: number, count: number): Promise<boolean> =>
  (await there(first, count)).every((times) => times > 0);

describe('two processes of run for one contract, on MariaDB', () => {
  test('[one-create] share the tickets; killed or stopped, the one is followed by the other within seconds', async () => {
    const one = world.startEngine();
    await until(() => said(one, 'polls from now on').length > 0, 60_000);
    const other = world.startEngine();
    await until(() => said(other, 'at work').length > 0, 60_000);
    await insert(1000, TICKETS);
    await until(() => areThere(1000, TICKETS), 120_000);
    expect(await there(1000, TICKETS)).toEqual(ones(TICKETS));
    const created = [one, other].map(
      (process) => said(process, 'lane').filter(({ transaction }) => transaction === 'create').length,
    );
    expect(Math.min(...created)).toBeGreaterThan(0);

    one.kill('SIGKILL');
    const killed = await until(() => said(other, 'polls from now on').length > 0, 60_000);
    expect(said(other, 'taken over')).toHaveLength(1);
    expect(killed).toBeLessThan(LEASE_MS + 2 * LEASE_BEAT_MS + LATE_MS_MAX);

    const third = world.startEngine();
    await until(() => said(third, 'at work').length > 0, 60_000);
    await insert(2000, TICKETS);
    other.kill('SIGSTOP');
    const stopped = await until(() => said(third, 'polls from now on').length > 0, 60_000);
    await until(() => areThere(2000, TICKETS), 120_000);
    other.kill('SIGCONT');
    await until(() => said(other, 'lease lost').length > 0, 30_000);
    await until(() => said(other, 'at work').length > 1, 30_000);

    third.kill('SIGTERM');
    const ended = await until(() => said(other, 'polls from now on').length > 1, 60_000);
    await insert(3000, 1);
    await until(() => areThere(3000, 1), 120_000);
    expect([...(await there(2000, TICKETS)), ...(await there(3000, 1))]).toEqual(ones(TICKETS + 1));
    const text = (ms: number): string => (ms / 1000).toFixed(1);
    console.log(
      `created ${created.join(' + ')}; taken over after kill -9: ${text(killed)} s, after SIGSTOP: ${text(stopped)} s, after SIGTERM: ${text(ended)} s`,
    );
  }, 480_000);
});
