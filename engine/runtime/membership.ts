import type { Instance } from '../domain/instance.ts';
import type { Instant, Milliseconds } from '../domain/instant.ts';
import {
  LEASE_BEAT_MS,
  LEASE_MARGIN_MS,
  LEASE_MS,
  LEASE_RENEWALS_MAX,
  POLL_MS_MIN,
  UNANSWERED_EVERY_MS,
} from '../domain/limits.ts';
import type { Standing } from './hold.ts';
import { pace, type Pace } from './pace.ts';
import { patience, type Patience } from './patience.ts';
import { DatabaseUnavailable, type Duty, type Store } from './ports.ts';
import type { Runtime } from './step.ts';

/** The duty to poll, in the hands of this process. */
export interface PollDuty {
  /** Before this, by `elapsed()`, the first poll is not made: somebody else has polled a moment ago. */
  readonly firstPollAt: Milliseconds;
}

/** One enlistment: from an id to its end. */
interface Enlisted extends Standing {
  isLost: boolean;
  /** When the last beat that is known to be committed began. */
  beganElapsed: Milliseconds;
  beganAt: Instant;
}

/** What is known of another instance: its beat, and since when that has been seen to stand still, by `elapsed()`. */
interface Seen {
  readonly beat: number;
  readonly since: Milliseconds;
}

/** What one beat found. */
interface Found {
  readonly isEnlisted: boolean;
  readonly others: readonly Instance[];
  readonly buried: readonly Instance[];
  readonly duty: Duty;
}

/**
 * This process among those that work for one contract.
 *
 *   outside ──beat──▶ enlisted ──leave──▶ outside
 *                        └──beat finds its row gone──▶ lost, and enlisted anew under another id
 *
 * Every LEASE_BEAT_MS it says that it is at work, and looks at the others in the same transaction: one whose beat has stood
 * still for LEASE_MS of this process's `elapsed()` is taken for dead. While the last beat is younger than LEASE_MS (less
 * a margin), nobody can have taken this one for dead: others have seen that beat no sooner than it began.
 *
 * A lease that has become uncertain is not lost: what is held stays held as long as the row is there, so one more beat
 * renews it. Without it nothing is called.
 */
export class Membership {
  readonly #place: string;
  readonly #patience: Patience;
  readonly #retries: Pace;
  readonly #seen = new Map<string, Seen>();
  #runtime: Runtime;
  #enlisted: Enlisted | null = null;
  #duty: PollDuty | null = null;
  #beating: Promise<boolean> | null = null;
  #isAway = false;
  /** Called when there is more to do: a lane has become free, or this process has the duty now. */
  onNews: () => void = () => undefined;

  /** @param place where this process runs, for people: host and process. */
  constructor(runtime: Runtime, place: string) {
    this.#runtime = runtime;
    this.#place = place;
    this.#patience = patience(runtime.ports.clock);
    this.#retries = pace(runtime.ports.clock, UNANSWERED_EVERY_MS);
  }

  /** Under which lanes are taken; null: not enlisted, so nothing can be taken. */
  get standing(): Standing | null {
    return this.#enlisted;
  }

  /** Null: another process polls. */
  get duty(): PollDuty | null {
    return this.#duty;
  }

  /** The database was away at the last beat. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Says so every LEASE_BEAT_MS, until the signal. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.beat();
      await this.#runtime.ports.clock.sleep(LEASE_BEAT_MS, signal);
    }
  }

  /** Goes on with these rules and ports; in another database it is a stranger, and enlists there. */
  async goOnWith(runtime: Runtime): Promise<void> {
    const before = this.#runtime;
    if (runtime.ports.database !== before.ports.database) await this.leave();
    this.#runtime = runtime;
    await this.beat();
  }

  /** One beat, or a first one; several asked for at once are one. False if the database is away. */
  beat(): Promise<boolean> {
    this.#beating ??= this.#beat().finally(() => (this.#beating = null));
    return this.#beating;
  }

  /** Ends in good order: what this process holds is free at once. No turn may be under way. */
  async leave(): Promise<void> {
    await this.#beating;
    const enlisted = this.#enlisted;
    if (enlisted === null) return;
    const { ports } = this.#runtime;
    this.#end(enlisted);
    try {
      await ports.database.transaction(({ store }) => store.leave(enlisted.id));
    } catch (error) {
      // The others will notice.
      if (!(error instanceof DatabaseUnavailable)) throw error;
    }
  }

  async #beat(): Promise<boolean> {
    const { clock, database, random } = this.#runtime.ports;
    const mine = this.#enlisted ?? this.#newcomer(random.id());
    const beganElapsed = clock.elapsed();
    const beganAt = clock.now();
    try {
      const found = await database.transaction(({ store }) => this.#look(store, mine, beganElapsed, beganAt));
      this.#isAway = false;
      if (!found.isEnlisted) return await this.#begunAnew(mine);
      Object.assign(mine, { beganElapsed, beganAt });
      this.#note(mine, found);
      return true;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      this.#tellAway(error.message);
      return false;
    }
  }

  /** The transaction of one beat. */
  async #look(store: Store, mine: Enlisted, elapsed: Milliseconds, now: Instant): Promise<Found> {
    const isNew = mine !== this.#enlisted;
    if (isNew) await store.enlist({ id: mine.id, beat: 0, place: this.#place, startedAt: now });
    const isEnlisted = isNew || (await store.beat(mine.id));
    const others: Instance[] = [];
    const buried: Instance[] = [];
    for (const other of await store.instances()) {
      if (other.id === mine.id) continue;
      if (isEnlisted && this.#standsStill(other, elapsed) && (await store.bury(other.id, other.beat)))
        buried.push(other);
      else others.push(other);
    }
    const duty = isEnlisted ? await store.takeDuty(mine.id) : { owner: null, lastPollAt: null };
    return { isEnlisted, others, buried, duty };
  }

  #standsStill({ id, beat }: Instance, elapsed: Milliseconds): boolean {
    const seen = this.#seen.get(id);
    return seen?.beat === beat && elapsed - seen.since >= LEASE_MS;
  }

  /** What a committed beat found. */
  #note(mine: Enlisted, { others, buried, duty }: Found): void {
    const { contract, ports } = this.#runtime;
    const { log, clock } = ports;
    const about = { contract: contract.name, instance: mine.id };
    const isNew = this.#enlisted !== mine;
    if (isNew) {
      this.#enlisted = mine;
      const places = others.map(({ place }) => place);
      log.info('at work', { ...about, place: this.#place, others: places });
    }
    // Counted from when it was read, which is no sooner than the beat.
    const since = clock.elapsed();
    const known = new Set(others.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!known.has(id)) this.#seen.delete(id);
    for (const { id, beat } of others)
      if (this.#seen.get(id)?.beat !== beat) this.#seen.set(id, { beat, since });
    for (const { id, place } of buried)
      log.warn('taken over', {
        ...about,
        from: id,
        place,
        reason: `no sign of life for ${LEASE_MS / 1000} s`,
      });

    const hadDuty = this.#duty !== null;
    if (duty.owner !== mine.id) this.#duty = null;
    else this.#duty ??= { firstPollAt: since + pauseAfter(duty.lastPollAt, clock.now()) };
    const hasDuty = this.#duty !== null;
    if (hasDuty !== hadDuty) log.info(hasDuty ? 'polls from now on' : 'polls no more', about);
    if (isNew || buried.length > 0 || hasDuty !== hadDuty) this.onNews();
  }

  /** The row is gone: others have taken this process for dead, and may have gone on with its lanes. */
  #begunAnew(mine: Enlisted): Promise<boolean> {
    const { contract, ports } = this.#runtime;
    this.#end(mine);
    ports.log.warn('lease lost', {
      contract: contract.name,
      instance: mine.id,
      reason: 'other processes have taken this one for dead; it begins again under another id',
    });
    return this.#beat();
  }

  #end(mine: Enlisted): void {
    mine.isLost = true;
    this.#enlisted = null;
    this.#duty = null;
    this.#seen.clear();
  }

  #newcomer(id: string): Enlisted {
    const { clock } = this.#runtime.ports;
    const mine: Enlisted = {
      id,
      isLost: false,
      beganElapsed: clock.elapsed(),
      beganAt: clock.now(),
      patience: this.#patience,
      retries: this.#retries,
      confirm: () => this.#confirm(mine),
    };
    return mine;
  }

  async #confirm(mine: Enlisted): Promise<boolean> {
    for (let tries = 0; !mine.isLost; tries += 1) {
      if (this.#isFresh(mine)) return true;
      if (tries === LEASE_RENEWALS_MAX || !(await this.beat())) return false;
    }
    return false;
  }

  /** Both clocks must say so: one may be set, the other stands still while the machine sleeps. */
  #isFresh({ beganElapsed, beganAt }: Enlisted): boolean {
    const { clock } = this.#runtime.ports;
    const age = Math.max(clock.elapsed() - beganElapsed, clock.now() - beganAt);
    return age < LEASE_MS - LEASE_MARGIN_MS;
  }

  #tellAway(reason: string): void {
    const { contract, ports } = this.#runtime;
    if (!this.#isAway) ports.log.warn('lease not renewed', { contract: contract.name, reason });
    this.#isAway = true;
  }
}

/** Nobody polls sooner than POLL_MS_MIN after the last poll, whoever made it, as far as the two clocks agree. */
const pauseAfter = (lastPollAt: Instant | null, now: Instant): Milliseconds =>
  lastPollAt === null ? 0 : Math.min(Math.max(lastPollAt + POLL_MS_MIN - now, 0), POLL_MS_MIN);
