import { describe, expect, test } from 'vitest';
import { seconds } from '../../engine/domain/instant.ts';
import { approved, assessed, story, useChange, world } from '../support/change-stages.ts';
import { settled } from '../support/reference-story.ts';

useChange();

describe('an approval', () => {
  test('[one-answer] is asked here, and the first decision is the one answer', async () => {
    await assessed();
    const id = story.ask();
    await story.go();
    expect(await story.approvals()).toMatchObject([
      { vendor_approval: id, asked_of: 'change-manager@initech.example', decision: 'open' },
    ]);
    expect(story.answers()).toEqual([]);
    await story.decide('approved');
    await story.go();
    expect(story.theirs().approvals).toMatchObject([
      {
        state: 'approved',
        answers: [
          {
            approver: 'change-manager@initech.example',
            comment: 'Approved by change-manager@initech.example: Seen in the board',
          },
        ],
      },
    ]);
    await settled(world, world.runtime);
    expect(story.answers()).toEqual(['approve']);
  });

  test('is answered for each of several approvers', async () => {
    await assessed();
    story.ask();
    story.ask('payroll-owner@initech.example');
    await story.go();
    await story.decide('approved', 1, 3);
    await story.go();
    expect(story.theirs().approvals.map(({ state }) => state)).toEqual(['requested', 'approved']);
    await story.decide('rejected', 0);
    await story.go();
    expect(story.theirs().approvals.map(({ state }) => state)).toEqual(['rejected', 'approved']);
    expect(story.answers()).toEqual(['approve', 'reject']);
  });

  test('[one-answer] that is decided otherwise after the answer was sent is not answered again, and journalled once', async () => {
    await approved();
    await story.decide('rejected');
    await story.go();
    await story.comment('Oh no');
    await story.go();
    expect(story.answers()).toEqual(['approve']);
    const held = (await world.journal()).filter(({ outcome }) => outcome === 'held');
    expect(held.map(({ summary }) => summary)).toEqual([expect.stringContaining('the first answer counts')]);
  });

  test.each([
    ['the change is redrafted', () => world.changes.redraft(story.number)],
    ['the change is cancelled', () => world.changes.cancel(story.number)],
    [
      'nobody asks for it any more',
      () => world.changes.withdrawApproval(story.number, story.theirs().approvals[0]?.approvalId ?? ''),
    ],
  ])('is not answered once %s, and a decision is journalled', async (_, act) => {
    await assessed();
    story.ask();
    await story.go();
    act();
    await story.go();
    await story.decide('approved');
    await story.go();
    await settled(world, world.runtime);
    expect(story.answers()).toEqual([]);
    const held = (await world.journal()).filter(({ outcome }) => outcome === 'held');
    expect(held.map(({ summary }) => summary)).toEqual([
      expect.stringContaining('does not ask for it any more'),
    ]);
  });

  test('[one-answer] [patience] without an answer is resent as it was, whatever people decide meanwhile', async () => {
    await assessed();
    story.ask();
    await story.go();
    world.provider.faults.add([
      {
        kind: 'drop-answer',
        match: { path: `/initech/prod/tickets/${story.number}/approve` },
        how: 'reset',
        times: 1,
      },
    ]);
    await story.decide('approved');
    await story.go();
    await story.decide('rejected');
    await story.go();
    expect(story.answers()).toEqual(['approve']);
    await settled(world, world.runtime);
    expect(story.answers()).toEqual(['approve', 'approve']);
    expect(story.theirs().approvals).toMatchObject([{ state: 'approved' }]);
    const [first, second] = world.provider.requests().filter(({ call }) => call === 'approve');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(seconds(60));
    expect(second?.body).toEqual(first?.body);
  });

  test('[one-answer] that may have been taken stays as it was, though it is refused again and again afterwards', async () => {
    await assessed();
    story.ask();
    await story.go();
    const match = { path: `/initech/prod/tickets/${story.number}/approve` };
    world.provider.faults.add([
      { kind: 'drop-answer', match, how: 'reset', times: 1 },
      { kind: 'status', match, status: 429, times: 3 },
    ]);
    await story.decide('approved');
    await story.go();
    await story.decide('rejected');
    await settled(world, world.runtime);
    expect(story.answers()).toEqual(['approve', 'approve']);
    expect(story.theirs().approvals).toMatchObject([{ state: 'approved' }]);
  });

  test('that the provider surely refused may be decided anew', async () => {
    await assessed();
    story.ask();
    await story.go();
    world.provider.faults.add([
      {
        kind: 'status',
        match: { path: `/initech/prod/tickets/${story.number}/approve` },
        status: 400,
        body: { Response: 'Invalid payload: approver' },
        times: 1,
      },
    ]);
    await story.decide('approved');
    await story.go();
    expect((await world.lane((await story.current()).number)).parked?.code).toBe('bridge-refused');
    await story.decide('rejected');
    await story.go();
    expect(story.theirs().approvals).toMatchObject([{ state: 'rejected' }]);
  });
});
