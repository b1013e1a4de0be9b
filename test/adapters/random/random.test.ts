import { describe, expect, it } from 'vitest';
import { cryptoRandom } from '../../../adapters/random/crypto-random.ts';
import { seededRandom } from '../../../adapters/random/seeded-random.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe.each([
  ['the machine’s chance', cryptoRandom()],
  ['seeded chance', seededRandom(42)],
])('%s', (_, random) => {
  it('spreads over [0, 1)', () => {
    const drawn = Array.from({ length: 10_000 }, () => random.next());
    const tenths = new Set(drawn.map((value) => Math.floor(value * 10)));

    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(tenths.size).toBe(10);
  });

  it('makes identifiers that nobody else has', () => {
    const ids = Array.from({ length: 10_000 }, () => random.id());

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => UUID.test(id))).toBe(true);
  });
});

describe('seeded chance', () => {
  it('repeats itself for one seed, and differs for another', () => {
    const draw = (seed: number): readonly (number | string)[] => {
      const random = seededRandom(seed);
      return [random.next(), random.id(), random.next()];
    };

    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});
