import { describe, expect, test } from 'vitest';
import { assessed, story, useChange, world } from '../support/change-stages.ts';
import { settled } from '../support/reference-story.ts';

useChange();

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
