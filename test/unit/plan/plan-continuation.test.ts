import { describe, expect, test } from 'vitest';
import { NEW_LANE_STATE, type LaneState } from '../../../engine/domain/lane.ts';
import { TEXT_LENGTH_MAX } from '../../../engine/domain/limits.ts';
import {
  continuedAs,
  moveContinued,
  planContinuation,
  withoutEnded,
} from '../../../engine/plan/plan-continuation.ts';
import { textDigest } from '../../../engine/plan/text-digest.ts';
import { escapedLength } from '../../../engine/wire/fit-text.ts';

const knowing = (continued: LaneState['continued']): LaneState => ({ ...NEW_LANE_STATE, continued });
const bodiesOf = (state: LaneState, rest: string): readonly string[] =>
  planContinuation(state, rest, 'description').flatMap((action) =>
    action.kind === 'notes' ? action.comments.map(({ payload }) => payload.body ?? '') : [],
  );

describe('the comment that carries on a text', () => {
  test('is planned once, again when the rest has changed, and not when there is none', () => {
    expect(bodiesOf(knowing({}), 'the rest')).toEqual(['[The description goes on:]\nthe rest']);
    expect(bodiesOf(knowing({ description: textDigest('the rest') }), 'the rest')).toEqual([]);
    expect(bodiesOf(knowing({ description: textDigest('the rest') }), 'another')).toEqual([
      '[The description has changed; it goes on:]\nanother',
    ]);
    expect(planContinuation(knowing({}), undefined, 'description')).toEqual([]);
  });

  test('of close notes speaks of several', () => {
    const [action] = planContinuation(knowing({}), 'x', 'closeNotes');
    expect(action?.because).toBe('the close notes are too long for the field');
  });

  test('travels in numbered parts if it needs several, the opening before the first, all in one call', () => {
    const rest = 'A sentence of it. '.repeat(600);
    const plan = planContinuation(knowing({}), rest, 'description');
    expect(plan).toHaveLength(1);
    const bodies = bodiesOf(knowing({}), rest);
    expect(bodies.length).toBeGreaterThan(2);
    for (const body of bodies) expect(escapedLength(body)).toBeLessThanOrEqual(TEXT_LENGTH_MAX);
    expect(bodies.map((body) => body.replace(/^\(\d+\/\d+\) /, '')).join('')).toBe(
      `[The description goes on:]\n${rest}`,
    );
  });
});

describe('what the provider has of a rest', () => {
  test('is known once it was said, and remembered as ended when there is none any more', () => {
    expect(continuedAs({ description: 'x' })).toEqual({ description: textDigest('x') });
    expect(continuedAs({}, { description: textDigest('x') })).toEqual({ description: '' });
    expect(withoutEnded({ description: textDigest('x') }, {})).toEqual({ description: '' });
    const still = { description: textDigest('x') };
    expect(withoutEnded(still, { description: 'x' })).toBe(still);
  });

  test('moves with a message of the provider’s, but not over a rest that a person changed and nobody sent', () => {
    const said = { description: textDigest('old') };
    expect(moveContinued(said, { description: 'old' }, { description: 'new' })).toEqual({
      description: textDigest('new'),
    });
    expect(moveContinued(said, { description: 'old' }, {})).toEqual({ description: '' });
    expect(moveContinued(said, { description: 'by a person' }, { description: 'new' })).toEqual(said);
    expect(moveContinued({}, {}, { description: 'new' })).toEqual({ description: textDigest('new') });
  });
});
