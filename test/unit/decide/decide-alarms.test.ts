import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideAlarms } from '../../../engine/decide/decide-alarms.ts';
import { judgeAlarms, type Judged, type Measures } from '../../../engine/decide/judge-alarms.ts';
import {
  type FilesStanding,
  type Alarm,
  ALARM_THRESHOLDS,
  type AlarmKind,
  NOTHING_SEEN,
  PROVIDER_ALARMS,
  type Standings,
} from '../../../engine/domain/alarm.ts';
import { minutes, seconds } from '../../../engine/domain/instant.ts';
import { ALARM_CALM_MS, WATCH_EVERY_MS } from '../../../engine/domain/limits.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');
const NONE: Standings = { count: 0, oldestAt: null, oldest: [] };
const NO_FILES: FilesStanding = { downloads: NONE, uploads: NONE, expiring: NONE, givenUp: NONE };
const FINE: Measures = {
  now: NOW,
  queue: NOTHING_SEEN,
  lastPollAt: NOW - seconds(30),
  beganAt: NOW - minutes(600),
  bridgeFailures: { isKnownToWork: true, count: 0, since: null, reason: '' },
  databaseAway: null,
  standing: { waiting: NONE, waitingBehindParked: 0, parked: NONE, unansweredCreates: NONE, files: NO_FILES },
  skews: { bridge: 0, database: null },
  stopped: null,
};

const judged = (change: Partial<Measures>, thresholds = ALARM_THRESHOLDS): readonly Judged[] =>
  judgeAlarms(thresholds, { ...FINE, ...change }, 'rules/acme');
const stateOf = (kind: AlarmKind, change: Partial<Measures>): string =>
  judged(change).find((one) => one.kind === kind)?.state ?? 'missing';
const files = (change: Partial<FilesStanding>): Partial<Measures> =>
  standing({ files: { ...NO_FILES, ...change } });

const standing = (change: Partial<NonNullable<Measures['standing']>>): Partial<Measures> => ({
  standing: {
    waiting: NONE,
    waitingBehindParked: 0,
    parked: NONE,
    unansweredCreates: NONE,
    files: NO_FILES,
    ...change,
  },
});
const since = (ms: number, count = 1): Standings => ({ count, oldestAt: NOW - ms, oldest: [] });

/** Just below the threshold, and just at it. */
const EDGES: readonly (readonly [AlarmKind, Partial<Measures>, Partial<Measures>])[] = [
  ['queue-unread', { queue: { ...NOTHING_SEEN, unread: 4 } }, { queue: { ...NOTHING_SEEN, unread: 5 } }],
  [
    'queue-age',
    { queue: { ...NOTHING_SEEN, oldestSentAt: NOW - minutes(30) + 1 } },
    { queue: { ...NOTHING_SEEN, oldestSentAt: NOW - minutes(30) } },
  ],
  [
    'queue-receives',
    { queue: { ...NOTHING_SEEN, receivesMax: 9 } },
    { queue: { ...NOTHING_SEEN, receivesMax: 10 } },
  ],
  ['last-poll', { lastPollAt: NOW - minutes(15) + 1 }, { lastPollAt: NOW - minutes(15) }],
  ['waiting', standing({ waiting: since(1, 499) }), standing({ waiting: since(1, 500) })],
  ['waiting-age', standing({ waiting: since(minutes(15) - 1) }), standing({ waiting: since(minutes(15)) })],
  ['parked', standing({}), standing({ parked: since(1) })],
  [
    'unanswered-creates',
    standing({ unansweredCreates: since(minutes(1), 4) }),
    standing({ unansweredCreates: since(minutes(1), 5) }),
  ],
  [
    'unanswered-age',
    standing({ unansweredCreates: since(minutes(15) - 1) }),
    standing({ unansweredCreates: since(minutes(15)) }),
  ],
  [
    'files-age',
    files({ downloads: since(minutes(30) - 1), uploads: since(minutes(29)) }),
    files({ downloads: since(minutes(1)), uploads: since(minutes(30)) }),
  ],
  ['files-expiring', files({}), files({ expiring: since(1) })],
  ['files-given-up', files({ givenUp: since(1, 9) }), files({ givenUp: since(1, 10) })],
  [
    'bridge-failures',
    { bridgeFailures: { isKnownToWork: true, count: 4, since: NOW, reason: '503' } },
    { bridgeFailures: { isKnownToWork: true, count: 5, since: NOW, reason: '503' } },
  ],
  [
    'database-away',
    { databaseAway: { since: NOW - minutes(5) + 1, reason: 'away' } },
    { databaseAway: { since: NOW - minutes(5), reason: 'away' } },
  ],
  [
    'clock-skew',
    { skews: { bridge: 59_999, database: -59_999 } },
    { skews: { bridge: 0, database: -60_000 } },
  ],
  ['stopped', {}, { stopped: { since: NOW, reason: 'the bridge answered 403', isDefect: false } }],
];

describe('a measure', () => {
  test('that is fine everywhere raises nothing', () => {
    expect(judged({}).filter(({ state }) => state !== 'fine')).toEqual([]);
    expect(judged({})).toHaveLength(EDGES.length);
  });

  test.each(EDGES)('%s is an alarm from its threshold on', (kind, below, at) => {
    expect([stateOf(kind, below), stateOf(kind, at)]).toEqual(['fine', 'up']);
  });

  test('that is off is never an alarm', () => {
    const off = Object.fromEntries(Object.keys(ALARM_THRESHOLDS).map((kind) => [kind, null]));
    const all = EDGES.filter(([kind]) => kind !== 'stopped').map(([, , at]) => at);
    const worst = Object.assign({}, ...all) as Partial<Measures>;
    expect(judged(worst, off as typeof ALARM_THRESHOLDS).filter(({ state }) => state === 'up')).toEqual([]);
  });

  test('that is not known while the database is away, or the queue was not read, leaves its alarm as it is', () => {
    const unknown = judged({ standing: null, queue: null })
      .filter(({ state }) => state === 'unknown')
      .map(({ kind }) => kind);
    expect(unknown).toEqual([
      'queue-unread',
      'queue-age',
      'queue-receives',
      'waiting',
      'waiting-age',
      'parked',
      'unanswered-creates',
      'unanswered-age',
      'files-age',
      'files-expiring',
      'files-given-up',
    ]);
  });

  test('that a new process cannot know yet clears nothing, and is an alarm all the same from its threshold on', () => {
    const untried = { isKnownToWork: false, count: 4, since: NOW, reason: '503' };
    expect(stateOf('bridge-failures', { bridgeFailures: untried })).toBe('unknown');
    expect(stateOf('bridge-failures', { bridgeFailures: { ...untried, count: 5 } })).toBe('up');
    expect(stateOf('last-poll', { lastPollAt: null, beganAt: NOW })).toBe('unknown');
    expect(stateOf('last-poll', { lastPollAt: null, beganAt: NOW - minutes(15) })).toBe('up');
  });

  test('says what, how much, since when, from when on, and what to look at', () => {
    const [found] = judged(standing({ waiting: since(minutes(17), 40), waitingBehindParked: 3 })).filter(
      ({ state }) => state === 'up',
    );
    expect(found).toMatchObject({
      finding: {
        since: NOW - minutes(17),
        summary:
          'the oldest of 40 messages has waited in the inbox for 17 min, besides 3 behind parked tickets (alarm from 15m on)',
        advice: expect.stringContaining('bridgehead journal rules/acme') as string,
      },
    });
  });

  test('has a default below the provider’s own alarm, where there is one', () => {
    for (const [kind, theirs] of Object.entries(PROVIDER_ALARMS))
      expect(ALARM_THRESHOLDS[kind as keyof typeof PROVIDER_ALARMS]).toBeLessThan(theirs);
  });
});

/** Plays states of one measure, a look each; says what was told. */
function play(states: readonly ('up' | 'fine' | 'unknown')[]) {
  let alarms: readonly Alarm[] = [];
  let ids = 0;
  const told: string[] = [];
  for (const [look, state] of states.entries()) {
    const up = judged(standing({ parked: since(1) })).find((one) => one.kind === 'parked');
    const one =
      state === 'up' && up !== undefined ? up : ({ kind: 'parked', state: state as 'fine' } as const);
    const now = NOW + look * WATCH_EVERY_MS;
    const changes = decideAlarms([one], alarms, { now, sinks: [], newId: () => `a${(ids += 1)}` });
    for (const { id } of changes.raised) told.push(`${look} raised ${id}`);
    for (const { id } of changes.cleared) told.push(`${look} cleared ${id}`);
    alarms = changes.alarms.filter(({ clearedAt }) => clearedAt === null);
  }
  return told;
}
const CALM_LOOKS = ALARM_CALM_MS / WATCH_EVERY_MS;

describe('an alarm', () => {
  test('is raised once however long it is up, and cleared once when it has been calm for long enough', () => {
    const calm = Array<'fine'>(CALM_LOOKS + 3).fill('fine');
    expect(play(['fine', 'up', 'up', 'up', ...calm])).toEqual([
      '1 raised a1',
      `${4 + CALM_LOOKS} cleared a1`,
    ]);
  });

  test('does not flap with a measure that goes to and fro', () => {
    const toAndFro = Array.from({ length: 40 }, (_, look) =>
      look % 3 === 0 ? ('up' as const) : ('fine' as const),
    );
    expect(play(toAndFro)).toEqual(['0 raised a1']);
  });

  test('stays as it is while its measure is not known, whatever else', () => {
    const unknown = Array<'unknown'>(50).fill('unknown');
    expect(play(unknown)).toEqual([]);
    expect(play(['up', ...unknown])).toEqual(['0 raised a1']);
  });

  test('is raised and cleared by turns, whatever its measure does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('up' as const, 'fine' as const, 'unknown' as const), { maxLength: 60 }),
        (states) => {
          const told = play(states);
          const words = told.map((line) => line.split(' ')[1]);
          expect(words).toEqual(words.map((_, index) => (index % 2 === 0 ? 'raised' : 'cleared')));
          expect(words.length > 0).toBe(states.includes('up'));
        },
      ),
    );
  });
});
