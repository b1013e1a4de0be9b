import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { changeMessage } from '../../../engine/map/change-message.ts';
import { riskText } from '../../../engine/map/risk-text.ts';
import { contract } from '../../support/builders.ts';

const { inbound } = contract();
const read = (body: JsonObject, before: JsonObject = {}, type = 'Update') =>
  changeMessage(inbound, type, body, before);

describe('a risk assessment', () => {
  it.each<[string, Json, string]>([
    ['a text', ' Low risk ', 'Low risk'],
    [
      'an object',
      { backup: 'yes', score: 3, host: { name: 'a', os: 'b' } },
      'backup: yes\nscore: 3\nhost:\n  name: a\n  os: b',
    ],
    [
      'questions',
      [
        { question: 'Is there a backup?', answer: 'Yes' },
        { question: 'Tested?', answer: 'No', weight: 2 },
        'And a text',
      ],
      'Is there a backup?: Yes\nTested?: No\n  weight: 2\nAnd a text',
    ],
    ['nothing', null, ''],
  ])('that is %s is one text', (_, value, text) => {
    expect(riskText(value)).toBe(text);
  });

  it('is a text whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => typeof riskText(value as Json) === 'string'));
  });
});

describe('a message about a change', () => {
  it('is spelt as the client guide spells it, with the approval in lower case', () => {
    const { seen } = read({ state: 'ASSESS', type: 'normal', approval: 'Not Requested ' });
    expect(seen).toMatchObject({ state: 'Assess', type: 'Normal', approval: 'not requested' });
  });

  it('has its dates in UTC, as a date column takes them', () => {
    const { seen } = read({
      startDate: '2026-03-29 01:30:00',
      endDate: '2026-03-29T02:30',
      openedAt: 'soon',
    });
    expect(seen).toMatchObject({
      startDate: '2026-03-29T01:30:00.000Z',
      endDate: '2026-03-29T02:30:00.000Z',
      openedAt: 'soon',
    });
  });

  it('changes what it says otherwise than before, and nothing else', () => {
    const before = read({ state: 'Assess', risk: 'Low', riskAssessment: { backup: 'yes' } }).seen;
    const { changed, seen } = read(
      { state: 'assess', risk: 'High', riskAssessment: { backup: 'yes' } },
      before,
    );
    expect([...changed]).toEqual(['risk']);
    expect(seen).toMatchObject({ state: 'Assess', risk: 'High' });
  });

  it('takes nothing away that it does not mention, and what it leaves blank', () => {
    const { changed, seen, context } = read({ risk: '', approvalId: 'a1' }, { state: 'Assess', risk: 'Low' });
    expect([...changed]).toEqual(['risk']);
    expect(seen).toEqual({ state: 'Assess' });
    expect(context).toMatchObject({ state: 'Assess', approvalId: 'a1' });
  });

  it('is new again if it is a Redraft, whatever state it names', () => {
    expect(read({ state: 'Assess' }, { state: 'Scheduled' }, 'Redraft').seen.state).toBe('New');
  });

  it('read twice changes nothing the second time', () => {
    const text = fc.option(fc.string(), { nil: undefined });
    const body = fc.record({
      state: text,
      approval: text,
      startDate: text,
      description: text,
      riskAssessment: fc.jsonValue(),
    });
    fc.assert(
      fc.property(body, (values) => {
        const written = Object.fromEntries(
          Object.entries(values).filter(([, value]) => value !== undefined),
        ) as JsonObject;
        const { seen } = read(written);
        expect([...read(written, seen).changed]).toEqual([]);
      }),
    );
  });
});
