import { describe, expect, it } from 'vitest';
import type { Contract, FieldRule } from '../../../engine/domain/contract.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { mapPayload, mapTicket, matchTrigger } from '../../../engine/map/outbound.ts';
import { contract, fieldRule, rule, table, ticket } from '../../support/builders.ts';
import { always, compiledExpression, expression, failing, path, PLACE } from '../../support/expressions.ts';

const plain = contract();
const withFields = (...rules: readonly FieldRule[]): Contract => ({
  ...plain,
  outbound: {
    ...plain.outbound,
    fields: new Map(rules.map((one) => [one.field as 'group', one])),
  },
});
const payloadOf = (rules: readonly FieldRule[], fields: JsonObject) =>
  mapPayload(withFields(...rules), ticket(fields), 0);

describe('a field of the payload', () => {
  it('is left out where the rule is optional and yields nothing, and an error otherwise', () => {
    expect(payloadOf([fieldRule('group')], {})).toEqual({ payload: {}, shortened: [], faults: [] });
    const required = payloadOf([fieldRule('group', path('team'), { optional: false })], {});
    expect(required.payload).toEqual({});
    expect(required.faults).toMatchObject([
      { code: 'rule-yields-nothing', subject: 'group', rule: 'group (contract.yaml:1)' },
    ]);
  });

  it('says which operand was missing, and where it stands, when it may not be left out', async () => {
    const required = { table: null, optional: false } as const;
    const where = fieldRule('group', compiledExpression('$uppercase(location.name)'), required);
    const { faults } = payloadOf([where], { location: {} });
    expect(faults[0]?.reason).toBe(
      'group: the expression `$uppercase(location.name)` yields nothing: `location.name` (contract.yaml:1:12) ' +
        'came to nothing; give the field a `default`, or say `optional: true`',
    );
    const nowhere = payloadOf([where], {});
    expect(nowhere.faults[0]?.reason).toContain('`location` (contract.yaml:1:12) came to nothing');
  });

  it('takes the default where the rule yields nothing, or the table has no entry', async () => {
    const words = table([['UNIX', 'Ensono Unix']]);
    const group = fieldRule('group', path('team'), { table: words, default: 'Desk' });
    expect(payloadOf([group], {}).payload).toEqual({ group: 'Desk' });
    expect(payloadOf([group], { team: 'NEW' }).payload).toEqual({ group: 'Desk' });
    expect(payloadOf([group], { team: 'UNIX' }).payload).toEqual({ group: 'Ensono Unix' });
  });

  it('is an error where the table has no entry and nothing else is said', async () => {
    const strict = fieldRule('group', path('team'), { table: table([]), optional: false });
    const { payload, faults } = payloadOf([strict], { team: 'NEW' });
    expect(payload).toEqual({});
    expect(faults).toMatchObject([{ code: 'no-table-entry' }]);
    expect(faults[0]?.reason).toContain('"NEW"');
  });

  it('is looked up by its text, also where the ITSM writes numbers', async () => {
    const status = fieldRule('status', path('state'), { table: table([['6', 'resolved']]) });
    expect(payloadOf([status], { state: 6 }).payload).toEqual({ status: 'resolved' });
  });

  it('joins a list by commas, and refuses a structure', async () => {
    expect(payloadOf([fieldRule('group')], { group: ['a', 1, true] }).payload).toEqual({
      group: 'a,1,true',
    });
    expect(payloadOf([fieldRule('group')], { group: { name: 'a' } }).faults).toHaveLength(1);
    expect(payloadOf([fieldRule('group')], { group: [['a']] }).faults).toHaveLength(1);
  });

  it('is an error, with the reason, where its expression fails', async () => {
    const { faults } = payloadOf([fieldRule('group', failing('out of depth'))], {});
    expect(faults).toMatchObject([{ code: 'rule-failed' }]);
    expect(faults[0]?.reason).toContain('out of depth');
  });

  it('gets the lines that are appended, without those that have no value', async () => {
    const append = ['Location', 'Cost center', 'Asset'].map((label) => ({
      label,
      value: path(label),
      place: PLACE,
    }));
    const { payload } = payloadOf([fieldRule('description', undefined, { append })], {
      description: 'No login',
      Location: 'Berlin',
      'Cost center': ' ',
    });
    expect(payload.description).toBe(
      'No login\n\n----- Additional information -----\nLocation: Berlin\n----- End of additional information -----',
    );
  });
});

describe('a ticket as the provider sees it', () => {
  it('needs a type that the bridge knows', async () => {
    const odd = {
      ...plain,
      outbound: { ...plain.outbound, ticketType: fieldRule('ticket_type', always('Case')) },
    };
    const { ticketType, faults } = mapTicket(odd, ticket(), 0);
    expect(ticketType).toBeNull();
    expect(faults[0]?.reason).toContain('allowed are Incident and Request');
  });

  it('has the comments that the contract lets travel, in their order', async () => {
    const isPublic = {
      ...plain.outbound,
      comments: { when: path('public'), fields: new Map([['body' as const, fieldRule('body')]]) },
    };
    const written = ['a', 'b', 'c'].map((key) => ({ key, fields: { body: key, public: key !== 'b' } }));
    const { comments } = mapTicket({ ...plain, outbound: isPublic }, ticket({}, { comments: written }), 0);
    expect(comments).toEqual([
      { key: 'a', parts: [{ body: 'a' }], shortened: null },
      { key: 'c', parts: [{ body: 'c' }], shortened: null },
    ]);
  });
});

describe('the triggers of a contract', () => {
  const triggers = (...rules: Contract['outbound']['triggers']): Contract => ({
    ...plain,
    outbound: { ...plain.outbound, triggers: rules },
  });

  it('name the first that matches', async () => {
    const rules = triggers(rule('no', always(false)), rule('one', always('yes')), rule('two', always(true)));
    expect(matchTrigger(rules, ticket(), 0)).toMatchObject({ kind: 'match', rule: { name: 'one' } });
  });

  it.each([false, 0, '', [], {}, [false, '']])('take %j for no', async (value) => {
    expect(matchTrigger(triggers(rule('one', always(value))), ticket(), 0)).toEqual({ kind: 'none' });
  });

  it('see the number of either side, beside the fields', async () => {
    const seen = expression(
      ({ number, provider_number: theirs, kind }) =>
        number === 'INC0000001' && theirs === 'e-CS1' && kind === 'x',
    );
    const known = ticket({ kind: 'x' }, { providerNumber: 'e-CS1' });
    expect(matchTrigger(triggers(rule('one', seen)), known, 0)).toMatchObject({ kind: 'match' });
  });

  it('that fail are a fault, unless one before them matches', async () => {
    const broken = rule('broken', failing('oops'));
    const yes = rule('yes', always(true));
    expect(matchTrigger(triggers(broken, yes), ticket(), 0)).toMatchObject({ kind: 'fault' });
    expect(matchTrigger(triggers(yes, broken), ticket(), 0)).toMatchObject({ kind: 'match' });
  });
});
