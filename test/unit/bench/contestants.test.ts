import { describe, expect, it } from 'vitest';
import { contestOf } from '../../../bench/mapping/contestants.ts';

describe('the benchmark of mapping', () => {
  it.each(['acme', 'globex'] as const)(
    'compares those that do the same: by hand, ours and the jsonata library map and decide %s alike',
    async (client) => {
      const { mappers, work } = await contestOf(client, 64);
      const [byHand, ...others] = mappers;
      if (byHand === undefined) throw new Error('nobody is compared');

      const requests = new Set<string>();
      for (const one of work) {
        const mapped = await byHand.map(one.ticket);
        const decided = await byHand.decide(one);
        requests.add(`${decided.request?.method ?? 'nothing'} ${decided.request?.path.split('/')[2] ?? ''}`);
        for (const other of others) {
          expect(await other.map(one.ticket), `${other.name}: ${one.ticket.number}`).toEqual(mapped);
          expect(await other.decide(one), `${other.name}: ${one.ticket.number}`).toEqual(decided);
        }
      }

      // Creates, updates, notes, and tickets of which there is nothing to say.
      expect([...requests].sort()).toEqual(['POST ', 'PUT ', 'PUT notes', 'nothing ']);
    },
  );
});
