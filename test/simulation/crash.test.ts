import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../engine/domain/instant.ts';
import { callsWithEffect, MortalProcess, type CountedCall, type Seen } from '../support/mortal-process.ts';
import { openStoryWorld, round, settled, Story } from '../support/reference-story.ts';
import type { World } from '../support/world.ts';

let world: World;
let calls: readonly CountedCall[] = [];
let stories = 100;
const nextStory = (): Story => new Story(world, (stories += 1));

beforeAll(async () => {
  world = await openStoryWorld();
  calls = await callsWithEffect(world, (seen) => tell(nextStory(), Infinity, seen));
});
afterAll(() => world.close());

/** Tells the story with a process that is killed after its `killAfter`-th port call; another one takes over, and tells on. */
async function tell(story: Story, killAfter: number, seen?: Seen): Promise<void> {
  const process = new MortalProcess(world, killAfter, seen);
  for (const chapter of story.chapters) {
    await chapter();
    await world.clock.advance(seconds(1));
    await process.does(round);
    await world.clock.advance(seconds(5));
  }
  await settled(world, world.runtime);
}

describe('a process that is killed', () => {
  test('tells the whole story when nobody kills it', async () => {
    const story = nextStory();
    await tell(story, Infinity);
    expect(await story.faults()).toEqual([]);
    expect(story.twice()).toEqual([]);
    expect(await story.received()).toBe(1);
    expect(calls.filter(({ call }) => call !== 'transaction').length).toBeGreaterThan(10);
  });

  test('[one-create] [notes-once] [convergence] after any port call leaves nothing undone and nothing done twice', async () => {
    const found: string[] = [];
    for (const { count, call } of calls) {
      const story = nextStory();
      await tell(story, count);
      const at = `killed after call ${count} (${call}):`;
      for (const fault of await story.faults()) found.push(`${at} ${fault}`);
      const received = await story.received();
      if (received !== 1) found.push(`${at} their comment is here ${received} times`);
      // Only where the comments were on their way can nobody tell whether they arrived.
      const twice = story.twice();
      if (twice.length > 0 && !call.endsWith('/notes')) found.push(`${at} twice there: ${twice.join()}`);
      const cancelled = story.theirs().filter(({ status }) => status === 'cancelled');
      if (cancelled.length > 0 && call !== 'POST tickets') found.push(`${at} a second ticket`);
    }
    expect(found).toEqual([]);
  });
});
