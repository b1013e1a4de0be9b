import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';

/** A clock that can be set, moved on and run at another speed: origin + (wall − started) × speed. */
export class DrivenClock {
  readonly #wall: () => Instant;
  #origin: Instant;
  #started: Instant;
  #speed: number;

  /** `wall` is the time it runs by. It starts at the wall's time with the given speed (default 1; 0 stands still). */
  constructor(wall: () => Instant, speed = 1) {
    this.#wall = wall;
    this.#origin = wall();
    this.#started = this.#origin;
    this.#speed = speed;
  }

  get speed(): number {
    return this.#speed;
  }

  now(): Instant {
    return Math.floor(this.#origin + (this.#wall() - this.#started) * this.#speed);
  }

  set(instant: Instant): void {
    this.#origin = instant;
    this.#started = this.#wall();
  }

  advance(ms: Milliseconds): void {
    this.set(this.now() + ms);
  }

  run(speed: number): void {
    this.set(this.now());
    this.#speed = speed;
  }
}
