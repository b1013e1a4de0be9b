import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../engine/domain/lane.ts';
import { crossedKeys } from '../../../engine/plan/crossed-keys.ts';

const entry = (clientId: string): LedgerEntry => ({
  laneId: 1,
  clientId,
  providerId: null,
  origin: 'client',
  at: 0,
});

describe('crossedKeys', () => {
  it.each([0, 3, 30])('tells comments from files of the same key, with %i others', (count) => {
    const others = Array.from({ length: count }, (_, index) => entry(`other ${index}`));
    const ledger: readonly LedgerEntry[] = [
      ...others,
      entry('comment'),
      { ...entry('file'), kind: 'attachment' },
    ];
    const comments = crossedKeys(ledger, 'comment');
    const files = crossedKeys(ledger, 'attachment');
    expect(['comment', 'file', 'none'].map((key) => comments.has(key))).toEqual([true, false, false]);
    expect(['comment', 'file', 'none'].map((key) => files.has(key))).toEqual([false, true, false]);
    expect(others.every(({ clientId }) => comments.has(clientId) && !files.has(clientId))).toBe(true);
  });
});
