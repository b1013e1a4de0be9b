import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../engine/domain/instant.ts';
import { StepBroken } from '../../engine/runtime/lane-turn.ts';
import { around, Killed } from '../support/failing-ports.ts';
import { openStoryWorld, round, settled, Story } from '../support/reference-story.ts';
import { retryParked, type World } from '../support/world.ts';

let world: World;
/** The calls of the story that have an effect: only after them is there a state that was not there before. */
let calls: readonly { readonly count: number; readonly call: string }[] = [];
let stories = 100;
const nextStory = (): Story => new Story(world, (stories += 1));

beforeAll(async () => {
  world = await openStoryWorld();
  const seen: { count: number; call: string }[] = [];
  let version = await dataVersion();
  await tell(nextStory(), Infinity, async (count, call) => {
    const before = version;
    version = await dataVersion();
    if (call !== 'transaction' || version !== before) seen.push({ count, call });
  });
  calls = seen;
});
afterAll(() => world.close());

/** Changes when another connection has committed something. */
const dataVersion = async (): Promise<unknown> => (await world.sql('PRAGMA data_version'))[0]?.data_version;

/**
 * Tells the story with a process that is killed after its `killAfter`-th port call; another one takes over, and tells
 * on. Being killed before a call is being killed after the one before it: between two calls there are no effects.
 */
async function tell(
  story: Story,
  killAfter: number,
  seen: (count: number, call: string) => void | Promise<void> = () => undefined,
): Promise<void> {
  let runtime = around(world.runtime, {
    after: async (count, call) => {
      await seen(count, call);
      if (count === killAfter) throw new Killed();
    },
  });
  for (const chapter of story.chapters) {
    await chapter();
    await world.clock.advance(seconds(1));
    try {
      await round(runtime);
    } catch (error) {
      if (!(error instanceof Killed || (error instanceof StepBroken && error.cause instanceof Killed)))
        throw error;
      runtime = world.runtime;
      await retryParked(world.runtime);
      await settled(world, runtime);
    }
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
