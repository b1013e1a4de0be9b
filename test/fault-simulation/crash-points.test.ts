import { describe, expect, it } from 'vitest';
import type { Settings } from './settings.ts';
import { inspect, type Inspected } from './examine.ts';
import type { Death } from './network.ts';
import { referenceScenario, referenceSettings } from './reference-scenario.ts';

/** A process's port call: the first process makes the same calls in every run until it dies. */
interface Point {
  readonly call: number;
  readonly words: string;
}

const told = (settings: Settings, chooseDeath: Parameters<typeof inspect>[2]): Promise<Inspected> =>
  inspect(settings, {}, chooseDeath, referenceScenario);

/** The calls after which there is a state that was not there before: all of the bridge's, and the commits. */
async function pointsOf(
  settings: Settings,
): Promise<{ readonly points: readonly Point[]; readonly undisturbed: Inspected }> {
  const calls: Point[] = [];
  const undisturbed = await told(settings, (process, words) => {
    calls.push({ call: process.calls, words });
    return null;
  });
  const commits = new Set(undisturbed.evidence.world.history.commits.map(({ call }) => call));
  return {
    points: calls.filter(({ call, words }) => words !== 'transaction' || commits.has(call)),
    undisturbed,
  };
}

describe.each(['acme', 'globex', 'initech'] as const)('a process that works for %s and dies', (contract) => {
  it('leaves nothing undone and nothing done twice, before and after every port call that has an effect', async () => {
    const settings = referenceSettings(contract);
    const { points, undisturbed } = await pointsOf(settings);
    expect(undisturbed.findings).toEqual([]);
    expect(points.length).toBeGreaterThan(50);

    const found: string[] = [];
    for (const { call, words } of points) {
      for (const death of ['before', 'after'] as const satisfies readonly Death[]) {
        const { findings } = await told(settings, (process, at) =>
          process.name === 'p1' && process.calls === call && at === words ? death : null,
        );
        for (const { oracle, words: what } of findings)
          found.push(`${death} call ${call} (${words}): ${oracle}: ${what}`);
      }
    }
    expect(found).toEqual([]);
  }, 300_000);
});
