import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChangeStory, openChangeWorld } from '../support/change-story.ts';
import { callsWithEffect, MortalProcess, type CountedCall, type Seen } from '../support/mortal-process.ts';
import { settled } from '../support/reference-story.ts';
import type { World } from '../support/world.ts';

let world: World;
let calls: readonly CountedCall[] = [];
let stories = 0;

beforeAll(async () => {
  world = await openChangeWorld();
  calls = await callsWithEffect(world, (seen) => tell(Infinity, seen));
});
afterAll(() => world.close());

/**
 * A change from its draft to its close: assessed, approved by one and rejected by another, redrafted, assessed again, approved,
 * closed, with comments either way. The process is killed after its `killAfter`-th port call; another one goes on.
 */
async function tell(killAfter: number, seen?: Seen): Promise<ChangeStory> {
  const story = new ChangeStory(world);
  stories += 1;
  const process = new MortalProcess(world, killAfter, seen);
  const go = (): Promise<void> => process.does((runtime) => story.go(runtime));
  const { changes } = world;
  story.draft('Normal', { shortDescription: `${String(stories).padStart(7, '0')} Patches` });
  changes.update(story.number, { state: 'Assess', startDate: '2026-12-01 20:00:00' });
  story.ask();
  story.ask('payroll-owner@initech.example');
  await go();
  await story.decide('approved', 0);
  await story.decide('rejected', 1, 3);
  await story.comment('first');
  await go();
  changes.comment(story.number, { body: `from there to ${story.number}` });
  changes.redraft(story.number);
  await go();
  changes.update(story.number, { state: 'Assess', risk: 'Low' });
  story.ask();
  await go();
  await story.decide('approved', 0);
  await story.comment('second');
  await go();
  changes.update(story.number, { state: 'Implement' });
  changes.close(story.number, { closeCode: 'Successful' });
  await go();
  await settled(world, world.runtime);
  return story;
}

/** In what the two sides are not as they should be at the end. */
async function faults(story: ChangeStory): Promise<readonly string[]> {
  const found: string[] = [];
  const ours = await story.ours();
  const phases = ours
    .map(({ phase, outcome, vendor_ref: ref }) => `${phase} ${outcome ?? ''} ${ref ?? 'none'}`)
    .join(', ');
  if (phases !== `Cancelled withdrawn none, Closed success ${story.number}`) found.push(`ours: ${phases}`);
  const theirs = story.theirs();
  if (theirs.clientTicketNumber !== ours.at(-1)?.number)
    found.push(`our number there: ${theirs.clientTicketNumber}`);
  for (const { state, answers } of theirs.approvals) {
    const kinds = new Set(answers.map(({ kind }) => kind));
    if (kinds.size !== 1 || state === 'requested') found.push(`answers: ${[...kinds].join()} (${state})`);
  }
  const states = theirs.approvals.map(({ state }) => state).join();
  if (states !== 'approved,rejected,approved') found.push(`approvals: ${states}`);
  const bodies = new Set(theirs.comments.filter(({ by }) => by === 'client').map(({ body }) => body));
  if ([...bodies].join() !== 'first,second') found.push(`comments there: ${[...bodies].join()}`);
  const received = await world.sql(
    'SELECT id FROM change_note WHERE body = ?',
    `from there to ${story.number}`,
  );
  if (received.length !== 1) found.push(`their comment is here ${received.length} times`);
  const lane = await world.lane(ours.at(-1)?.number ?? '');
  if (lane.state.intent !== null) found.push(`intent left over: ${lane.state.intent.kind}`);
  if (lane.parked !== null) found.push(`parked: ${lane.parked.reason}`);
  if (world.tenant.queue.state().messages.length > 0) found.push('the queue is not empty');
  return found;
}

test('the story of a change ends well when nobody kills the process', async () => {
  expect(await faults(await tell(Infinity))).toEqual([]);
  expect(new Set(calls.map(({ call }) => call.replace(/e-CHG\d+/, 'n')))).toEqual(
    new Set([
      'transaction',
      'GET queue',
      'DELETE queue/…',
      'PUT tickets/n/returnptn',
      'PUT tickets/n/notes',
      'PUT tickets/n/approve',
      'PUT tickets/n/reject',
    ]),
  );
});

test('[one-create] [notes-once] [one-answer] [convergence] killed after any port call, it ends in the same', async () => {
  const found: string[] = [];
  for (const { count, call } of calls)
    for (const fault of await faults(await tell(count)))
      found.push(`killed after call ${count} (${call}): ${fault}`);
  expect(found).toEqual([]);
});
