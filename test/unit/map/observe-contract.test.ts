import { describe, expect, it } from 'vitest';
import type { Contract } from '../../../engine/domain/contract.ts';
import type { SeenEvaluation, SeenField } from '../../../engine/domain/observation.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { decideAnswer } from '../../../engine/decide/decide-answer.ts';
import { firstMatch } from '../../../engine/map/condition.ts';
import { mapMessage, mapNewTicket } from '../../../engine/map/inbound.ts';
import { observeContract } from '../../../engine/map/observe-contract.ts';
import { mapPayload, mapTicket, matchTrigger } from '../../../engine/map/outbound.ts';
import { contract, errorRule, fieldRule, rule, table, ticket } from '../../support/builders.ts';
import { always, failing, path, PLACE } from '../../support/expressions.ts';

const words = table(
  [
    ['New', 'open'],
    ['On Hold', 'pending'],
    ['Waiting', 'pending'],
  ],
  'workinprogress',
);
const plain = contract();

/** The contract as it is observed, and what its observer was told. */
function observed(own: Contract) {
  const evaluations: SeenEvaluation[] = [];
  const fields: SeenField[] = [];
  const { contract: observing } = observeContract(own, {
    evaluated: (seen) => evaluations.push(seen),
    filled: (seen) => fields.push(seen),
  });
  return { contract: observing, evaluations, fields };
}

const outwards = (rules: Contract['outbound']['fields']): Contract =>
  contract({ outbound: { ...plain.outbound, fields: rules } });

describe('an observed field of the payload', () => {
  const filled = async (change: Parameters<typeof fieldRule>[2], fields: JsonObject) => {
    const own = fieldRule('status', path('state'), { optional: false, ...change });
    const { contract: observing, fields: seen } = observed(outwards(new Map([['status', own]])));
    mapPayload(observing, ticket(fields), 0);
    // The rule is the one that the caller knows, not the observing one.
    expect(seen.map((one) => one.rule === own)).toEqual([true]);
    const [{ from, entry, value } = { from: null, entry: null, value: null }] = seen;
    return { from, entry, value };
  };

  it('says that its expression filled it', async () => {
    expect(await filled({}, { state: 'x' })).toEqual({ from: 'expression', entry: null, value: 'x' });
  });

  it('names the entry of its table, or says that it was `otherwise`', async () => {
    const entry = words.entries[2];
    expect(await filled({ table: words }, { state: 'Waiting' })).toEqual({
      from: 'entry',
      entry,
      value: 'pending',
    });
    expect(await filled({ table: words }, { state: 'Odd' })).toEqual({
      from: 'otherwise',
      entry: null,
      value: 'workinprogress',
    });
  });

  it('says that its default filled it, for want of a value or of an entry', async () => {
    const expected = { from: 'default', entry: null, value: 'open' };
    expect(await filled({ default: 'open' }, {})).toEqual(expected);
    expect(await filled({ default: 'open', table: { ...words, otherwise: null } }, { state: 'Odd' })).toEqual(
      expected,
    );
  });

  it('says that it was left out, or could not be filled', async () => {
    expect(await filled({ optional: true }, {})).toEqual({ from: 'left-out', entry: null, value: null });
    const fault = { from: 'fault', entry: null, value: null };
    expect(await filled({}, {})).toEqual(fault);
    expect(await filled({ value: failing('no') }, {})).toEqual(fault);
    expect(await filled({}, { state: { a: 'structure' } })).toEqual(fault);
    expect(await filled({ table: words }, { state: { a: 'structure' } })).toEqual(fault);
  });

  it('says its value without what is appended, whose expressions are seen', async () => {
    const location = { label: 'Location', value: path('location'), place: PLACE };
    const own = fieldRule('description', path('text'), { append: [location] });
    const { contract: observing, fields, evaluations } = observed(outwards(new Map([['description', own]])));
    const { payload } = mapPayload(observing, ticket({ text: 'x', location: 'Berlin' }), 0);
    expect(payload.description).toContain('Location: Berlin');
    expect(fields.map(({ value }) => value)).toEqual(['x']);
    expect(evaluations.map(({ expression }) => expression)).toEqual([own.value, location.value]);
  });
});

describe('an observed field of the ITSM', () => {
  it('names the entry that was the way back: the one the ticket has, else the first', async () => {
    const own = fieldRule('state', path('status'), { table: words, optional: false });
    const { contract: observing, fields } = observed(
      contract({ inbound: { ...plain.inbound, fields: new Map([['state', own]]) } }),
    );
    const rules = [...observing.inbound.fields.values()];
    for (const [status, state] of [
      ['pending', 'Waiting'],
      ['pending', 'New'],
      ['workinprogress', 'Odd'],
      ['resolved', 'New'],
    ] as const)
      mapMessage(rules, { status }, 'everything', { state }, 0);
    expect(fields.map(({ from, entry, value }) => [from, entry?.client ?? null, value])).toEqual([
      ['entry', 'Waiting', 'Waiting'],
      ['entry', 'On Hold', 'On Hold'],
      ['otherwise', null, 'Odd'],
      ['fault', null, null],
    ]);
  });
});

describe('an observed contract', () => {
  it('reports every expression that it has, each with its input and how it came about', async () => {
    const own = contract({
      outbound: {
        since: null,
        triggers: [rule('never', always(false)), rule('always', always(true))],
        ticketType: fieldRule('ticket_type', always('Incident')),
        fields: new Map([['group', fieldRule('group', path('team'))]]),
        comments: { when: path('public'), fields: new Map([['body', fieldRule('body')]]) },
        attachments: { when: always(true), sizeMax: 1, encoding: 'binary', place: PLACE },
        deleted: null,
        afterClosed: plain.outbound.afterClosed,
        keptInternal: { when: always(false), send: {}, place: PLACE },
      },
      inbound: {
        ...plain.inbound,
        outOfScope: [rule('out', always(false))],
        fields: new Map([['team', fieldRule('team', path('group'))]]),
        create: new Map([['kind', fieldRule('kind', always('x'))]]),
        comments: new Map([['body', fieldRule('body')]]),
      },
      errors: [errorRule('stop', always(true), { kind: 'stop' })],
    });
    const { contract: observing, evaluations } = observed(own);
    const row = ticket({ team: 'A' }, { comments: [{ key: '1', fields: { public: true, body: 'x' } }] });
    expect(matchTrigger(observing, row, 0)).toMatchObject({ kind: 'match', rule: { name: 'always' } });
    const mapped = mapTicket(observing, row, 0);
    expect(mapped).toEqual(mapTicket(own, row, 0));
    firstMatch(observing.inbound.outOfScope, {}, 0);
    mapNewTicket(observing, { group: 'A' }, 0);
    mapMessage(observing.inbound.comments?.values() ?? [], { body: 'x' }, 'everything', {}, 0);
    const answer = { kind: 'no-answer', reached: true, reason: 'x' } as const;
    const call = {
      kind: 'create',
      ticketType: null,
      fields: {},
      answer,
      attempts: 0,
      substitutes: [],
      repeats: false,
    } as const;
    expect(decideAnswer(observing, call, 0)).toMatchObject({ kind: 'stop' });

    const { outbound, inbound, errors } = own;
    const expressions = [
      ...outbound.triggers.map(({ when }) => when),
      ...[...outbound.fields.values(), outbound.ticketType].map(({ value }) => value),
      outbound.keptInternal?.when,
      outbound.comments?.when,
      ...[...(outbound.comments?.fields.values() ?? [])].map(({ value }) => value),
      ...inbound.outOfScope.map(({ when }) => when),
      ...[...inbound.fields.values(), ...inbound.create.values()].map(({ value }) => value),
      ...[...(inbound.comments?.values() ?? [])].map(({ value }) => value),
      ...errors.map(({ when }) => when),
    ];
    expect(evaluations.map(({ expression }) => expression)).toEqual(expressions);
    expect(evaluations[2]).toMatchObject({
      input: { team: 'A', number: 'INC0000001' },
      explanation: { evaluation: { kind: 'value', value: 'A' } },
    });
  });
});

describe('an observed contract', () => {
  const own = outwards(new Map([['status', fieldRule('status', path('state'))]]));
  const told: string[] = [];
  const observe = (name: string) =>
    observeContract(own, { evaluated: () => void told.push(name), filled: () => undefined });

  it('tells each observer what happened while it looked, and nobody afterwards', () => {
    const [first, second] = [observe('first'), observe('second')];
    mapPayload(first.contract, ticket({ state: 'x' }), 0);
    mapPayload(second.contract, ticket({ state: 'x' }), 0);
    first.end();
    mapPayload(first.contract, ticket({ state: 'x' }), 0);
    const third = observe('third');
    mapPayload(third.contract, ticket({ state: 'x' }), 0);
    mapPayload(second.contract, ticket({ state: 'x' }), 0);

    expect(told).toEqual(['first', 'second', 'third', 'second']);
  });
});
