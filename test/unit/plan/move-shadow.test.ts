import { describe, expect, it } from 'vitest';
import type { Payload } from '../../../engine/domain/payload.ts';
import type { Shadow } from '../../../engine/domain/shadow.ts';
import { applyMessage, refuseCall, type AppliedMessage } from '../../../engine/plan/move-shadow.ts';
import { contract, fieldRule } from '../../support/builders.ts';
import { path, PLACE } from '../../support/expressions.ts';

const { outbound } = contract();
const shadow = (fields: Payload, change: Partial<Shadow> = {}): Shadow => ({
  fields,
  unsure: [],
  sent: {},
  ...change,
});
const message = (before: Payload, after: Payload, change: Partial<AppliedMessage> = {}): AppliedMessage => ({
  outbound,
  before,
  after,
  said: {},
  sentAt: 100,
  ended: null,
  taken: new Set(Object.keys(after)),
  kept: new Set(),
  ...change,
});

describe('the shadow, when a message is applied', () => {
  it('moves by what the message wrote, and leaves what a person changed a difference', () => {
    const agreed = shadow({ group: 'A', priority: '1' });
    const before = { group: 'A', priority: '2' };
    const moved = applyMessage(
      agreed,
      message(before, { group: 'B', priority: '2' }, { taken: new Set(['group']) }),
    );
    expect(moved).toEqual(shadow({ group: 'B', priority: '1' }));
  });

  it('is unsure of a field in which ours stays, also where our clock takes the message for older', () => {
    const ahead = { priority: { from: 3_600_000, to: 3_600_100 } };
    const agreed = shadow({ priority: '1' }, { sent: ahead });
    const same = { priority: '1' };
    const refused = message(same, same, { taken: new Set(), kept: new Set(['priority']) });

    expect(applyMessage(agreed, refused).unsure).toEqual(['priority']);
    expect(applyMessage(agreed, { ...refused, kept: new Set() }).unsure).toEqual([]);
  });

  it('is unsure of a field made of several, of which a person changed another one', () => {
    const append = [{ label: 'Location', value: path('location'), place: PLACE }];
    const composed = {
      ...outbound,
      fields: new Map([['description' as const, fieldRule('description', undefined, { append })]]),
    };
    const agreed = shadow({ description: 'text, Berlin' });
    const before = { description: 'text, Paris' };
    const after = { description: 'new text, Paris' };
    const applied = message(before, after, { outbound: composed, taken: new Set(['description']) });
    expect(applyMessage(agreed, applied).unsure).toEqual(['description']);
    const undisturbed = message(
      { description: 'text, Berlin' },
      { description: 'new text, Berlin' },
      {
        outbound: composed,
        taken: new Set(['description']),
      },
    );
    expect(applyMessage(agreed, undisturbed)).toEqual(shadow({ description: 'new text, Berlin' }));
  });

  it('has what the message says where the row now says it too, however many fields that is made of', () => {
    const composed = {
      ...outbound,
      fields: new Map([
        [
          'status' as const,
          fieldRule('status', path('state'), {
            append: [{ label: 'Hold', value: path('hold'), place: PLACE }],
          }),
        ],
      ]),
    };
    const agreed = shadow({ status: 'open' }, { unsure: ['status'] });
    const before = { status: 'pending' };
    const taken = new Set(['state']);
    const won = message(before, { status: 'resolved' }, { outbound: composed, taken });
    expect(applyMessage(agreed, won).unsure).toEqual(['status']);
    expect(applyMessage(agreed, { ...won, said: { status: 'resolved' } })).toEqual(
      shadow({ status: 'resolved' }),
    );
    // Ours was sent after it left: the provider has that.
    const later = { ...agreed, unsure: [], sent: { status: { from: 200, to: 210 } } };
    expect(applyMessage(later, { ...won, said: { status: 'resolved' } })).toEqual(later);
    const same = message(before, before, { outbound: composed, taken, said: before });
    expect(applyMessage(agreed, same)).toEqual(shadow(before));
  });

  it('is unsure of a field in which ours stayed, or that had come to say the same', () => {
    const agreed = shadow({ group: 'A' });
    const before = { group: 'B' };
    const kept = message(before, before, { taken: new Set(), kept: new Set(['group']) });
    expect(applyMessage(agreed, kept)).toEqual(shadow({ group: 'A' }, { unsure: ['group'] }));
    expect(applyMessage(agreed, message(before, before))).toEqual(
      shadow({ group: 'A' }, { unsure: ['group'] }),
    );
  });

  it('stays with a field that we sent after the message left the provider', () => {
    const agreed = shadow({ group: 'A' }, { sent: { group: { from: 200, to: 210 } } });
    expect(applyMessage(agreed, message({ group: 'A' }, { group: 'B' }))).toEqual(agreed);
  });

  it('is unsure of a field that was under way when the message left, to the millisecond', () => {
    for (const window of [
      { from: 100, to: 110 },
      { from: 90, to: 100 },
    ]) {
      const agreed = shadow({ group: 'A' }, { sent: { group: window } });
      expect(applyMessage(agreed, message({ group: 'A' }, { group: 'B' })).unsure).toEqual(['group']);
    }
  });
});

describe('the shadow, when the provider says that its ticket has ended', () => {
  it('has that for its status, although a call of ours crossed it or ours stayed', () => {
    const agreed = shadow(
      { status: 'open' },
      { unsure: ['status'], sent: { status: { from: 90, to: 110 } } },
    );
    const closed = { status: 'closed' };
    expect(applyMessage(agreed, message(closed, closed, { ended: 'closed' }))).toMatchObject({
      fields: closed,
      unsure: [],
    });
    const kept = message(
      { status: 'open' },
      { status: 'open' },
      { ended: 'closed', kept: new Set(['status']) },
    );
    expect(applyMessage(agreed, kept)).toMatchObject({ fields: closed, unsure: [] });
  });
});

describe('the shadow, when a call is refused', () => {
  it('knows what it knew before of the fields that the call carried', () => {
    const [first, second, third] = [
      { from: 10, to: 12 },
      { from: 20, to: 22 },
      { from: 30, to: 32 },
    ];
    const expected = shadow(
      { group: 'A' },
      { unsure: ['group', 'priority'], sent: { group: third, priority: third, impact: second } },
    );
    const before = { unsure: ['priority'], sent: { group: first } } as const;
    expect(refuseCall(expected, { group: 'B', priority: '2' }, before)).toEqual({
      fields: { group: 'A' },
      unsure: ['priority'],
      sent: { group: first, impact: second },
    });
  });
});
