import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../engine/domain/json.ts';
import type { Lane, LedgerEntry } from '../../engine/domain/lane.ts';
import { COMMENTS_PER_CALL_MAX } from '../../engine/domain/limits.ts';
import {
  hasEnded,
  UPDATE_FIELDS,
  type BridgeStatus,
  type Payload,
  type UpdateField,
} from '../../engine/domain/payload.ts';
import type { Shadow } from '../../engine/domain/shadow.ts';
import { actionRequest } from '../../engine/plan/action-request.ts';
import { commentKeys, type Action } from '../../engine/plan/action.ts';
import { changedFields } from '../../engine/plan/changed-fields.ts';
import { confirmCall } from '../../engine/plan/move-shadow.ts';
import { planOutbound } from '../../engine/plan/plan-outbound.ts';
import { comments, contract, lane, ledgerEntry, linkedLane, mapped, rule } from '../support/builders.ts';
import { always } from '../support/expressions.ts';

const STATUSES: readonly BridgeStatus[] = [
  'open',
  'workinprogress',
  'pending',
  'resolved',
  'closed',
  'cancelled',
];
const FIELDS = UPDATE_FIELDS.filter((field) => field !== 'status' && field !== 'closeNotes');
const EMPTIABLE: readonly UpdateField[] = ['shortDescription', 'description'];

const status = fc.constantFrom(...STATUSES);
const text = fc.oneof(fc.constantFrom('', '1', '2'), fc.string({ maxLength: 5 }));
const payload: fc.Arbitrary<Payload> = fc
  .record(
    Object.fromEntries([...FIELDS, 'closeNotes'].map((field) => [field, text])) as {
      [field in UpdateField]: typeof text;
    },
    { requiredKeys: [] },
  )
  .chain((fields) => status.map((word): Payload => ({ ...fields, status: word })));
const names = fc.subarray([...UPDATE_FIELDS]);
const shadow: fc.Arbitrary<Shadow> = fc.record({
  fields: payload,
  unsure: names,
  sent: fc.constant({}),
});
const count = fc.integer({ min: 0, max: 25 });
const matching = { kind: 'match', rule: rule('everything', always(true)) } as const;

interface World {
  lane: Lane;
  ledger: readonly LedgerEntry[];
}

const planOf = (world: World, now: Payload, written: number): readonly Action[] => {
  const plan = planOutbound({
    contract: contract(),
    lane: world.lane,
    mapped: mapped(now, { comments: comments(written) }),
    trigger: matching,
    ledger: world.ledger,
  });
  return plan.kind === 'actions' ? plan.actions : [];
};

/** The provider accepts an action: what the runtime then holds to be agreed. */
function performed(world: World, action: Action, now: Payload): World {
  const crossed = 'comments' in action ? commentKeys(action.comments).map(ledgerEntry) : [];
  const ledger = [...world.ledger, ...crossed];
  const { state } = world.lane;
  switch (action.kind) {
    case 'create': {
      const fields = Object.fromEntries(
        FIELDS.flatMap((field) => (action.payload[field] === undefined ? [] : [[field, now[field]]])),
      );
      return { lane: linkedLane({ fields: { ...fields, status: 'open' } }), ledger };
    }
    case 'update':
    case 'resolve':
    case 'close':
    case 'cancel': {
      const moved = confirmCall(state.shadow, action.fields, { from: 0, to: 1 });
      return { lane: { ...world.lane, state: { ...state, shadow: moved } }, ledger };
    }
    case 'notes':
      return { lane: world.lane, ledger };
    case 'return-number':
      return { lane: { ...world.lane, state: { ...state, numberOwed: false } }, ledger };
    case 'cancel-surplus':
      return { lane: { ...world.lane, state: { ...state, surplus: [] } }, ledger };
    case 'approve':
    case 'reject':
    case 'attachment':
      throw new Error('a case has no approvals, and this contract sends no files');
  }
}

/** Performs the first action of each plan until there is none. */
function performAll(start: World, now: Payload, written: number): { world: World; actions: Action[] } {
  const actions: Action[] = [];
  let world = start;
  for (let step = 0; step < 10; step += 1) {
    const action = planOf(world, now, written)[0];
    if (action === undefined) return { world, actions };
    actions.push(action);
    world = performed(world, action, now);
  }
  throw new Error(`no end of it: ${actions.map(({ kind }) => kind).join(', ')}`);
}

const starts = fc.oneof(
  fc.constant(lane()),
  shadow.map((agreed) => linkedLane(agreed)),
);
const emptyIsNothing = (fields: Payload, over: readonly UpdateField[]): Record<string, string> =>
  Object.fromEntries(over.map((field) => [field, fields[field] ?? '']));

describe('the changed fields', () => {
  it('give the new payload when they are put over the old one', () => {
    fc.assert(
      fc.property(shadow, payload, (agreed, now) => {
        const result = { ...agreed.fields, ...changedFields(agreed, now) };
        // A word from a list is never emptied: without one there is nothing to say.
        const compared = FIELDS.filter((field) => EMPTIABLE.includes(field) || now[field] !== undefined);
        expect(emptyIsNothing(result, compared)).toEqual(emptyIsNothing(now, compared));
      }),
    );
  });

  it('are those that differ or are unsure, and no others', () => {
    fc.assert(
      fc.property(shadow, payload, (agreed, now) => {
        const changed = changedFields(agreed, now);
        for (const field of FIELDS) {
          const isUnsure = agreed.unsure.includes(field);
          const differs = (now[field] ?? '') !== (agreed.fields[field] ?? '');
          if (!isUnsure && !differs && now[field] === agreed.fields[field]) {
            expect(changed).not.toHaveProperty(field);
          }
          if ((isUnsure || differs) && now[field] !== undefined) expect(changed[field]).toBe(now[field]);
          if (isUnsure && EMPTIABLE.includes(field)) expect(changed[field]).toBe(now[field] ?? '');
        }
        expect(changed).not.toHaveProperty('status');
        expect(changed).not.toHaveProperty('closeNotes');
      }),
    );
  });

  it('are none once they are agreed', () => {
    fc.assert(
      fc.property(shadow, payload, (agreed, now) => {
        const confirmed = confirmCall(agreed, changedFields(agreed, now), { from: 0, to: 1 });
        const again = changedFields({ ...confirmed, unsure: [] }, now);
        expect(again).toEqual({});
      }),
    );
  });
});

describe('the plan for one ticket', () => {
  it('is empty after a bounded number of accepted calls, and then both sides agree', () => {
    fc.assert(
      fc.property(starts, payload, count, (start, now, written) => {
        const { world } = performAll({ lane: start, ledger: [] }, now, written);
        const agreed = world.lane.state.shadow.fields;
        if (world.lane.state.link !== 'linked') {
          expect(['resolved', 'closed', 'cancelled']).toContain(now.status);
          return;
        }
        if (hasEnded(start.state.shadow.fields.status)) return;
        expect(agreed.status).toBe(now.status);
        const wasResolved = start.state.shadow.fields.status === 'resolved';
        if (wasResolved && (now.status === 'resolved' || hasEnded(now.status))) return;
        const compared = FIELDS.filter((field) => EMPTIABLE.includes(field) || now[field] !== undefined);
        expect(emptyIsNothing(agreed, compared)).toEqual(emptyIsNothing(now, compared));
      }),
      { numRuns: 1_000 },
    );
  });

  it('goes create, update, notes, resolve, close; and closes only what is certainly resolved', () => {
    const ORDER = ['create', 'update', 'notes', 'resolve', 'close', 'cancel'];
    fc.assert(
      fc.property(starts, payload, count, (start, now, written) => {
        const { actions } = performAll({ lane: start, ledger: [] }, now, written);
        const kinds = actions.map(({ kind }) => kind);
        expect(kinds).toEqual(kinds.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));

        const { fields, unsure } = start.state.shadow;
        const isResolved = fields.status === 'resolved' && !unsure.includes('status');
        if (kinds.includes('close') && !isResolved) expect(kinds).toContain('resolve');
        const planned = planOf({ lane: start, ledger: [] }, now, written).map(({ kind }) => kind);
        if (planned.includes('close') && !isResolved) expect(planned).toContain('resolve');
      }),
      { numRuns: 1_000 },
    );
  });

  it('is empty where the provider’s ticket is closed or cancelled', () => {
    const ended = fc.constantFrom<BridgeStatus>('closed', 'cancelled');
    fc.assert(
      fc.property(shadow, ended, payload, count, (agreed, word, now, written) => {
        const closed = linkedLane({ ...agreed, fields: { ...agreed.fields, status: word } });
        expect(planOf({ lane: closed, ledger: [] }, now, written)).toEqual([]);
      }),
    );
  });

  it('carries every comment once, in order, at most ten in one call', () => {
    fc.assert(
      fc.property(starts, payload, count, fc.subarray(comments(25).map(({ key }) => key)), (...given) => {
        const [start, now, written, crossed] = given;
        const { world, actions } = performAll(
          { lane: start, ledger: crossed.map(ledgerEntry) },
          now,
          written,
        );
        const calls = actions.map((action) => ('comments' in action ? action.comments : []));
        for (const call of calls) expect(call.length).toBeLessThanOrEqual(COMMENTS_PER_CALL_MAX);
        if (world.lane.state.link !== 'linked' || hasEnded(start.state.shadow.fields.status)) return;
        const expected = comments(written).map(({ key }) => key);
        expect(calls.flat().map(({ key }) => key)).toEqual(expected.filter((key) => !crossed.includes(key)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('sends identity and changed fields, and never a value that is null or missing', () => {
    const walk = (value: Json | undefined): void => {
      expect(value).not.toBeNull();
      expect(value).not.toBeUndefined();
      if (typeof value === 'object' && value !== null) Object.values(value as object).forEach(walk);
    };
    fc.assert(
      fc.property(starts, payload, count, (start, now, written) => {
        for (const action of planOf({ lane: start, ledger: [] }, now, written)) {
          if (action.kind === 'attachment') throw new Error('this contract sends no files');
          const { body } = actionRequest(contract(), start, action);
          walk(body);
          const sent = Object.keys((body?.payload ?? {}) as object);
          expect(sent.slice(0, 3)).toEqual(['clientName', 'clientTicketNumber', 'ticketType']);
          if (action.kind === 'notes') expect(sent.slice(3)).toEqual(['comments']);
          if (action.kind !== 'update') continue;
          const { fields, unsure } = start.state.shadow;
          for (const field of sent.slice(3) as UpdateField[]) {
            expect(unsure.includes(field) || (now[field] ?? '') !== fields[field]).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
