import type { Random } from '../../engine/runtime/ports.ts';

/** The simulated twin of chance: one seed, one sequence (mulberry32). Identifiers look like UUIDs. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const hex = (): string => next32().toString(16).padStart(8, '0');
  return {
    next: () => next32() / 2 ** 32,
    id: () =>
      `${hex()}-${hex()}-${hex()}-${hex()}`.replace(/^(.{8})-(.{4})(.{4})-(.{4})(.{4})-/, '$1-$2-$3-$4-$5'),
  };
}
