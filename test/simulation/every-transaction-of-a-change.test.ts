import { describe, expect, test } from 'vitest';
import type { ChangeResult } from '../../adapters/simulator/change-desk.ts';
import { approved, assessed, story, useChange, world } from '../support/change-stages.ts';
import { settled } from '../support/reference-story.ts';

useChange();

/** All that our people see of the change. */
async function seenHere(): Promise<unknown> {
  const notes = await world.sql('SELECT body FROM change_note ORDER BY id');
  return { ours: await story.ours(), approvals: await story.approvals(), notes };
}

describe('each transaction of a change', () => {
  const transactions: readonly (readonly [string, () => Promise<void> | void, () => ChangeResult])[] = [
    ['Create', () => story.draft('Normal'), () => world.changes.update(story.number, { state: 'Assess' })],
    ['Update', assessed, () => world.changes.update(story.number, { state: 'Scheduled', risk: 'High' })],
    ['Notes', assessed, () => world.changes.comment(story.number, { body: 'The window is fixed' })],
    ['Closure', approved, () => world.changes.close(story.number, { closeCode: 'Unsuccessful' })],
    [
      'Approval Request',
      assessed,
      () => world.changes.requestApproval(story.number, { approverEmail: 'payroll-owner@initech.example' }),
    ],
    ['Redraft', approved, () => world.changes.redraft(story.number)],
  ];

  test.each(transactions)(
    '%s received again, by the queue or sent anew, changes nothing',
    async (type, begin, act) => {
      await begin();
      const done = act();
      if (done.kind !== 'done' || done.message === null) throw new Error('there is no message');
      const { id } = done.message;
      world.tenant.queue.duplicate(id, 'queue');
      await story.go();
      const before = await seenHere();
      const journal = await world.journal(story.number);
      expect(journal.some(({ transaction, outcome }) => transaction === type && outcome === 'applied')).toBe(
        true,
      );
      world.tenant.queue.duplicate(id, 'sender');
      await settled(world, world.runtime);
      expect(await seenHere()).toEqual(before);
    },
  );

  test('[lane-order] takes effect in order when the delete of each is lost, and it comes again behind the others', async () => {
    await assessed();
    world.provider.faults.add([
      { kind: 'drop-request', match: { method: 'DELETE' }, how: 'reset', times: 6 },
    ]);
    world.changes.update(story.number, { state: 'Authorize', risk: 'High' });
    story.ask();
    world.changes.comment(story.number, { body: 'The window is fixed' });
    await story.go();
    world.changes.redraft(story.number);
    world.changes.update(story.number, { state: 'Assess', risk: 'Low' });
    world.changes.close(story.number, { closeCode: 'Successful' });
    await settled(world, world.runtime);
    expect(await story.ours()).toMatchObject([
      { phase: 'Cancelled', risk: 'High', vendor_ref: null },
      { phase: 'Closed', risk: 'Low', outcome: 'success', vendor_ref: story.number },
    ]);
    expect(await world.sql('SELECT body FROM change_note')).toEqual([{ body: 'The window is fixed' }]);
    expect(story.theirs().clientTicketNumber).toBe((await story.current()).number);
    expect(world.tenant.queue.state().messages).toEqual([]);
  });
});
