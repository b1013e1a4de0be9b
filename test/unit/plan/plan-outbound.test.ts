import { describe, expect, it } from 'vitest';
import type { ActionKind, Intent, Lane } from '../../../engine/domain/lane.ts';
import type { Payload } from '../../../engine/domain/payload.ts';
import type { OutboundPlan } from '../../../engine/plan/action.ts';
import { planOutbound, type OutboundFacts } from '../../../engine/plan/plan-outbound.ts';
import {
  carried,
  comments,
  contract,
  lane,
  ledgerEntry,
  linkedLane,
  mapped,
  rule,
} from '../../support/builders.ts';
import { always, PLACE } from '../../support/expressions.ts';

const PAYLOAD: Payload = {
  shortDescription: 'No login',
  description: 'Since today',
  group: 'A',
  status: 'open',
};

const plan = (ours: Lane, payload: Payload, change: Partial<OutboundFacts> = {}): OutboundPlan =>
  planOutbound({
    contract: contract(),
    lane: ours,
    mapped: mapped(payload),
    trigger: { kind: 'match', rule: rule('everything', always(true)) },
    ledger: [],
    ...change,
  });

const kinds = (result: OutboundPlan): readonly string[] =>
  result.kind === 'actions' ? result.actions.map(({ kind }) => kind) : [result.kind];

const intent = (kind: ActionKind, change: Partial<Intent> = {}): Intent => ({
  id: 'intent',
  kind,
  at: 0,
  fields: {},
  before: { unsure: [], sent: {} },
  comments: [],
  surplus: null,
  ...change,
});

describe('a ticket that the provider does not have', () => {
  it('is created without a status and without close notes, and says which trigger let it travel', () => {
    const result = plan(lane(), { ...PAYLOAD, closeNotes: 'none', contactName: 'Kim' });
    expect(result).toMatchObject({
      kind: 'actions',
      actions: [
        {
          kind: 'create',
          payload: {
            shortDescription: 'No login',
            description: 'Since today',
            group: 'A',
            contactName: 'Kim',
          },
          because: 'trigger "everything" matches',
          rule: 'everything (contract.yaml:1)',
        },
      ],
    });
    expect(JSON.stringify(result)).not.toMatch(/"status"|closeNotes/);
  });

  it.each(['resolved', 'closed', 'cancelled'])('is held while it is %s', (status) => {
    expect(plan(lane(), { ...PAYLOAD, status })).toMatchObject({ kind: 'held' });
  });

  it('is held where no trigger matches', () => {
    expect(plan(lane(), PAYLOAD, { trigger: { kind: 'none' } })).toMatchObject({ kind: 'held' });
  });

  it('takes its first ten comments along', () => {
    const result = plan(lane(), PAYLOAD, { mapped: mapped(PAYLOAD, { comments: comments(12) }) });
    expect(result).toMatchObject({ actions: [{ kind: 'create', comments: carried(10) }] });
  });

  it('is created again, after no answer, with the comments of the first time only', () => {
    const ours = lane({}, { link: 'unknown', intent: intent('create', { comments: ['c1', 'c2'] }) });
    const result = plan(ours, PAYLOAD, { mapped: mapped(PAYLOAD, { comments: comments(3) }) });
    expect(result).toMatchObject({ actions: [{ kind: 'create', comments: carried(2) }] });
  });

  it('is sent with what the contract puts in the place of a refused value', () => {
    const substitutes = [{ field: 'group', refused: 'A', instead: 'B', rule: 'r' }] as const;
    expect(plan(lane({}, { substitutes }), PAYLOAD)).toMatchObject({
      actions: [{ payload: { group: 'B' } }],
    });
  });
});

describe('a ticket that both sides have', () => {
  it('passes through resolved on its way to closed', () => {
    expect(kinds(plan(linkedLane({ fields: PAYLOAD }), { ...PAYLOAD, status: 'closed' }))).toEqual([
      'resolve',
      'close',
    ]);
  });

  it('is only closed where it is agreed that it is resolved', () => {
    const agreed = linkedLane({ fields: { ...PAYLOAD, status: 'resolved' } });
    expect(kinds(plan(agreed, { ...PAYLOAD, status: 'closed' }))).toEqual(['close']);
  });

  it('is resolved again before it is closed, where a lost call may have re-opened it', () => {
    const shadow = { fields: { ...PAYLOAD, status: 'resolved' }, unsure: ['status'] } as const;
    const reopened = linkedLane(shadow, { intent: intent('update') });
    expect(kinds(plan(reopened, { ...PAYLOAD, status: 'closed' }))).toEqual(['resolve', 'close']);
  });

  it('takes nothing before a close that got no answer has got one', () => {
    const shadow = { fields: { ...PAYLOAD, status: 'resolved' }, unsure: ['status'] } as const;
    const closing = linkedLane(shadow, { intent: intent('close') });
    const payload = { ...PAYLOAD, group: 'B', status: 'closed' };
    const result = plan(closing, payload, { mapped: mapped(payload, { comments: comments(1) }) });
    expect(kinds(result)).toEqual(['close']);
  });

  it('carries the close notes with the resolution only', () => {
    const ours = linkedLane({ fields: PAYLOAD });
    expect(plan(ours, { ...PAYLOAD, closeNotes: 'done' })).toEqual({ kind: 'nothing' });
    expect(plan(ours, { ...PAYLOAD, status: 'resolved', closeNotes: 'done' })).toMatchObject({
      actions: [{ kind: 'resolve', fields: { status: 'resolved', closeNotes: 'done' } }],
    });
  });

  it('is held, not sent, while it is resolved and only fields differ; and sent when it is re-opened', () => {
    const agreed = linkedLane({ fields: { ...PAYLOAD, status: 'resolved' } });
    const changed = { ...PAYLOAD, group: 'B' };
    expect(plan(agreed, { ...changed, status: 'resolved' })).toMatchObject({ kind: 'held' });
    expect(plan(agreed, { ...changed, status: 'workinprogress' })).toMatchObject({
      actions: [{ kind: 'update', fields: { group: 'B', status: 'workinprogress' } }],
    });
  });

  it('still takes comments while it is resolved', () => {
    const resolved = { ...PAYLOAD, status: 'resolved' };
    const result = plan(linkedLane({ fields: resolved }), resolved, {
      mapped: mapped(resolved, { comments: comments(2) }),
      ledger: [ledgerEntry('c1')],
    });
    expect(result).toMatchObject({ actions: [{ kind: 'notes', comments: carried(2).slice(1) }] });
  });

  it('is owed our number, and the end of a second ticket, before anything else', () => {
    const owing = linkedLane({ fields: PAYLOAD }, { numberOwed: true, surplus: ['e-CS0000002'] });
    expect(kinds(plan(owing, { ...PAYLOAD, group: 'B' }))).toEqual([
      'return-number',
      'cancel-surplus',
      'update',
    ]);
  });

  it('is nobody’s any more once another ticket replaced it', () => {
    const replaced = lane({}, { link: 'replaced', replacedBy: 'INC9', numberOwed: true });
    expect(plan(replaced, { ...PAYLOAD, status: 'closed' })).toEqual({ kind: 'nothing' });
    expect(plan(replaced, { ...PAYLOAD, status: 'open' })).toMatchObject({
      kind: 'held',
      summary: "INC9 has taken this one's place: nothing of it is sent any more",
    });
  });
});

describe('a ticket that one of our own groups took over', () => {
  const plain = contract();
  const kept = contract({
    outbound: {
      ...plain.outbound,
      keptInternal: { when: always(true), send: { group: 'Client', status: 'pending' }, place: PLACE },
    },
  });
  const ours = { ...PAYLOAD, group: 'Desk', shortDescription: 'changed' };
  const facts = { contract: kept, mapped: mapped(ours, { keptInternal: true }) };

  it('tells the provider so once, and none of its changes', () => {
    const told = plan(linkedLane({ fields: PAYLOAD }), ours, facts);
    expect(told).toMatchObject({
      actions: [{ kind: 'update', fields: { group: 'Client', status: 'pending' }, keepsInternal: true }],
    });
    const fields = { ...PAYLOAD, group: 'Client', status: 'pending' };
    expect(plan(linkedLane({ fields }, { keptInternal: true }), ours, facts)).toEqual({ kind: 'nothing' });
  });

  it('sends what changed since then when it is handed back', () => {
    const fields = { ...PAYLOAD, group: 'Client', status: 'pending' };
    const back = plan(linkedLane({ fields }), { ...PAYLOAD, shortDescription: 'changed' });
    expect(back).toMatchObject({
      actions: [{ fields: { shortDescription: 'changed', group: 'A', status: 'open' } }],
    });
  });

  it('is resolved there when it is resolved here', () => {
    const done = { ...ours, status: 'resolved' };
    const result = plan(linkedLane({ fields: PAYLOAD }, { keptInternal: true }), done, {
      contract: kept,
      mapped: mapped(done, { keptInternal: true }),
    });
    expect(kinds(result)).toEqual(['resolve']);
  });
});
