import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seconds } from '../../engine/domain/instant.ts';
import type { ChangeResult } from '../../adapters/simulator/change-desk.ts';
import { ChangeStory, openChangeWorld } from '../support/change-story.ts';
import { settled } from '../support/reference-story.ts';
import type { World } from '../support/world.ts';

let world: World;
let story: ChangeStory;

beforeEach(async () => {
  world = await openChangeWorld();
  story = new ChangeStory(world);
});
afterEach(() => world.close());

/** A Normal change that is assessed, ours made from it. */
async function assessed(): Promise<void> {
  story.draft('Normal', { risk: 'Moderate' });
  await story.go();
  world.changes.update(story.number, { state: 'Assess' });
  await story.go();
}

/** The same, and approved by our people. */
async function approved(): Promise<void> {
  await assessed();
  story.ask();
  await story.go();
  await story.decide('approved');
  await story.go();
}

/** The same, and rejected, which closes it in our own process. */
async function rejected(): Promise<void> {
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

const outcomes = async (): Promise<readonly string[]> =>
  (await world.journal()).map(
    ({ direction, transaction, outcome }) => `${direction} ${transaction} ${outcome}`,
  );

describe('a change comes to the client', () => {
  test.each([
    ['Normal', ['Assess'], 'Assessment'],
    ['Standard', ['Assess', 'Authorize', 'Scheduled'], 'Planned'],
    ['Emergency', ['Assess', 'Authorize'], 'Authorization'],
  ] as const)('%s at the state in which it leaves its draft, and not before', async (type, states, phase) => {
    story.draft(type);
    for (const [index, state] of states.entries()) {
      expect(await story.ours()).toEqual([]);
      world.changes.update(story.number, { state });
      await story.go();
      expect(await story.ours()).toHaveLength(index === states.length - 1 ? 1 : 0);
    }
    expect(await story.current()).toMatchObject({ phase, vendor_ref: story.number, outcome: 'pending' });
    expect(story.theirs().clientTicketNumber).toBe((await story.current()).number);
  });

  test('one that the provider tells of too early is nothing here, and journalled', async () => {
    story.draft('Standard');
    const { account, queue } = world.tenant;
    queue.send({
      group: story.number,
      transactionType: 'Create',
      clientReferenceAvailable: false,
      body: {
        clientName: account.clientName,
        ticketType: 'Change',
        ticketNumber: story.number,
        type: 'Standard',
        state: 'Assess',
        shortDescription: 'Patches',
      },
    });
    await story.go();
    expect(await story.ours()).toEqual([]);
    expect(await outcomes()).toEqual(['in Create dropped']);
  });

  test('its schedule is in the zone of our database, also where the clocks change', async () => {
    // New York puts its clocks forward on 8 March 2026 at 07:00 UTC, and back on 1 November at 06:00 UTC.
    story.draft('Normal', { startDate: '2026-03-08 06:30:00', endDate: '2026-03-08 07:30:00' });
    world.changes.update(story.number, { state: 'Assess' });
    await story.go();
    expect(await story.current()).toMatchObject({
      starts_at: '2026-03-08 01:30:00',
      ends_at: '2026-03-08 03:30:00',
    });
    world.changes.update(story.number, { startDate: '2026-11-01 05:30:00', endDate: '2026-11-01 06:30:00' });
    await story.go();
    expect(await story.current()).toMatchObject({
      starts_at: '2026-11-01 01:30:00',
      ends_at: '2026-11-01 01:30:00',
      window_text: '2026-11-01 01:30 to 2026-11-01 01:30',
    });
  });
});

describe('a change moves on', () => {
  test('only what the provider has changed is written: a person keeps what a person wrote', async () => {
    await assessed();
    await world.sql(
      `UPDATE change_order SET risk = 'ours', updated_at = :now WHERE vendor_ref = ?`,
      story.number,
    );
    await story.go();
    world.changes.update(story.number, { state: 'Scheduled', approval: 'Approved' });
    await story.go();
    expect(await story.current()).toMatchObject({ phase: 'Planned', risk: 'ours' });
    world.changes.update(story.number, { risk: 'High' });
    await story.go();
    expect(await story.current()).toMatchObject({ risk: 'High' });
  });

  test('[no-echo] nothing of it ever goes back but our number and comments', async () => {
    await assessed();
    await world.sql(
      `UPDATE change_order SET title = 'Patches, ours', updated_at = :now WHERE vendor_ref = ?`,
      story.number,
    );
    await story.comment('After payroll, please');
    await story.go();
    const calls = world.provider
      .requests()
      .flatMap(({ call }) => (call === null || call === 'receive' || call === 'delete' ? [] : [call]));
    expect(calls).toEqual(['return-number', 'notes']);
    expect(story.theirs().comments.map(({ body }) => body)).toEqual(['After payroll, please']);
  });

  test('[notes-once] a comment of theirs is here once, received twice or not', async () => {
    await assessed();
    const done = world.changes.comment(story.number, { body: 'The window is fixed' });
    if (done.kind === 'done' && done.message !== null)
      world.tenant.queue.duplicate(done.message.id, 'sender');
    await story.go();
    await settled(world, world.runtime);
    expect(await world.sql('SELECT body FROM change_note')).toEqual([{ body: 'The window is fixed' }]);
  });

  test('the same messages again, and a group that was held up, end in the same', async () => {
    await assessed();
    const sent = [
      world.changes.update(story.number, { state: 'Scheduled' }),
      world.changes.update(story.number, { state: 'Implement', risk: 'Low' }),
      world.changes.close(story.number, { closeCode: 'Unsuccessful' }),
    ];
    // The first of them is delivered twice, and so comes again when the others have been read.
    const [first] = sent;
    if (first?.kind === 'done' && first.message !== null)
      world.tenant.queue.duplicate(first.message.id, 'queue');
    await story.go();
    await settled(world, world.runtime);
    expect(await story.current()).toMatchObject({ phase: 'Closed', outcome: 'failure', risk: 'Low' });
    expect(world.tenant.queue.state().messages).toEqual([]);
  });
});

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
