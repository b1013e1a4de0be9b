import { describe, expect, test } from 'vitest';
import { collectedSink } from '../../adapters/alarms/collected-sink.ts';
import type { AlarmSettings } from '../../engine/domain/alarm.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { ALARM_DELIVERIES_MAX } from '../../engine/domain/limits.ts';
import {
  type AlarmSink,
  type Bridge,
  type Database,
  ItsmRefused,
  type Ports,
} from '../../engine/runtime/ports.ts';
import { type RulesChanges, runContract } from '../../engine/runtime/run-contract.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { Vitals } from '../../engine/runtime/vitals.ts';
import { openSmallWorld, type SmallWorld } from '../support/small-world.ts';
import { retryParked } from '../support/world.ts';
import { withOutages } from '../support/outages.ts';

interface Run {
  /** Lets it run for so long, then ends it. */
  during(ms: number): Promise<void>;
  end(): Promise<void>;
}

function running(
  world: SmallWorld,
  change: (ports: Ports) => Partial<Ports> = () => ({}),
  changes?: (first: Runtime) => RulesChanges,
): Run {
  const stop = new AbortController();
  const runtime = world.runtime((ports) => ({ ...ports, ...change(ports) }));
  const run = runContract(runtime, stop.signal, changes?.(runtime));
  const end = async (): Promise<void> => {
    stop.abort();
    await world.clock.advance(seconds(1));
    await run;
  };
  return {
    during: async (ms) => {
      await world.clock.advance(ms);
      await end();
    },
    end,
  };
}

/** What the log says of alarms, by its moment's minute: `raised parked`. */
const said = ({ logLines }: SmallWorld): readonly string[] =>
  logLines
    .filter(({ step }) => step === 'alarm raised' || step === 'alarm cleared')
    .map(
      ({ step, fields }) =>
        `${step.slice('alarm '.length)} ${JSON.stringify(fields.alarm).replaceAll('"', '')}`,
    );

const silent: Bridge = {
  send: async () => ({ kind: 'no-answer', reason: 'connect ECONNREFUSED', reached: false }),
};
const withAlarms = (settings: Partial<AlarmSettings['thresholds']>) => ({
  adapt: (contract: Runtime['contract']): Runtime['contract'] => ({
    ...contract,
    alarms: { ...contract.alarms, thresholds: { ...contract.alarms.thresholds, ...settings } },
  }),
});
/** Refuses the ITSM writes of tickets, so that their lanes park. */
function stubborn(database: Database, isStubborn: () => boolean): Database {
  return {
    transaction: (work) =>
      database.transaction((tx) =>
        work(
          isStubborn() ? { ...tx, itsm: { ...tx.itsm, insertTicket: () => Promise.reject(refused()) } } : tx,
        ),
      ),
  };
}
/** One whose table of lanes is gone for a while, as it is when somebody plays back a backup. */
function lackingLanes(database: Database, isGone: () => boolean): Database {
  const gone = (): Promise<never> => Promise.reject(new Error('no such table: bh_lanes'));
  return {
    transaction: (work) =>
      database.transaction((tx) =>
        work(isGone() ? { ...tx, store: { ...tx.store, dueLanes: gone, standing: gone } } : tx),
      ),
  };
}
const refused = (): Error => new ItsmRefused('tickets does not take title');

describe('an alarm', () => {
  test('about files that cannot be had, and soon cannot any more, is raised once and cleared once when they are here', async () => {
    const world = await openSmallWorld('acme');
    const opened = world.desk.open({ shortDescription: 'A file to come', group: 'Ensono Mainframe' });
    if (opened.kind !== 'done') throw new Error(opened.kind);
    const file = { name: 'log.txt', text: 'much\n', goodForMs: minutes(60) };
    world.desk.attach(opened.ticket.ticketNumber, file);
    const run = running(world, ({ clock, downloads }) => ({
      downloads: {
        open: async (...given) =>
          clock.now() < world.origin + minutes(40)
            ? { kind: 'failed', reason: 'its server answered 503' }
            : downloads.open(...given),
      },
    }));
    await run.during(minutes(90));

    expect(said(world)).toEqual([
      'raised files-age',
      'raised files-expiring',
      'cleared files-age',
      'cleared files-expiring',
    ]);
    const { files } = await world.database.transaction(({ store }) =>
      store.standing({ unansweredBefore: 0, expiringBefore: Infinity, givenUpSince: 0 }),
    );
    expect([files.downloads.count, files.givenUp.count]).toEqual([0, 0]);
  });

  test('about the bridge is raised once, told to webhook and command, and cleared once when answers come again', async () => {
    const world = await openSmallWorld('acme');
    const [webhook, command] = [collectedSink('webhook'), collectedSink('command')];
    const away = { from: world.origin + minutes(5), until: world.origin + minutes(30) };
    const run = running(world, ({ bridge, clock }) => ({
      sinks: [webhook, command],
      bridge: {
        send: (request) =>
          (clock.now() >= away.from && clock.now() < away.until ? silent : bridge).send(request),
      },
    }));
    await run.during(minutes(60));

    expect(said(world)).toEqual([
      'raised bridge-failures',
      'raised last-poll',
      'cleared last-poll',
      'cleared bridge-failures',
    ]);
    for (const { notices } of [webhook, command]) {
      expect(notices.map(({ event, alarm }) => `${event} ${alarm.finding.kind}`)).toEqual(said(world));
    }
    const lines = await world.database.transaction(({ store }) =>
      store.readJournal({ ticket: null, limit: 10 }),
    );
    expect(lines.map(({ transaction, outcome, laneId }) => [transaction, outcome, laneId])).toEqual([
      ['alarm', 'alarm-raised', null],
      ['alarm', 'alarm-raised', null],
      ['alarm', 'alarm-cleared', null],
      ['alarm', 'alarm-cleared', null],
    ]);
    expect(await world.database.transaction(({ store }) => store.alarms())).toEqual([]);
  });

  test('is neither repeated by a restart or another process nor forgotten', async () => {
    const world = await openSmallWorld('acme');
    const webhook = collectedSink('webhook');
    const mute = () => ({ bridge: silent, sinks: [webhook] });
    await running(world, mute).during(minutes(10));
    await running(world, mute).during(minutes(10));
    await running(world, () => ({ sinks: [webhook] })).during(minutes(10));

    expect(said(world)).toEqual(['raised bridge-failures', 'cleared bridge-failures']);
    expect(webhook.notices.map(({ event }) => event)).toEqual(['raised', 'cleared']);
    expect(new Set(webhook.notices.map(({ alarm }) => alarm.id)).size).toBe(1);
  });

  test('about the database does not wait for it: it is told at once, and written down when it is back', async () => {
    const world = await openSmallWorld('acme');
    const webhook = collectedSink('webhook');
    const from = world.origin + minutes(3);
    const outage = { kind: 'down', from, until: from + minutes(60) } as const;
    const run = running(world, ({ database, clock }) => ({
      sinks: [webhook],
      database: withOutages(database, clock, [outage]),
    }));
    await world.clock.advance(minutes(30));
    expect(webhook.notices.map(({ event, alarm }) => `${event} ${alarm.finding.kind}`)).toEqual([
      'raised database-away',
      'raised last-poll',
    ]);
    expect(webhook.notices[0]?.alarm.raisedAt).toBeLessThan(from + minutes(6));
    await run.during(minutes(60));
    expect(said(world)).toEqual([
      'raised database-away',
      'raised last-poll',
      'cleared last-poll',
      'cleared database-away',
    ]);
    const lines = await world.database.transaction(({ store }) =>
      store.readJournal({ ticket: null, limit: 10 }),
    );
    expect(lines.map(({ outcome }) => outcome)).toEqual([
      'alarm-raised',
      'alarm-raised',
      'alarm-cleared',
      'alarm-cleared',
    ]);
  });

  test('that was up before the database went away is still known when it is back', async () => {
    const world = await openSmallWorld('acme');
    const stop = { isStubborn: true };
    const change = ({ database, clock }: Ports): Partial<Ports> => ({
      database: withOutages(
        stubborn(database, () => stop.isStubborn),
        clock,
        [{ kind: 'read-only', from: world.origin + minutes(10), until: world.origin + minutes(30) }],
      ),
    });
    world.desk.open({ shortDescription: 'Tape library open', group: 'Ensono Mainframe' });
    await running(world, change).during(minutes(5));
    expect(said(world)).toEqual(['raised parked']);
    // Begins while the database is away, and so does not know what was raised before.
    await world.clock.advance(minutes(10));
    await running(world, change).during(minutes(30));
    expect(said(world).filter((words) => words.includes('parked'))).toEqual(['raised parked']);
    stop.isStubborn = false;
    await retryParked(world.runtime());
    await running(world, change).during(minutes(10));
    expect(said(world).filter((words) => words.includes('parked'))).toEqual([
      'raised parked',
      'cleared parked',
    ]);
  });

  test('names the worst tickets and what to look at', async () => {
    const world = await openSmallWorld('acme');
    world.desk.open({ shortDescription: 'Tape library open', group: 'Ensono Mainframe' });
    await running(world, ({ database }) => ({ database: stubborn(database, () => true) })).during(minutes(3));
    expect(world.logLines.find(({ step }) => step === 'alarm raised')?.fields).toMatchObject({
      alarm: 'parked',
      value: 1,
      summary: '1 ticket is parked (alarm from 1 on)',
      look_at: expect.stringContaining('rules/acme') as string,
      tickets: [{ ticket: null, provider_ticket: 'e-CS0204070', reason: 'tickets does not take title' }],
    });
  });

  test('that nobody takes is tried again after growing pauses, and given up at last', async () => {
    const world = await openSmallWorld('acme');
    let tries = 0;
    const deaf: AlarmSink = {
      name: 'webhook',
      send: async () => {
        tries += 1;
        return { kind: 'failed', reason: '500' };
      },
    };
    await running(world, () => ({ bridge: silent, sinks: [deaf] })).during(minutes(14));
    // 10, 20, 40, 80, 160, 320 s, each at the next look.
    expect(tries).toBeGreaterThanOrEqual(5);
    expect(tries).toBeLessThanOrEqual(7);
    await running(world, () => ({ bridge: silent, sinks: [deaf] })).during(minutes(240));
    const raisings = world.logLines.filter(({ step }) => step === 'alarm raised').length;
    expect(tries).toBe(raisings * ALARM_DELIVERIES_MAX);
    expect(world.logLines.filter(({ step }) => step === 'alarm not told, given up')).toHaveLength(raisings);
  });

  test('about a contract that stopped is raised before the run ends, and cleared by the next one that goes well', async () => {
    const world = await openSmallWorld('acme');
    const webhook = collectedSink('webhook');
    const forbidding: Bridge = {
      send: async () => ({ kind: 'answer', status: 403, body: { message: 'Forbidden' }, retryAfterMs: null }),
    };
    await running(world, () => ({ bridge: forbidding, sinks: [webhook] })).during(minutes(1));
    expect(webhook.notices.map(({ alarm }) => alarm.finding.summary)).toEqual([
      'the contract stopped, its configuration is at fault: the bridge answered 403: Forbidden',
    ]);
    await running(world, () => ({ sinks: [webhook] })).during(minutes(5));
    expect(webhook.notices.map(({ event }) => event)).toEqual(['raised', 'cleared']);
  });

  test('about a contract that something unforeseen broke is raised though the lanes cannot be read, once', async () => {
    const world = await openSmallWorld('acme');
    const webhook = collectedSink('webhook');
    const vitals = new Vitals();
    /** As it is begun again, by one process. */
    const during = async (ms: number, isGone: boolean): Promise<string> => {
      const stop = new AbortController();
      const runtime = world.runtime((ports) => ({
        ...ports,
        sinks: [webhook],
        database: lackingLanes(ports.database, () => isGone),
      }));
      const ended = runContract(runtime, stop.signal, undefined, vitals).then(
        ({ kind }) => kind,
        (error: unknown) => String(error),
      );
      await world.clock.advance(ms);
      stop.abort();
      await world.clock.advance(seconds(1));
      return ended;
    };
    for (let time = 0; time < 3; time += 1)
      expect(await during(seconds(10), true)).toBe('Error: no such table: bh_lanes');
    expect(webhook.notices.map(({ alarm }) => alarm.finding.summary)).toEqual([
      'the contract stopped, something unforeseen broke it: no such table: bh_lanes',
    ]);
    expect(await during(minutes(5), false)).toBe('asked');
    expect(webhook.notices.map(({ event }) => event)).toEqual(['raised', 'cleared']);
  });

  test('about clocks follows the date of the bridge’s answers', async () => {
    const world = await openSmallWorld('acme');
    const skewed = ({ bridge }: Ports): Partial<Ports> => ({
      bridge: {
        send: async (request) => {
          const answer = await bridge.send(request);
          return answer.kind === 'answer' ? { ...answer, clockSkewMs: -seconds(95) } : answer;
        },
      },
    });
    await running(world, skewed).during(minutes(2));
    expect(world.logLines.find(({ step }) => step === 'alarm raised')?.fields).toMatchObject({
      alarm: 'clock-skew',
      summary: 'the clock of the bridge is 95 s behind this machine’s (alarm from 1m on)',
    });
  });

  test('follows other thresholds as soon as other rules are in force', async () => {
    const world = await openSmallWorld('acme', withAlarms({ parked: null }));
    world.desk.open({ shortDescription: 'Tape library open', group: 'Ensono Mainframe' });
    let changed: (runtime: Runtime) => void = () => undefined;
    const next = new Promise<Runtime>((resolve) => (changed = resolve));
    let isTaken = false;
    const changes = (): RulesChanges => ({
      next: async (signal) => {
        const over = new Promise<null>((resolve) =>
          signal.addEventListener('abort', () => resolve(null), { once: true }),
        );
        const runtime = isTaken ? await over : await Promise.race([next, over]);
        if (runtime !== null) isTaken = true;
        return runtime;
      },
      retire: async () => undefined,
    });
    const database = stubborn(world.database, () => true);
    const run = running(world, () => ({ database }), changes);
    await world.clock.advance(minutes(5));
    expect(said(world)).toEqual([]);
    const strict = withAlarms({ parked: 1 }).adapt(world.contract);
    const runtime = world.runtime((ports) => ({ ...ports, database }));
    changed({ ...runtime, contract: strict, rules: { hash: '000000000002', commit: null } });
    await run.during(minutes(2));
    expect(said(world)).toEqual(['raised parked']);
  });
});

describe('before the provider is alarmed', () => {
  /** More than 10 messages unread for 30 minutes, or an hour old on average. */
  const providersAlarm = ({ tenant, clock }: SmallWorld): boolean => {
    const { messages } = tenant.queue.state();
    const ages = messages.map(({ sentAt }) => clock.now() - sentAt);
    const average = ages.reduce((sum, age) => sum + age, 0) / Math.max(ages.length, 1);
    return ages.filter((age) => age >= minutes(30)).length > 10 || (ages.length > 0 && average > minutes(60));
  };

  test.each([
    ['the bridge does not answer', (): Partial<Ports> => ({ bridge: silent })],
    [
      'the database is read-only',
      ({ database, clock }: Ports): Partial<Ports> => {
        const for4h = {
          kind: 'read-only',
          from: clock.now() + minutes(1),
          until: clock.now() + minutes(240),
        } as const;
        return { database: withOutages(database, clock, [for4h]) };
      },
    ],
    [
      'no delete reaches it',
      ({ bridge }: Ports): Partial<Ports> => ({
        bridge: {
          send: (request) => (request.method === 'DELETE' ? silent : bridge).send(request),
        },
      }),
    ],
  ])('an operator was told, when %s', async (_, change) => {
    const world = await openSmallWorld('acme');
    const run = running(world, change);
    let toldAt: number | null = null;
    for (let minute = 0; minute < 120 && !providersAlarm(world); minute += 1) {
      if (minute % 2 === 0) world.desk.open({ shortDescription: `t ${minute}`, group: 'Ensono Mainframe' });
      await world.clock.advance(minutes(1));
      if (toldAt === null && said(world).length > 0) toldAt = world.clock.now();
    }
    await run.end();
    expect(toldAt).not.toBeNull();
    expect((toldAt ?? Infinity) - world.origin).toBeLessThan(minutes(20));
  });

  test('an operator was told of a message that cannot be read, before it is given up', async () => {
    const world = await openSmallWorld('acme');
    world.tenant.queue.send({
      group: 'e-CS0204070',
      transactionType: 'Update',
      clientReferenceAvailable: true,
      body: {},
      attributes: { SentTimestamp: 'yesterday' },
    });
    const run = running(world);
    while (said(world).length === 0 && world.tenant.queue.state().failureQueue.length === 0)
      await world.clock.advance(seconds(30));
    await run.end();
    expect(said(world)).toEqual(['raised queue-receives']);
    expect(world.tenant.queue.state().messages[0]?.receiveCount).toBeLessThan(15);
  });
});
