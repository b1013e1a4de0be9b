import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../../engine/domain/contract.ts';
import { toClient, toProvider } from '../../engine/map/table.ts';
import { table } from '../support/builders.ts';

const word = fc.constantFrom('New', 'On Hold', 'Waiting', '1', '2', '');
const providerWord = fc.constantFrom('open', 'pending', 'resolved', '3');
const anyTable = fc
  .tuple(
    fc.uniqueArray(fc.tuple(word, providerWord), { selector: ([client]) => client, maxLength: 6 }),
    fc.option(providerWord),
  )
  .map(([entries, otherwise]) => table(entries, otherwise));

const theirWord = (words: Table, client: string) => toProvider(words, client)?.word ?? null;
const ourWord = (words: Table, provider: string, current: string | null) =>
  toClient(words, provider, current)?.word ?? null;

describe('a table', () => {
  it('keeps the current value on the way back wherever it already means the same', () => {
    fc.assert(
      fc.property(anyTable, word, (words, current) => {
        const provider = theirWord(words, current);
        fc.pre(provider !== null);
        expect(ourWord(words, provider, current)).toBe(current);
      }),
    );
  });

  it('takes the first of several as the way back, where the current value means something else', () => {
    fc.assert(
      fc.property(anyTable, providerWord, fc.option(word), (words, provider, current) => {
        fc.pre(current === null || theirWord(words, current) !== provider);
        const first = words.entries.find((entry) => entry.provider === provider);
        expect(ourWord(words, provider, current)).toBe(first?.client ?? null);
      }),
    );
  });

  it('gives back a word that means what the provider said, or none', () => {
    fc.assert(
      fc.property(anyTable, providerWord, fc.option(word), (words, provider, current) => {
        const client = ourWord(words, provider, current);
        if (client !== null) expect(theirWord(words, client)).toBe(provider);
      }),
    );
  });
});
