import { afterEach, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { BREAKS_MAX } from '../../engine/domain/limits.ts';
import {
  DatabaseUnavailable,
  type BridgeAnswer,
  type BridgeRequest,
  type Database,
} from '../../engine/runtime/ports.ts';
import { runContract, type RunEnd } from '../../engine/runtime/run-contract.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { around } from '../support/failing-ports.ts';
import { SteadyTime } from '../support/steady-time.ts';
import { openWorld, workDue, type World } from '../support/world.ts';

let world: World;
let time: SteadyTime;
const stop = { asked: new AbortController() };
afterEach(async () => {
  stop.asked.abort();
  await world.close();
});

async function acme(): Promise<void> {
  stop.asked = new AbortController();
  world = await openWorld('acme', { since: 'now' });
  time = new SteadyTime(world.clock);
}

const pass = (ms: number): Promise<void> => time.pass(ms);

/** Runs the contract; `end` stays null until it has ended, by itself or by an error. */
function running(runtime: Runtime): { end: RunEnd | Error | null; readonly over: Promise<void> } {
  const run: { end: RunEnd | Error | null; over: Promise<void> } = { end: null, over: Promise.resolve() };
  run.over = runContract(time.counted(runtime), stop.asked.signal).then(
    (end) => void (run.end = end),
    (error: unknown) => void (run.end = error instanceof Error ? error : new Error(String(error))),
  );
  return run;
}

const touch = (id: number): Promise<unknown> =>
  world.sql(`UPDATE tickets SET updated_at = :now WHERE id = ${id}`);
/** The comments that the ITSM has got from the provider. */
const bodies = async (): Promise<readonly unknown[]> =>
  (await world.sql('SELECT body FROM comments')).map(({ body }) => body);
/** Writing this comment into the ITSM breaks in a way that nobody foresaw. */
const writingBreaks = (text: string): Runtime => {
  const { database } = world.runtime.ports;
  const breaking: Database = {
    transaction: (work) =>
      database.transaction(({ itsm, store }) =>
        work({
          store,
          itsm: {
            ...itsm,
            insertComment: (ticketKey, fields, now) => {
              if (JSON.stringify(fields).includes(text)) throw new TypeError('a defect in writing');
              return itsm.insertComment(ticketKey, fields, now);
            },
          },
        }),
      ),
  };
  return { ...world.runtime, ports: { ...world.runtime.ports, database: breaking } };
};
const posts = (): number => world.provider.requests().filter(({ method }) => method === 'POST').length;
const FORBIDDEN: BridgeAnswer = {
  kind: 'answer',
  status: 403,
  body: { message: 'Forbidden' },
  retryAfterMs: null,
};

describe('a contract that runs', () => {
  test('polls at its interval, sends what changed, and ends when it is asked to, saying that nothing waits', async () => {
    await acme();
    const run = running(world.runtime);
    await pass(seconds(5));
    await touch(1);
    await pass(seconds(60));
    expect(world.providerTicket('INC0000001').status).toBe('open');
    await pass(minutes(3));
    expect(run.end).toBeNull();
    stop.asked.abort();
    await pass(seconds(2));
    await run.over;
    expect(run.end).toEqual({ kind: 'asked' });
    expect(world.logLines.at(-1)).toMatchObject({
      step: 'contract ended',
      fields: { summary: 'nothing waits' },
    });
    const reads = world.provider.requests().filter(({ method }) => method === 'GET');
    for (const [index, read] of reads.entries()) {
      const before = reads[index - 1];
      if (before !== undefined) expect(read.at - before.at).toBeGreaterThanOrEqual(seconds(30));
    }
  });

  test('[one-create] reads the queue before it repeats a create that an earlier process left open', async () => {
    await acme();
    await touch(1);
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 }]);
    await world.poll();
    await world.clock.advance(seconds(10));
    const dies = world.through((bridge) => ({
      send: async (request) => {
        await bridge.send(request);
        throw new Error('killed');
      },
    }));
    await expect(workDue(dies)).rejects.toThrow('killed');
    await world.clock.advance(minutes(30));
    // A queue that takes its time to answer must not be overtaken.
    const slow = world.through((bridge) => ({
      send: async (request) => {
        if (request.method === 'GET') await world.runtime.ports.clock.sleep(seconds(15), stop.asked.signal);
        return bridge.send(request);
      },
    }));
    running(slow);
    await pass(seconds(90));
    expect(posts()).toBe(1);
    expect((await world.lane('INC0000001')).providerTicket).toBe('e-CS0204070');
  });

  test('asked to stop in the middle of a call waits for its outcome, and begins no other', async () => {
    await acme();
    await touch(1);
    const slow = world.through((bridge) => ({
      send: async (request: BridgeRequest) => {
        const answer = await bridge.send(request);
        if (request.method !== 'POST') return answer;
        stop.asked.abort();
        await world.runtime.ports.clock.sleep(seconds(10), new AbortController().signal);
        return answer;
      },
    }));
    await touch(2);
    const run = running(slow);
    await pass(seconds(60));
    await run.over;
    expect(run.end).toEqual({ kind: 'asked' });
    const lanes = await Promise.all(
      ['INC0000001', 'INC0000002'].map(async (number) => (await world.lane(number)).state),
    );
    expect(lanes.every(({ link, intent }) => intent === null && link === 'linked')).toBe(true);
    expect(posts()).toBe(2);
  });

  test('with the wrong key stops, and no lane under way makes another call', async () => {
    await acme();
    await touch(1);
    await touch(2);
    const sent: string[] = [];
    const refusing = world.through((bridge) => ({
      send: async (request) => {
        if (request.method !== 'POST' && request.method !== 'PUT') return bridge.send(request);
        const { clientTicketNumber } = (request.body as { payload: { clientTicketNumber: string } }).payload;
        sent.push(clientTicketNumber);
        if (clientTicketNumber === 'INC0000001') return FORBIDDEN;
        await world.runtime.ports.clock.sleep(seconds(5), new AbortController().signal);
        const answer = await bridge.send(request);
        await world.sql(`UPDATE tickets SET title = 'More to say' WHERE id = 2`);
        return answer;
      },
    }));
    const run = running(refusing);
    await pass(seconds(60));
    await run.over;
    expect(run.end).toEqual({ kind: 'stopped', reason: 'the bridge answered 403: Forbidden' });
    expect([...sent].sort()).toEqual(['INC0000001', 'INC0000002']);
    expect((await world.lane('INC0000002')).state).toMatchObject({ link: 'linked', intent: null });
    expect((await world.journal()).at(-1)).toMatchObject({ transaction: 'contract', outcome: 'stopped' });
  });

  test('whose one loop breaks ends the other before it says so', async () => {
    await acme();
    await touch(1);
    let isUnderWay = false;
    const breaking = world.through((bridge) => ({
      send: async (request) => {
        if (request.method === 'GET') {
          if (posts() > 0 || isUnderWay) throw new Error('nobody expected this');
          return bridge.send(request);
        }
        isUnderWay = true;
        await world.runtime.ports.clock.sleep(seconds(50), new AbortController().signal);
        const answer = await bridge.send(request);
        isUnderWay = false;
        return answer;
      },
    }));
    const run = running(breaking);
    await pass(seconds(40));
    expect(isUnderWay).toBe(true);
    expect(run.end).toBeNull();
    await pass(seconds(40));
    await run.over;
    expect(run.end).toEqual(new Error('nobody expected this'));
    expect((await world.lane('INC0000001')).state.link).toBe('linked');
  });

  test('leaves what was parked alone, and works the rest when the database that was away at its start is back', async () => {
    await acme();
    await world.sql(`UPDATE tickets SET status = 'Weird', updated_at = :now WHERE id = 1`);
    await world.settle(minutes(4));
    expect((await world.lane('INC0000001')).parked?.code).toBe('no-table-entry');
    await world.sql(`UPDATE tickets SET status = 'New' WHERE id = 1`);
    await touch(2);
    const backAt = world.clock.now() + seconds(25);
    running(
      around(world.runtime, {
        before: (_, call) => {
          if (call === 'transaction' && world.clock.now() < backAt) throw new DatabaseUnavailable('away');
        },
      }),
    );
    await pass(seconds(60));
    expect((await world.lane('INC0000001')).parked?.code).toBe('no-table-entry');
    expect(world.tenant.tickets()).toHaveLength(1);
  });

  test('with a broken turn goes on with the other lanes, and tries that one again', async () => {
    await acme();
    await touch(1);
    await touch(2);
    let isBroken = true;
    const broken = world.through((bridge) => ({
      send: (request) => {
        if (isBroken && JSON.stringify(request.body ?? '').includes('INC0000001'))
          throw new Error('a defect');
        return bridge.send(request);
      },
    }));
    const run = running(broken);
    await pass(seconds(60));
    expect(world.providerTicket('INC0000002').status).toBe('workinprogress');
    expect(world.logLines.some(({ step, level }) => step === 'turn broken' && level === 'error')).toBe(true);
    isBroken = false;
    await pass(minutes(3));
    expect(world.providerTicket('INC0000001').status).toBe('open');
    expect(run.end).toBeNull();
  });

  test('parks a ticket that a defect stops again and again, and the next edit tries it anew', async () => {
    await acme();
    await touch(1);
    await touch(2);
    let isBroken = true;
    let tries = 0;
    const broken = world.through((bridge) => ({
      send: (request) => {
        if (isBroken && JSON.stringify(request.body ?? '').includes('INC0000001')) {
          tries += 1;
          throw new Error('a defect');
        }
        return bridge.send(request);
      },
    }));
    running(broken);
    await pass(minutes(8));
    expect(tries).toBe(BREAKS_MAX);
    const { parked } = await world.lane('INC0000001');
    expect(parked).toMatchObject({ code: 'defect', until: 'change' });
    expect(parked?.reason).toContain('a defect stopped it 3 times: a defect');
    expect(await world.journal()).toContainEqual(
      expect.objectContaining({ clientNumber: 'INC0000001', outcome: 'parked' }),
    );
    expect(world.providerTicket('INC0000002').status).toBe('workinprogress');
    isBroken = false;
    await touch(1);
    await pass(minutes(3));
    expect(world.providerTicket('INC0000001').status).toBe('open');
    expect((await world.lane('INC0000001')).parked).toBeNull();
  });

  test('parks a message that a defect stops, and what comes for other tickets is applied', async () => {
    await acme();
    await touch(1);
    await touch(2);
    await world.settle(minutes(4));
    const first = (await world.lane('INC0000001')).providerTicket ?? '';
    const second = (await world.lane('INC0000002')).providerTicket ?? '';
    world.desk.comment(first, { body: 'breaks it' });
    world.desk.comment(second, { body: 'goes on' });
    running(writingBreaks('breaks it'));
    await pass(minutes(5));
    const { parked } = await world.lane('INC0000001');
    expect(parked?.code).toBe('defect');
    expect(parked?.reason).toContain('a defect in writing');
    expect(parked?.messageId).toEqual(expect.any(String));
    expect(await bodies()).toContain('goes on');
    expect(await bodies()).not.toContain('breaks it');
  });
});
