import type { Random } from '../../engine/runtime/ports.ts';
import { seededRandom } from '../../adapters/random/seeded-random.ts';

/** Chance for one purpose. Each purpose has a sequence of its own, so that switching one off leaves the others alone. */
export class Chance {
  readonly #random: Random;

  constructor(seed: number, purpose: string) {
    this.#random = seededRandom(mixed(seed, purpose));
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.#random.next();
  }

  /** True so often. */
  is(probability: number): boolean {
    return probability > 0 && this.#random.next() < probability;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.#random.next() * (max - min + 1));
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.#random.next() * list.length)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  }

  /** One of these, in proportion to its weight. */
  weighted<T>(options: readonly (readonly [weight: number, option: T])[]): T {
    const total = options.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#random.next() * total;
    for (const [weight, option] of options) {
      left -= weight;
      if (left < 0) return option;
    }
    return this.pick(options)[1];
  }

  /** The same items in another order. */
  shuffled<T>(list: readonly T[]): readonly T[] {
    const keyed = list.map((item) => ({ item, key: this.#random.next() }));
    return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
  }
}

/** FNV-1a over the purpose, begun with the seed. */
export function mixed(seed: number, purpose: string): number {
  let hash = (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
  for (let index = 0; index < purpose.length; index += 1) {
    hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
