import { afterEach, describe, expect, test } from 'vitest';
import type { Contract, Table } from '../../engine/domain/contract.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { DatabaseUnavailable, type Bridge } from '../../engine/runtime/ports.ts';
import { runContract, type RulesChanges, type RunEnd } from '../../engine/runtime/run-contract.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { around } from '../support/failing-ports.ts';
import { SteadyTime } from '../support/steady-time.ts';
import { NEVER, openWorld, type World } from '../support/world.ts';

let world: World;
let time: SteadyTime;
let stop: AbortController;
let end: RunEnd | Error | null;
let over: Promise<void>;
afterEach(async () => {
  stop.abort();
  await time.pass(seconds(2));
  await over;
  await world.close();
});

/** Hands on the runtimes it is given, and remembers which were retired. */
class ChangesByHand implements RulesChanges {
  readonly retired: (string | null)[] = [];
  #waiting: ((runtime: Runtime | null) => void) | null = null;

  next(signal: AbortSignal): Promise<Runtime | null> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      signal.addEventListener('abort', () => resolve(null));
    });
  }

  async retire({ rules }: Runtime): Promise<void> {
    this.retired.push(rules?.hash ?? null);
  }

  switchTo(runtime: Runtime): void {
    this.#waiting?.(time.counted(runtime));
  }
}

async function start(wrap: (runtime: Runtime) => Runtime = (runtime) => runtime): Promise<ChangesByHand> {
  stop = new AbortController();
  world = await openWorld('acme', { since: 'now' });
  time = new SteadyTime(world.clock);
  const changes = go(wrap(world.runtime));
  await time.pass(seconds(3));
  return changes;
}

function go(runtime: Runtime): ChangesByHand {
  const changes = new ChangesByHand();
  end = null;
  over = runContract(time.counted(runtime), stop.signal, changes).then(
    (how) => void (end = how),
    (error: unknown) => void (end = error instanceof Error ? error : new Error(String(error))),
  );
  return changes;
}

/** A run whose database goes away after the first such call, and is there again once that is over. */
async function startWithDatabaseThatGoesAfter(call: string) {
  const away = { since: null as number | null, isOver: false };
  const used: Runtime[] = [];
  const changes = await start((runtime) => {
    const wrapped = around(runtime, {
      before: (_, made) => {
        if (made === 'transaction' && away.since !== null && !away.isOver)
          throw new DatabaseUnavailable('away');
      },
      after: (_, made) => {
        if (made.startsWith(call)) away.since ??= world.clock.now();
      },
    });
    used.push(wrapped);
    return wrapped;
  });
  return { changes, away, runtime: used[0] ?? world.runtime };
}

const version = (hash: string): NonNullable<Runtime['rules']> => ({ hash, commit: null });

/** The same rules, in which the outbound table of a field says something else for one of the client's words. */
function mapped(
  contract: Contract,
  field: 'status' | 'priority',
  client: string,
  provider: string,
): Contract {
  const rule = contract.outbound.fields.get(field);
  if (rule?.table === undefined || rule.table === null) throw new Error(`${field} has no table`);
  const { entries } = rule.table;
  const place = entries[0]?.place ?? rule.place;
  const table: Table = {
    ...rule.table,
    entries: [...entries.filter((entry) => entry.client !== client), { client, provider, place }],
  };
  const fields = new Map(contract.outbound.fields).set(field, { ...rule, table });
  return { ...contract, outbound: { ...contract.outbound, fields } };
}

const withRules = (hash: string, contract: Contract = world.contract, runtime = world.runtime): Runtime => ({
  ...runtime,
  contract,
  rules: version(hash),
});

const touch = (id: number): Promise<unknown> =>
  world.sql(`UPDATE tickets SET updated_at = :now WHERE id = ${id}`);
const outcomes = async (ticket?: string): Promise<readonly string[]> =>
  (await world.journal(ticket)).map(
    ({ transaction, outcome, rules }) => `${transaction} ${outcome} ${rules?.hash ?? ''}`,
  );

describe('rules that change while a contract runs', () => {
  test('decide from the next step on, and what differs of linked tickets goes out', async () => {
    const changes = await start();
    await touch(1);
    await time.pass(minutes(1));
    expect(world.providerTicket('INC0000001').priority).toBe('2');
    changes.switchTo(withRules('b', mapped(world.contract, 'priority', 'P2', '3')));
    await time.pass(seconds(20));
    expect(world.providerTicket('INC0000001').priority).toBe('3');
    expect(changes.retired).toEqual(['000000000001']);
    const journal = await outcomes();
    expect(journal).toContain('create sent 000000000001');
    expect(journal).toContain('contract rules-changed b');
    expect(journal.at(-1)).toBe('update sent b');
    expect((await world.journal()).find(({ outcome }) => outcome === 'rules-changed')?.summary).toBe(
      'rules changed: 000000000001 → b; parked tickets tried again: 0, linked ones compared again: 1',
    );
    const ticketLines = world.logLines.filter(({ fields }) => fields.ticket === 'INC0000001');
    expect(ticketLines.at(-1)?.fields).toMatchObject({ outcome: 'sent', rules: 'b', commit: null });
    expect(end).toBeNull();
  });

  test('[changed-only] that say the same of a ticket send nothing of it', async () => {
    const changes = await start();
    await touch(1);
    await time.pass(minutes(1));
    const before = world.provider.requests().filter(({ method }) => method !== 'GET').length;
    changes.switchTo(withRules('b', mapped(world.contract, 'priority', 'P9', '1')));
    await time.pass(minutes(2));
    expect(world.provider.requests().filter(({ method }) => method !== 'GET')).toHaveLength(before);
  });

  test('[closed-is-closed] leave a ticket alone that has ended at the provider', async () => {
    const changes = await start();
    await touch(1);
    await time.pass(minutes(1));
    await world.sql(
      `UPDATE tickets SET status = 'Closed', resolution = 'Done.', updated_at = :now WHERE id = 1`,
    );
    await time.pass(minutes(4));
    expect(world.providerTicket('INC0000001').status).toBe('closed');
    const before = await outcomes('INC0000001');
    changes.switchTo(withRules('b', mapped(world.contract, 'priority', 'P2', '3')));
    await time.pass(minutes(1));
    expect(await outcomes('INC0000001')).toEqual(before);
  });

  test('do not create a ticket that was held back before it changes again', async () => {
    const changes = await start();
    await world.sql(`UPDATE tickets SET kind = 'question', updated_at = :now WHERE id = 1`);
    // Longer than the change source's overlap, after which the ticket is looked at once more.
    await time.pass(minutes(4));
    expect((await world.journal('INC0000001')).at(-1)?.outcome).toBe('held');
    const { contract } = world;
    const [first] = contract.outbound.triggers;
    if (first === undefined) throw new Error('acme has triggers');
    const always = {
      ...first,
      when: {
        ...first.when,
        written: () => null,
        evaluate: () => ({ kind: 'value', value: true }) as const,
      },
    };
    changes.switchTo(withRules('b', { ...contract, outbound: { ...contract.outbound, triggers: [always] } }));
    await time.pass(minutes(4));
    expect((await world.journal('INC0000001')).at(-1)?.outcome).toBe('held');
    await touch(1);
    await time.pass(minutes(1));
    expect((await world.journal('INC0000001')).at(-1)).toMatchObject({
      outcome: 'sent',
      rules: version('b'),
    });
  });

  test('a call under way ends with the rules it began with; no other step begins before', async () => {
    const during: string[] = [];
    let isSlow = true;
    const slow = (bridge: Bridge, name: string): Bridge => ({
      send: async (request) => {
        if (request.method === 'POST') {
          during.push(`${name} begins`);
          if (isSlow) await world.clock.sleep(seconds(15), NEVER);
          isSlow = false;
        }
        const answer = await bridge.send(request);
        if (request.method === 'POST') during.push(`${name} ends`);
        return answer;
      },
    });
    const changes = await start((runtime) =>
      world.through((bridge) => slow(bridge, runtime.rules?.hash ?? '')),
    );
    await touch(1);
    await time.pass(seconds(38));
    expect(during).toEqual(['000000000001 begins']);
    await touch(2);
    await world.sql(`UPDATE bh_lanes SET due_at = 0 WHERE client_ticket = '2'`);
    const ports = world.through((bridge) => slow(bridge, 'b')).ports;
    changes.switchTo({ ...withRules('b'), ports });
    await time.pass(seconds(5));
    expect(changes.retired).toEqual([]);
    await time.pass(minutes(2));
    expect(during).toEqual(['000000000001 begins', '000000000001 ends', 'b begins', 'b ends']);
    expect(await outcomes('INC0000001')).toEqual(['create sent 000000000001']);
    expect((await outcomes('INC0000002'))[0]).toBe('create sent b');
    expect(world.tenant.tickets()).toHaveLength(2);
  });

  test('[lane-order] a parked message goes on with the mended rule, and what waited behind it follows in order', async () => {
    const changes = await start();
    await touch(1);
    await time.pass(minutes(1));
    const number = world.providerTicket('INC0000001').ticketNumber;
    const broken = world.contract.inbound.fields.get('title');
    if (broken === undefined) throw new Error('acme maps title');
    const fails = {
      ...broken,
      value: {
        ...broken.value,
        evaluate: () => ({ kind: 'failed', code: 'BH020', reason: 'no' }) as const,
      },
    };
    const inbound = {
      ...world.contract.inbound,
      fields: new Map(world.contract.inbound.fields).set('title', fails),
    };
    changes.switchTo(withRules('broken', { ...world.contract, inbound }));
    await time.pass(seconds(10));
    world.desk.update(number, { shortDescription: 'The first' });
    world.desk.update(number, { shortDescription: 'The second' });
    await time.pass(minutes(1));
    expect((await world.lane('INC0000001')).parked).toMatchObject({ code: 'rule-failed', until: 'operator' });
    changes.switchTo(withRules('mended'));
    await time.pass(seconds(20));
    expect((await world.lane('INC0000001')).parked).toBeNull();
    const applied = (await world.journal('INC0000001')).filter(({ outcome }) => outcome === 'applied');
    expect(applied.map(({ rules }) => rules?.hash)).toEqual(['mended', 'mended']);
    expect(await world.sql('SELECT title FROM tickets WHERE id = 1')).toEqual([{ title: 'The second' }]);
  });

  test('[patience] a call of which nobody knows whether it happened waits for somebody to look, whatever the rules say', async () => {
    const changes = await start();
    await touch(1);
    await time.pass(minutes(1));
    const { database, clock } = world.runtime.ports;
    await database.transaction(async ({ store }) => {
      const lane = await store.laneByClientNumber('INC0000001');
      if (lane === null) throw new Error('the ticket has a lane');
      const parked = {
        at: clock.now(),
        code: 'no-answer',
        reason: 'nothing',
        rule: null,
        until: 'operator',
        messageId: null,
        retryAt: null,
      } as const;
      await store.saveLane({ ...lane, state: { ...lane.state, link: 'unknown' }, parked });
    });
    changes.switchTo(withRules('b'));
    await time.pass(minutes(1));
    expect((await world.lane('INC0000001')).parked?.until).toBe('operator');
  });

  test('a schedule that changes counts from the last poll, and never asks sooner than every 30 s', async () => {
    const changes = await start();
    const bridge = { ...world.contract.bridge, poll: { kind: 'every', ms: minutes(5) } as const };
    changes.switchTo(withRules('slow', { ...world.contract, bridge }));
    await time.pass(minutes(2));
    const reads = (): readonly number[] =>
      world.provider
        .requests()
        .filter(({ method }) => method === 'GET')
        .map(({ at }) => at);
    expect(reads()).toHaveLength(1);
    changes.switchTo(withRules('fast'));
    await time.pass(seconds(3));
    expect(reads()).toHaveLength(2);
    changes.switchTo(withRules('faster'));
    await time.pass(seconds(60));
    const [, second = 0, third = 0] = reads();
    expect(third - second).toBe(seconds(30));
  });

  test('[one-create] an outcome that the database does not take yet is waited for across the change', async () => {
    const { changes, away, runtime } = await startWithDatabaseThatGoesAfter('POST tickets');
    await touch(1);
    await time.pass(seconds(40));
    expect(away.since).not.toBeNull();
    changes.switchTo(withRules('b', world.contract, runtime));
    await time.pass(seconds(30));
    expect(changes.retired).toEqual([]);
    away.isOver = true;
    await time.pass(seconds(15));
    expect(await outcomes('INC0000001')).toEqual(['create sent 000000000001']);
    expect(changes.retired).toEqual(['000000000001']);
  });

  test('a database that is gone for good is not waited for when the new rules name another one', async () => {
    const { changes, away } = await startWithDatabaseThatGoesAfter('PUT tickets');
    await touch(1);
    await time.pass(minutes(1));
    await world.sql(`UPDATE tickets SET title = 'Written twice', updated_at = :now WHERE id = 1`);
    await time.pass(seconds(40));
    expect(away.since).not.toBeNull();
    changes.switchTo(withRules('b'));
    await time.pass(seconds(40));
    expect(changes.retired).toEqual(['000000000001']);
    // It counts as a call without an answer.
    await time.pass(minutes(4));
    expect((await outcomes('INC0000001')).slice(-2)).toEqual(['update waiting b', 'update sent b']);
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Written twice');
  });

  test('a key that the old rules had wrong stops nothing once the new ones are there', async () => {
    let begun = 0;
    const changes = await start(() =>
      world.through((bridge) => ({
        send: async (request) => {
          if (request.method !== 'POST') return bridge.send(request);
          begun += 1;
          await world.clock.sleep(seconds(15), NEVER);
          return { kind: 'answer', status: 403, body: { message: 'Forbidden' }, retryAfterMs: null };
        },
      })),
    );
    await touch(1);
    await time.pass(seconds(38));
    expect(begun).toBe(1);
    changes.switchTo(withRules('b'));
    await time.pass(minutes(4));
    expect(end).toBeNull();
    expect(world.providerTicket('INC0000001').status).toBe('open');
  });
});

describe('a process that ends around a change', () => {
  test('leaves what the change asks for to the next one: linked tickets are compared at its start', async () => {
    const changes = await start();
    await touch(1);
    await time.pass(minutes(1));
    stop.abort();
    await time.pass(seconds(2));
    await over;
    expect(changes.retired).toEqual([]);

    stop = new AbortController();
    go(withRules('b', mapped(world.contract, 'priority', 'P2', '3')));
    await time.pass(seconds(20));
    expect(world.providerTicket('INC0000001').priority).toBe('3');
    expect((await world.journal()).filter(({ outcome }) => outcome === 'rules-changed')).toHaveLength(1);
  });

  test('killed after any port call of the change, it goes on as if nothing had been', async () => {
    for (let dies = 1; dies <= 4; dies += 1) {
      const changes = await start();
      await touch(1);
      await time.pass(minutes(1));
      const contract = mapped(world.contract, 'priority', 'P2', '3');
      let calls = 0;
      const killed = around(withRules('b', contract), {
        after: () => {
          calls += 1;
          if (calls === dies) throw new Error('killed');
        },
      });
      changes.switchTo(killed);
      await time.pass(seconds(12));
      stop.abort();
      await time.pass(seconds(2));
      await over;

      stop = new AbortController();
      go(withRules('b', contract));
      await time.pass(minutes(4));
      expect(world.providerTicket('INC0000001').priority).toBe('3');
      expect(world.tenant.tickets()).toHaveLength(1);
      expect((await world.journal()).filter(({ outcome }) => outcome === 'rules-changed')).toHaveLength(1);
      if (dies < 4) {
        stop.abort();
        await time.pass(seconds(2));
        await over;
        await world.close();
      }
    }
  });
});
