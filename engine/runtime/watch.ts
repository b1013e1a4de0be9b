import { decideAlarms, type AlarmChanges } from '../decide/decide-alarms.ts';
import { judgeAlarms, type Judged, type Measures } from '../decide/judge-alarms.ts';
import type { Alarm, Standing } from '../domain/alarm.ts';
import { errorWords } from '../domain/error-words.ts';
import type { Instant } from '../domain/instant.ts';
import type { JournalEntry } from '../domain/journal.ts';
import { FILE_EXPIRES_SOON_MS, FILE_GIVEN_UP_MS, PATIENCE_MS_MIN, WATCH_EVERY_MS } from '../domain/limits.ts';
import { alarmEntry, logAlarm } from './alarm-entry.ts';
import { Bell } from './bell.ts';
import { saveAlarms } from './save-alarms.ts';
import { tellAlarms } from './tell-alarms.ts';
import { DatabaseUnavailable } from './ports.ts';
import type { Runtime } from './step.ts';
import type { KnownAlarms, Vitals } from './vitals.ts';

/** Journal lines that wait for a database that is away; older ones are in the log only. */
const LINES_KEPT_MAX = 100;

/**
 * Of several processes at work for a contract the one that polls judges its alarms, and so does whoever finds the database
 * away: nobody can tell then whose duty it is.
 */
export type WatchRole = 'judges' | 'stands-by' | 'outside';

/**
 * Watches a contract: measures, raises and clears alarms, and sees to it that everybody is told.
 *
 * What is up is kept in the database, so that a restart or another process neither repeats nor forgets it. While the
 * database is away it is kept here, and written once it is back: an alarm about the database must not wait for it.
 */
export class Watch {
  readonly #vitals: Vitals;
  readonly #role: () => WatchRole;
  readonly #known: KnownAlarms;
  #looking: Promise<void> = Promise.resolve();
  #bell: Bell | null = null;

  constructor(vitals: Vitals, role: () => WatchRole) {
    this.#vitals = vitals;
    this.#known = vitals.alarms;
    this.#role = role;
  }

  /** Looks every WATCH_EVERY_MS, and when it is rung, until the signal. `current` gives what to look with. */
  async run(current: () => Runtime, signal: AbortSignal): Promise<void> {
    const bell = new Bell(current().ports.clock);
    this.#bell = bell;
    while (!signal.aborted) {
      await this.look(current);
      await bell.wait(WATCH_EVERY_MS, signal);
    }
  }

  ring(): void {
    this.#bell?.ring();
  }

  /** Looks once, after a look that is under way. */
  look(current: () => Runtime): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look(current()));
    return this.#looking;
  }

  /** Resolves when nobody looks: what was handed in before is not used any more. */
  idle(): Promise<void> {
    return this.#looking;
  }

  async #look(runtime: Runtime): Promise<void> {
    const { ports } = runtime;
    this.#vitals.beatAt = ports.clock.now();
    const role = this.#role();
    this.#vitals.standsBy = role === 'stands-by';
    if (role !== 'judges') {
      // What this process has last seen of the database is not what the one that judges sees.
      this.#vitals.databaseAway = null;
      return;
    }
    try {
      await this.#evaluate(runtime);
      await tellAlarms(runtime, this.#known.all, this.#vitals.observer, (told) => this.#told(runtime, told));
    } catch (error) {
      // Whatever is wrong with the watching, tickets go on.
      tellFault(runtime, error);
    }
  }

  async #evaluate(runtime: Runtime): Promise<void> {
    const { contract, ports } = runtime;
    const now = ports.clock.now();
    const vitals = this.#vitals;
    try {
      const { changes, judged, measures } = await ports.database.transaction(async ({ store }) => {
        await store.proveWritable(0, now);
        const standing = await store.standing({
          unansweredBefore: now - PATIENCE_MS_MIN,
          expiringBefore: now + FILE_EXPIRES_SOON_MS,
          givenUpSince: now - FILE_GIVEN_UP_MS,
        });
        vitals.databaseSkew = await store.clockSkew();
        const stored = await store.alarms();
        const known = this.#known.areAhead ? this.#merged(stored) : stored;
        const seen = this.#measures(now, standing, null);
        const verdict = judgeAlarms(contract.alarms.thresholds, seen, folderOf(runtime));
        const decided = decide(runtime, verdict, known, now);
        await saveAlarms(store, stored, decided.alarms);
        const news = linesOf(runtime, decided);
        for (const line of [...this.#known.lines, ...news]) await store.journal(line);
        return { changes: decided, judged: verdict, measures: seen };
      });
      vitals.databaseAway = null;
      this.#known.areAhead = false;
      this.#known.lines = [];
      this.#decided(runtime, changes, judged, measures);
    } catch (error) {
      // Whatever keeps it from being read: an alarm must not wait for that.
      if (!(error instanceof DatabaseUnavailable)) tellFault(runtime, error);
      vitals.databaseAway = { since: vitals.databaseAway?.since ?? now, reason: errorWords(error) };
      const measures = this.#measures(now, null, vitals.databaseAway);
      const judged = judgeAlarms(contract.alarms.thresholds, measures, folderOf(runtime));
      const changes = decide(runtime, judged, this.#known.all, now);
      this.#known.areAhead = true;
      this.#known.lines = [...this.#known.lines, ...linesOf(runtime, changes)].slice(-LINES_KEPT_MAX);
      this.#decided(runtime, changes, judged, measures);
    }
  }

  /** What was decided here while the database was away, and what it holds of others that were never seen here. */
  #merged(stored: readonly Alarm[]): readonly Alarm[] {
    return [...this.#known.all, ...stored.filter(({ id }) => !this.#known.seen.has(id))];
  }

  #measures(now: Instant, standing: Standing | null, databaseAway: Measures['databaseAway']): Measures {
    const { beganAt, lastPollAt, queue, bridgeFailures, bridgeSkew, databaseSkew, stopped } = this.#vitals;
    return {
      now,
      queue,
      lastPollAt,
      beganAt: beganAt ?? now,
      bridgeFailures,
      databaseAway,
      standing,
      skews: { bridge: bridgeSkew, database: databaseSkew },
      stopped,
    };
  }

  #decided(runtime: Runtime, changes: AlarmChanges, judged: readonly Judged[], measures: Measures): void {
    const { contract, ports } = runtime;
    this.#known.all = changes.alarms;
    const ended = this.#known.areAhead ? [...this.#known.seen] : [];
    this.#known.seen = new Set([...ended, ...changes.alarms.map(({ id }) => id)]);
    for (const alarm of changes.raised) logAlarm(ports.log, contract, alarm, 'raised');
    for (const alarm of changes.cleared) logAlarm(ports.log, contract, alarm, 'cleared');
    const up = changes.alarms.filter(({ clearedAt }) => clearedAt === null);
    this.#vitals.observer.watched(measures, judged, new Set(up.map(({ finding }) => finding.kind)));
  }

  /** Keeps what has been told, or is to be tried again. */
  async #told({ ports }: Runtime, alarms: readonly Alarm[]): Promise<void> {
    const before = this.#known.all;
    this.#known.all = alarms.filter(isOfUse);
    if (this.#known.areAhead) return;
    try {
      await ports.database.transaction(({ store }) => saveAlarms(store, before, this.#known.all));
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      this.#known.areAhead = true;
    }
  }
}

const tellFault = ({ contract, ports }: Runtime, error: unknown): void =>
  ports.log.error('alarms not looked at', {
    contract: contract.name,
    reason: errorWords(error),
    stack: error instanceof Error ? (error.stack ?? null) : null,
  });

/** The contract's folder, for the commands that an alarm names. */
function folderOf({ contract }: Runtime): string {
  const { file } = contract.inbound.place;
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
}

const decide = (
  { ports }: Runtime,
  judged: readonly Judged[],
  alarms: readonly Alarm[],
  now: Instant,
): AlarmChanges => {
  const sinks = (ports.sinks ?? []).map(({ name }) => name);
  const changes = decideAlarms(judged, alarms, { now, sinks, newId: () => ports.random.id() });
  // Who is no longer there is not waited for.
  const reachable = changes.alarms.map((alarm) =>
    alarm.pending.every(({ sink }) => sinks.includes(sink))
      ? alarm
      : { ...alarm, pending: alarm.pending.filter(({ sink }) => sinks.includes(sink)) },
  );
  return { ...changes, alarms: reachable.filter(isOfUse) };
};

/** Up, or somebody has not been told yet that it is not. */
const isOfUse = ({ clearedAt, pending }: Alarm): boolean => clearedAt === null || pending.length > 0;

const linesOf = (runtime: Runtime, { raised, cleared }: AlarmChanges): readonly JournalEntry[] => [
  ...raised.map((alarm) => alarmEntry(runtime, alarm, 'raised')),
  ...cleared.map((alarm) => alarmEntry(runtime, alarm, 'cleared')),
];
