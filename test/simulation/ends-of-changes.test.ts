import { describe, expect, test } from 'vitest';
import { approved, assessed, outcomes, rejected, story, useChange, world } from '../support/change-stages.ts';

useChange();

describe('what we do when the provider’s change moves', () => {
  test('approved, and it is closed with a code: ours is closed, the code in our words', async () => {
    await approved();
    world.changes.update(story.number, { state: 'Implement' });
    world.changes.close(story.number, { closeCode: 'Successful with issues', closeNotes: 'One host late' });
    await story.go();
    expect(await story.current()).toMatchObject({
      phase: 'Closed',
      outcome: 'partly',
      outcome_notes: 'One host late',
    });
  });

  test.each([
    ['redrafted', () => world.changes.redraft(story.number)],
    ['cancelled', () => world.changes.cancel(story.number)],
    ['rejected by others', () => world.changes.update(story.number, { approval: 'Rejected' })],
  ])('approved, and it is %s: ours is cancelled', async (_, act) => {
    await approved();
    act();
    await story.go();
    expect(await story.ours()).toMatchObject([{ phase: 'Cancelled', outcome: 'withdrawn' }]);
  });

  test.each([
    ['approved', approved, 'Cancelled'],
    ['rejected', rejected, 'Cancelled'],
  ] as const)(
    '%s, redrafted and assessed again: another one of ours, whose number goes back',
    async (_, begin, phase) => {
      await begin();
      const [before] = await story.ours();
      world.changes.redraft(story.number);
      await story.go();
      world.changes.update(story.number, { state: 'Assess' });
      await story.go();
      const [old, fresh, ...others] = await story.ours();
      expect(others).toEqual([]);
      expect(old).toMatchObject({ id: before?.id, phase, vendor_ref: null });
      expect(fresh).toMatchObject({ phase: 'Assessment', vendor_ref: story.number });
      expect(story.theirs().clientTicketNumber).toBe(fresh?.number);
    },
  );

  test('rejected, and it is cancelled: nothing, ours is closed already', async () => {
    await rejected();
    world.changes.cancel(story.number);
    await story.go();
    expect(await story.ours()).toMatchObject([{ phase: 'Rejected', outcome: 'pending' }]);
    expect((await world.journal()).at(-1)).toMatchObject({ outcome: 'dropped', transaction: 'Update' });
  });

  test('rejected, and it is redrafted: ours is cancelled', async () => {
    await rejected();
    world.changes.redraft(story.number);
    await story.go();
    expect(await story.ours()).toMatchObject([{ phase: 'Cancelled' }]);
  });

  test('redrafted and assessed again in one read of the queue is the same', async () => {
    await approved();
    world.changes.redraft(story.number);
    world.changes.update(story.number, { state: 'Assess' });
    await story.go();
    expect(await story.ours()).toMatchObject([{ phase: 'Cancelled' }, { phase: 'Assessment' }]);
  });

  test('rejected by others, cancelled and then assessed again: another one of ours', async () => {
    await approved();
    world.changes.update(story.number, { approval: 'Rejected' });
    world.changes.cancel(story.number);
    world.changes.update(story.number, { state: 'Assess' });
    await story.go();
    expect(await story.ours()).toMatchObject([{ phase: 'Cancelled' }, { phase: 'Assessment' }]);
  });

  test('[notes-once] what was written on ours goes out before another takes its place', async () => {
    await assessed();
    world.changes.redraft(story.number);
    await story.go();
    await story.comment('Which window?');
    world.changes.update(story.number, { state: 'Assess' });
    await story.go();
    expect(await story.ours()).toMatchObject([{ phase: 'Cancelled' }, { phase: 'Assessment' }]);
    expect(story.theirs().comments.map(({ body }) => body)).toEqual(['Which window?']);
  });

  test('[loud] what is written on the one that was replaced stays here, and the journal says so once for all', async () => {
    await assessed();
    const [old] = await story.ours();
    world.changes.redraft(story.number);
    world.changes.update(story.number, { state: 'Assess' });
    await story.go();
    const [, fresh] = await story.ours();
    for (const body of ['Is it over?', 'Anybody?']) {
      await story.comment(body, old);
      await story.go();
    }
    await story.comment('Which window?');
    await story.go();
    expect(story.theirs().comments.map(({ body }) => body)).toEqual(['Which window?']);
    const held = (await world.journal(old?.number)).filter(({ outcome }) => outcome === 'held');
    expect(held.map(({ summary }) => summary)).toEqual([
      `${fresh?.number ?? ''} has taken this one's place: nothing of it is sent any more`,
    ]);
  });

  test('[loud] what the provider does not take of it holds nothing up: it is parked in sight, and ours is made', async () => {
    await assessed();
    world.changes.redraft(story.number);
    await story.go();
    await story.comment('Which window?');
    world.changes.update(story.number, { state: 'Assess' });
    await world.poll();
    world.changes.close(story.number);
    await story.go();
    expect(await story.ours()).toMatchObject([{ phase: 'Cancelled' }, { phase: 'Closed' }]);
    expect(await outcomes()).toContain('out plan parked');
    expect(story.theirs().comments).toEqual([]);
  });
});
