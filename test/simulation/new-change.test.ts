import { describe, expect, test } from 'vitest';
import { outcomes, story, useChange, world } from '../support/change-stages.ts';

useChange();

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
