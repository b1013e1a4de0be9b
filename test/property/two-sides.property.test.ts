import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConflictPolicy } from '../../engine/domain/contract.ts';
import type { Payload } from '../../engine/domain/payload.ts';
import { TwoSides, type Edit, type Fate } from '../support/two-sides.ts';

const AGREED: Payload = {
  shortDescription: 'title 1',
  description: 'text 1',
  group: 'group 1',
  priority: '1',
  status: 'open',
};

const word = fc.constantFrom('1', '2', '3');
const edit: fc.Arbitrary<Edit> = fc.oneof(
  word.map((value): Edit => ({ field: 'priority', value })),
  word.map((value): Edit => ({ field: 'group', value: `group ${value}` })),
  fc.constantFrom('text 1', 'text 2', '', undefined).map((value): Edit => ({ field: 'description', value })),
  fc.constantFrom('open', 'workinprogress', 'pending').map((value): Edit => ({ field: 'status', value })),
);
const edits = fc.uniqueArray(edit, { selector: ({ field }) => field, maxLength: 2 });
const someEdits = fc.uniqueArray(edit, { selector: ({ field }) => field, minLength: 1, maxLength: 3 });
const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.constantFrom('accepted', 'refused', 'lost-request', 'lost-answer').map((kind): Fate => ({ kind })),
  fc.integer({ min: 1, max: 60_000 }).map((afterMs): Fate => ({ kind: 'late', afterMs })),
);

type Event =
  | { readonly kind: 'client edits'; readonly edit: Edit }
  | { readonly kind: 'provider edits'; readonly edits: readonly Edit[] }
  | {
      readonly kind: 'send';
      readonly fate: Fate;
      readonly before: readonly Edit[];
      readonly after: readonly Edit[];
    }
  | { readonly kind: 'deliver' }
  | { readonly kind: 'pass'; readonly ms: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('client edits' as const), edit }),
  fc.record({ kind: fc.constant('provider edits' as const), edits: someEdits }),
  fc.record({ kind: fc.constant('send' as const), fate, before: edits, after: edits }),
  fc.record({ kind: fc.constant('deliver' as const) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 130_000 }) }),
);
const policy = fc.constantFrom<ConflictPolicy>('provider', 'client', 'latest');

function happen(sides: TwoSides, happening: Event): void {
  switch (happening.kind) {
    case 'client edits': {
      sides.clientEdits(happening.edit);
      return;
    }
    case 'provider edits': {
      sides.providerEdits(happening.edits);
      return;
    }
    case 'send': {
      sides.send(happening.fate, happening.before, happening.after);
      return;
    }
    case 'deliver': {
      sides.deliver();
      return;
    }
    case 'pass': {
      sides.pass(happening.ms);
      return;
    }
  }
}

describe('two sides of one ticket', () => {
  it('agree on every field once everything has arrived, whatever crossed, was lost or refused', () => {
    fc.assert(
      fc.property(policy, fc.array(event, { maxLength: 30 }), (word, events) => {
        const sides = new TwoSides(AGREED, word);
        for (const happening of events) happen(sides, happening);
        expect(sides.settle()).toBe(true);
        expect(sides.differences()).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('exchange no call while only the provider edits', () => {
    fc.assert(
      fc.property(policy, fc.array(someEdits, { maxLength: 10 }), (word, changes) => {
        const sides = new TwoSides(AGREED, word);
        for (const changed of changes) sides.providerEdits(changed);
        expect(sides.settle()).toBe(true);
        expect(sides.calls).toBe(0);
        expect(sides.differences()).toEqual([]);
      }),
    );
  });

  it("send a person's edit that was made before a provider's message to another field was applied", () => {
    fc.assert(
      fc.property(policy, edit, someEdits, (word, ours, theirs) => {
        const others = theirs.filter(({ field }) => field !== ours.field);
        const sides = new TwoSides(AGREED, word);
        sides.providerEdits(others);
        sides.clientEdits(ours);
        sides.deliver();
        expect(sides.settle()).toBe(true);
        const { field, value } = ours;
        // The group and the priority are words of a list and are never emptied.
        expect(sides.provider[field] ?? '').toBe(value ?? '');
        expect(sides.differences()).toEqual([]);
      }),
    );
  });

  it("follow the contract's word where both edited one field, and neither had heard of the other", () => {
    const settled = (word: ConflictPolicy, clientIsLater: boolean): string | undefined => {
      const sides = new TwoSides(AGREED, word);
      if (!clientIsLater) sides.clientEdits({ field: 'priority', value: '2' });
      sides.providerEdits([{ field: 'priority', value: '3' }]);
      if (clientIsLater) sides.clientEdits({ field: 'priority', value: '2' });
      sides.deliver();
      sides.settle();
      expect(sides.differences()).toEqual([]);
      return sides.row.priority;
    };
    expect(settled('provider', true)).toBe('3');
    expect(settled('client', false)).toBe('2');
    expect(settled('latest', true)).toBe('2');
    expect(settled('latest', false)).toBe('3');
  });
});
