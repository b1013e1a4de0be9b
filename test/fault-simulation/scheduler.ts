import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';

interface Scheduled {
  readonly at: Instant;
  /** Events of one instant happen in the order in which they were scheduled. */
  readonly order: number;
  readonly run: () => void;
}

/** Events of one run with so many tickets: one that takes more never comes to rest. The busiest seeds take half of it. */
export const eventsMax = (tickets: number): number => Math.min(20_000 + 500 * tickets, 60_000);

/**
 * Virtual time as a queue of events. One event happens at a time, and whatever it started in memory has come to rest
 * before the next one does: so a run depends on nothing but what was scheduled.
 */
export class Scheduler {
  readonly #eventsMax: number;
  #now: Instant;
  #count = 0;
  #happened = 0;
  /** A binary heap: the next event first. */
  readonly #heap: Scheduled[] = [];

  constructor(origin: Instant, eventsMax: number) {
    this.#now = origin;
    this.#eventsMax = eventsMax;
  }

  /** True time: what no process's clock need agree with. */
  now(): Instant {
    return this.#now;
  }

  /** Events that have happened. */
  get happened(): number {
    return this.#happened;
  }

  at(at: Instant, run: () => void): void {
    this.#count += 1;
    this.#push({ at: Math.max(at, this.#now), order: this.#count, run });
  }

  after(ms: Milliseconds, run: () => void): void {
    this.at(this.#now + ms, run);
  }

  sleep(ms: Milliseconds): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** More has happened than can be good. */
  get isOverrun(): boolean {
    return this.#happened >= this.#eventsMax;
  }

  /** Lets everything happen that is due until then, also what comes up on the way; nothing more once it is overrun. */
  async runUntil(until: Instant): Promise<void> {
    await breathe();
    for (
      let next = this.#heap[0];
      next !== undefined && next.at <= until && !this.isOverrun;
      next = this.#heap[0]
    ) {
      this.#pop();
      this.#now = next.at;
      this.#happened += 1;
      next.run();
      await rest();
    }
    this.#now = until;
  }

  #push(event: Scheduled): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || !isBefore(child, last)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
  }
}

const isBefore = (one: Scheduled, other: Scheduled): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/**
 * Everything that can go on without time passing has gone on: nothing here waits for anything but promises, and Node looks
 * at its next ticks only when no promise is left that can go on. A turn of its event loop would cost as much as the event.
 */
const rest = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Lets those have a turn who wait for more than promises: messages between processes, whoever runs the tests. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
