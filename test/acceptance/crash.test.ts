import { describe, expect, test } from 'vitest';
import { crashRun } from '../crash/crash-run.ts';
import { reportText } from '../crash/report-text.ts';
import type { TroubleName } from '../crash/troubles.ts';

/*
 * A small run of `npm run crash-test` (docs/crash-test.md): engine, provider and database server are processes, and
 * are killed while people on both sides work. The seed decides what is done and when; it is printed.
 */

describe('engines that are killed while people work', () => {
  test('one-create, notes-once, lane-order, delete-after-commit, convergence, loud: whatever dies when', async () => {
    const seed = Date.now() % 1_000_000;
    const troubles = new Map<TroubleName, number>([
      ['mariadb', 2],
      ['simulator', 3],
      ['stop', 4],
    ]);
    const report = await crashRun({
      clients: ['acme', 'globex'],
      seed,
      kills: 5,
      engines: 1,
      pauseMs: 600,
      returnNumber: 'lost',
      troubles,
      say: () => undefined,
    });
    console.log(`npm run crash-test -- --seed ${seed} --kills 5\n${reportText(report)}`);
    expect(report.verdicts.flatMap(({ faults }) => faults)).toEqual([]);
    for (const { counts } of report.verdicts) {
      expect(counts['comments to the provider']).toBeGreaterThan(0);
      expect(counts['comments from the provider']).toBeGreaterThan(0);
    }
  }, 400_000);
});
