import { afterEach, describe, expect, test } from 'vitest';
import { collectedLog, type LogLine } from '../../adapters/log/collected-log.ts';
import { seededRandom } from '../../adapters/random/seeded-random.ts';
import { minutes, seconds, type Milliseconds } from '../../engine/domain/instant.ts';
import { LANES_AT_ONCE, LEASE_BEAT_MS, LEASE_MS } from '../../engine/domain/limits.ts';
import type { BridgeRequest } from '../../engine/runtime/ports.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import { acmeTicket } from '../support/situations.ts';
import { openSmallWorld, type SmallWorld } from '../support/small-world.ts';

let world: SmallWorld;
let processes: Process[] = [];
afterEach(async () => {
  for (const process of processes) process.stop();
  await world.clock.advance(minutes(1));
  processes = [];
});

/** A process that can be stopped as SIGSTOP does it: nothing reaches it, its time goes on. */
class Process {
  readonly lines: readonly LogLine[];
  readonly calls: { readonly at: number; readonly request: BridgeRequest }[] = [];
  readonly over: Promise<unknown>;
  /** Asked before and after every port call; what it returns is waited for. */
  freezeAt: (call: string, when: 'before' | 'after') => boolean | Promise<boolean> = () => false;
  #frozen: Promise<void> | null = null;
  #thaw: () => void = () => undefined;
  readonly #stop = new AbortController();

  /** @param jump how far its wall clock is off. */
  constructor(name: string, rules = '000000000001', jump: () => Milliseconds = () => 0) {
    const log = collectedLog();
    this.lines = log.lines;
    const runtime = world.runtime((ports) => ({
      ...ports,
      log,
      random: seededRandom(processes.length + 1),
      bridge: {
        send: (request) =>
          this.#passing(`${request.method} ${request.path}`, async () => {
            this.calls.push({ at: world.clock.now(), request });
            const answer = await ports.bridge.send(request);
            await world.clock.sleep(seconds(2), new AbortController().signal);
            return answer;
          }),
      },
      database: {
        transaction: (work) => this.#passing('transaction', () => ports.database.transaction(work)),
      },
      clock: {
        now: () => world.clock.now() + jump(),
        elapsed: () => world.clock.elapsed(),
        untilNext: (poll) => world.clock.untilNext(poll),
        sleep: (ms, signal) => this.#passing('sleep', () => world.clock.sleep(ms, signal)),
      },
    }));
    this.over = runContract(
      { ...runtime, rules: { hash: rules, commit: null } },
      this.#stop.signal,
      undefined,
      undefined,
      name,
    );
    processes.push(this);
  }

  stop(): void {
    this.thaw();
    this.#stop.abort();
  }

  freeze(): void {
    this.#frozen = new Promise((resolve) => (this.#thaw = resolve));
  }

  thaw(): void {
    this.freezeAt = () => false;
    this.#frozen = null;
    this.#thaw();
  }

  said(step: string): readonly LogLine[] {
    return this.lines.filter((line) => line.step === step);
  }

  writes(): readonly BridgeRequest[] {
    return this.calls.map(({ request }) => request).filter(({ path }) => path.startsWith('tickets'));
  }

  async #passing<T>(call: string, make: () => Promise<T>): Promise<T> {
    await this.#gate(call, 'before');
    const result = await make();
    await this.#gate(call, 'after');
    return result;
  }

  async #gate(call: string, when: 'before' | 'after'): Promise<void> {
    if (this.#frozen === null && (await this.freezeAt(call, when))) this.freeze();
    while (this.#frozen !== null) await this.#frozen;
  }
}

const put = (id: number): Promise<void> =>
  world.database.putTicket(
    acmeTicket(
      { updated: new Date(world.clock.now()).toISOString() },
      { key: String(id), number: `INC${String(id).padStart(7, '0')}` },
    ),
    world.clock.now(),
  );

/** Moves time on in small steps until `isSo`; returns how long that took. */
async function until(isSo: () => boolean, max: Milliseconds): Promise<Milliseconds> {
  const from = world.clock.now();
  while (!isSo()) {
    if (world.clock.now() - from > max) throw new Error('it does not come about');
    await world.clock.advance(500);
  }
  return world.clock.now() - from;
}

const settled = (): Promise<void> => world.clock.advance(minutes(6));
const theirs = (): readonly (string | null)[] =>
  world.tenant.tickets().map(({ clientTicketNumber }) => clientTicketNumber);

async function two(): Promise<readonly [Process, Process]> {
  world = await openSmallWorld('acme');
  const one = new Process('one');
  await world.clock.advance(seconds(1));
  const other = new Process('other');
  await world.clock.advance(seconds(5));
  expect(one.said('polls from now on')).toHaveLength(1);
  expect(other.said('polls from now on')).toHaveLength(0);
  return [one, other];
}

describe('two processes for one contract', () => {
  test('[one-create] share the tickets; one of them polls', async () => {
    const [one, other] = await two();
    // More than one process works at once.
    const tickets = LANES_AT_ONCE + 16;
    for (let id = 1; id <= tickets; id += 1) await put(id);
    await settled();
    expect([...theirs()].sort()).toEqual(
      Array.from({ length: tickets }, (_, index) => `INC${String(index + 1).padStart(7, '0')}`),
    );
    expect(one.writes().length).toBeGreaterThan(0);
    expect(other.writes().length).toBeGreaterThan(0);
    expect(other.calls.filter(({ request }) => request.path.startsWith('queue'))).toEqual([]);
  });

  test('one that ends in good order leaves its work to the other within a beat', async () => {
    const [one, other] = await two();
    one.stop();
    const took = await until(() => other.said('polls from now on').length > 0, minutes(1));
    expect(took).toBeLessThanOrEqual(LEASE_BEAT_MS + 500);
    await put(1);
    await settled();
    expect(theirs()).toEqual(['INC0000001']);
    expect(other.said('taken over')).toEqual([]);
  });

  test('one that dies is followed within the lease and a beat', async () => {
    const [one, other] = await two();
    one.freeze();
    const took = await until(() => other.said('taken over').length > 0, minutes(1));
    expect(took).toBeLessThanOrEqual(LEASE_MS + 2 * LEASE_BEAT_MS);
    expect(other.said('polls from now on')).toHaveLength(1);
  });

  test('[one-create] one that is stopped with a create under way, and goes on later, has made it once', async () => {
    const [one, other] = await two();
    await put(1);
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'always' };
    one.freezeAt = (call, when) => call === 'POST tickets' && when === 'after';
    other.freezeAt = one.freezeAt;
    await until(() => theirs().length > 0, minutes(2));
    const [busy, free] = one.writes().length > 0 ? [one, other] : [other, one];
    free.freezeAt = () => false;
    await world.clock.advance(minutes(4));
    busy.thaw();
    await settled();
    expect(theirs()).toEqual(['INC0000001']);
    expect(busy.said('lease lost')).toHaveLength(1);
    const journal = await world.database.transaction(({ store }) =>
      store.readJournal({ ticket: null, limit: 100 }),
    );
    expect(journal.map(({ summary }) => summary)).toContain(
      `an answer that came late: ${world.tenant.tickets()[0]?.ticketNumber ?? ''} is known already`,
    );
    const backlog = await world.database.transaction(({ store }) => store.backlog());
    expect(backlog).toMatchObject({ ambiguous: 0, parked: [], lanesDue: 0, messagesWaiting: 0 });
    expect([...busy.said('turn broken'), ...free.said('turn broken')]).toEqual([]);
  });

  test('[one-create] an answer that comes when the create was repeated long ago has the second ticket cancelled', async () => {
    const [one, other] = await two();
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'never' };
    await put(1);
    one.freezeAt = (call, when) => call === 'POST tickets' && when === 'after' && theirs().length === 1;
    other.freezeAt = one.freezeAt;
    await until(() => theirs().length > 1, minutes(5));
    await world.clock.advance(minutes(1));
    one.thaw();
    other.thaw();
    await settled();
    const live = world.tenant.tickets().filter(({ status }) => status !== 'cancelled');
    expect(live).toHaveLength(1);
    const lane = await world.database.transaction(({ store }) => store.laneByClientTicket('1'));
    expect(lane).toMatchObject({
      providerTicket: live[0]?.ticketNumber,
      state: { surplus: [], intent: null },
    });
    expect([...one.said('one ticket twice'), ...other.said('one ticket twice')]).toHaveLength(1);
  });

  test('[patience] one that is stopped before the call does not make it any more; the other does, after 60 s', async () => {
    const [one, other] = await two();
    await put(1);
    const stopped = { process: null as Process | null, at: 0 };
    for (const process of [one, other])
      process.freezeAt = async (call, when) => {
        if (call !== 'transaction' || when !== 'after' || stopped.process !== null) return false;
        const lane = await world.database.transaction(({ store }) => store.laneByClientTicket('1'));
        const isFirst = (stopped as { readonly process: Process | null }).process === null;
        if (!isFirst || (lane?.state.intent ?? null) === null) return false;
        Object.assign(stopped, { process, at: world.clock.now() });
        return true;
      };
    await until(() => stopped.process !== null, minutes(2));
    const free = stopped.process === one ? other : one;
    await until(() => free.writes().length > 0, minutes(5));
    const sent = free.calls.find(({ request }) => request.path === 'tickets');
    expect((sent?.at ?? 0) - stopped.at).toBeGreaterThanOrEqual(seconds(60));
    stopped.process?.thaw();
    await settled();
    expect(stopped.process?.said('lease lost')).toHaveLength(1);
    expect(stopped.process?.writes()).toEqual([]);
    expect(theirs()).toEqual(['INC0000001']);
  });

  test('[patience] a clock that jumps ahead does not repeat a call that may have happened', async () => {
    world = await openSmallWorld('acme');
    const jump = { ms: 0 };
    const process = new Process('one', '000000000001', () => jump.ms);
    await world.clock.advance(seconds(5));
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-request', how: 'reset', times: 1 }]);
    await put(1);
    await until(() => process.writes().length === 1, minutes(2));
    const first = world.clock.now();
    await world.clock.advance(seconds(1));
    jump.ms = minutes(60);
    await until(() => process.writes().length === 2, minutes(5));
    expect(world.clock.now() - first).toBeGreaterThanOrEqual(seconds(59));
  });

  test('a clock that is set back by an hour lets neither polls nor tickets wait for it', async () => {
    world = await openSmallWorld('acme');
    const jump = { ms: minutes(180) };
    const process = new Process('one', '000000000001', () => jump.ms);
    await world.clock.advance(seconds(5));
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-request', how: 'reset', times: 1 }]);
    await put(1);
    await until(() => process.writes().length === 1, minutes(2));
    await world.clock.advance(seconds(1));
    jump.ms = 0;
    await until(() => process.writes().length === 2, minutes(5));
    const polls = process.calls.filter(({ request }) => request.method === 'GET').map(({ at }) => at);
    expect(Math.max(...polls.slice(1).map((at, index) => at - (polls[index] ?? 0)))).toBeLessThan(minutes(2));
  });

  test('with other rules than each other do not take turns in putting theirs in force', async () => {
    world = await openSmallWorld('acme');
    new Process('one', 'old');
    await world.clock.advance(seconds(20));
    const newer = new Process('other', 'new');
    await world.clock.advance(minutes(10));
    newer.freeze();
    await world.clock.advance(minutes(2));
    newer.thaw();
    await world.clock.advance(minutes(10));
    const journal = await world.database.transaction(({ store }) =>
      store.readJournal({ ticket: null, limit: 100 }),
    );
    expect(journal.filter(({ outcome }) => outcome === 'rules-changed')).toHaveLength(1);
  });
});
