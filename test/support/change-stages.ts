import { afterEach, beforeEach } from 'vitest';
import { ChangeStory, openChangeWorld } from './change-story.ts';
import type { World } from './world.ts';

/** The world of the test that runs, and its change. */
export let world: World;
export let story: ChangeStory;

/** Each test of the file that calls it has a world and a change of its own. */
export function useChange(): void {
  beforeEach(async () => {
    world = await openChangeWorld();
    story = new ChangeStory(world);
  });
  afterEach(() => world.close());
}

/** A Normal change that is assessed, ours made from it. */
export async function assessed(): Promise<void> {
  story.draft('Normal', { risk: 'Moderate' });
  await story.go();
  world.changes.update(story.number, { state: 'Assess' });
  await story.go();
}

/** The same, and approved by our people. */
export async function approved(): Promise<void> {
  await assessed();
  story.ask();
  await story.go();
  await story.decide('approved');
  await story.go();
}

/** The same, and rejected, which closes it in our own process. */
export async function rejected(): Promise<void> {
  await assessed();
  story.ask();
  await story.go();
  await story.decide('rejected');
  await world.sql(
    `UPDATE change_order SET phase = 'Rejected', updated_at = :now WHERE vendor_ref = ?`,
    story.number,
  );
  await story.go();
}

export const outcomes = async (): Promise<readonly string[]> =>
  (await world.journal()).map(
    ({ direction, transaction, outcome }) => `${direction} ${transaction} ${outcome}`,
  );
