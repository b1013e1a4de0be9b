import { describe, expect, it } from 'vitest';
import { decideAnswer, type AnsweredCall } from '../../../engine/decide/decide-answer.ts';
import type { ErrorRule } from '../../../engine/domain/contract.ts';
import { PATIENCE_MS_MIN, RESENDS_MAX } from '../../../engine/domain/limits.ts';
import type { Json } from '../../../engine/domain/json.ts';
import { readAnswer, type ReadAnswer } from '../../../engine/wire/read-answer.ts';
import { contract, errorRule } from '../../support/builders.ts';
import { always, expression, failing } from '../../support/expressions.ts';

const decide = (answer: ReadAnswer, change: Partial<AnsweredCall> = {}, errors: readonly ErrorRule[] = []) =>
  decideAnswer(
    contract({ errors }),
    {
      kind: 'update',
      ticketType: 'Incident',
      fields: {},
      answer,
      attempts: 0,
      substitutes: [],
      repeats: false,
      ...change,
    },
    0,
  );

const answered = (status: number, body: Json): ReadAnswer =>
  readAnswer('update', { kind: 'answer', status, body, retryAfterMs: null });
const noAnswer = (reached: boolean): ReadAnswer => ({ kind: 'no-answer', reached, reason: 'timed out' });
const UNKNOWN_GROUP = answered(200, {
  Response: ['assigment_group sys_id or name not found.', 'This ticket cannot be created.'],
});
const mentions = (words: string) =>
  expression(({ text }) => typeof text === 'string' && text.includes(words), ['text']);
const replaceGroup = errorRule('unknown group', mentions('name not found'), {
  kind: 'replace',
  fields: { group: 'Service Desk' },
});

describe('an answer that leaves open whether the call was carried out', () => {
  it.each([
    ['no answer', noAnswer(true)],
    ['status 500', answered(500, 'oops')],
    ['status 502', answered(502, '<html>')],
    ['status 504', answered(504, { message: 'Endpoint request timed out' })],
    ['a 2xx that says nothing', answered(200, {})],
  ])('is never sent again sooner than after 60 s: %s', async (_name, answer) => {
    const after = decide(answer);
    expect(after).toMatchObject({ ambiguous: true });
    if (after.kind === 'resend') expect(after.afterMsMin).toBeGreaterThanOrEqual(PATIENCE_MS_MIN);
    else expect(after.kind).toBe('park');
  });

  it('is not a refusal, so that no value is replaced', async () => {
    const replaceAlways = errorRule('always', always(true), { kind: 'replace', fields: { group: 'B' } });
    const call = { fields: { group: 'A' } };
    expect(decide(noAnswer(true), call, [replaceAlways])).toMatchObject({ kind: 'resend' });
    expect(decide(noAnswer(false), call, [replaceAlways])).toMatchObject({ kind: 'resend' });
    expect(decide(answered(503, 'no'), call, [replaceAlways])).toMatchObject({ kind: 'resend' });
  });

  it('parks the lane after so many sends', async () => {
    expect(decide(noAnswer(true), { attempts: RESENDS_MAX - 2 })).toMatchObject({ kind: 'resend' });
    expect(decide(noAnswer(true), { attempts: RESENDS_MAX - 1 })).toMatchObject({
      kind: 'park',
      ambiguous: true,
    });
  });

  it('is sent as often as the contract says, and no more', async () => {
    const thrice = errorRule(
      'patience',
      expression(({ timed_out: lost }) => lost),
      {
        kind: 'resend',
        afterMsMin: 70_000,
        afterMsMax: 90_000,
        atMost: 3,
      },
    );
    expect(decide(noAnswer(true), { attempts: 1 }, [thrice])).toMatchObject({
      kind: 'resend',
      afterMsMin: 70_000,
      afterMsMax: 90_000,
    });
    expect(decide(noAnswer(true), { attempts: 2 }, [thrice])).toMatchObject({
      kind: 'park',
      rule: 'patience (contract.yaml:1)',
    });
  });
});

describe('a bridge that cannot be reached', () => {
  it('uses up no attempt, however long it lasts', async () => {
    expect(decide(noAnswer(false), { attempts: RESENDS_MAX * 2 })).toMatchObject({
      kind: 'resend',
      ambiguous: false,
      counts: false,
    });
  });
});

describe('an unknown group', () => {
  it('is replaced by what the contract says', async () => {
    expect(decide(UNKNOWN_GROUP, { fields: { group: 'A', priority: '1' } }, [replaceGroup])).toEqual({
      kind: 'substitute',
      substitutes: [
        { field: 'group', refused: 'A', instead: 'Service Desk', rule: 'unknown group (contract.yaml:1)' },
      ],
      rule: 'unknown group (contract.yaml:1)',
    });
  });

  it('parks the lane when the replacement is refused too', async () => {
    const call = { fields: { group: 'Service Desk' } };
    expect(decide(UNKNOWN_GROUP, call, [replaceGroup])).toMatchObject({
      kind: 'park',
      ambiguous: false,
    });
  });

  it('parks the lane where the contract has no word on it, or the call carried no group', async () => {
    expect(decide(UNKNOWN_GROUP, { fields: { group: 'A' } })).toMatchObject({ kind: 'park' });
    expect(decide(UNKNOWN_GROUP, { fields: {} }, [replaceGroup])).toMatchObject({ kind: 'park' });
  });
});

describe('a mistake of the configuration', () => {
  it.each([
    [403, { message: 'Forbidden' }],
    [403, { message: 'Missing Authentication Token' }],
    [200, { Response: 'Bad Path' }],
    [200, { Response: 'Unable to find mapping for ClientName' }],
  ])('stops the contract: %i %j', async (status, body) => {
    expect(decide(answered(status, body))).toMatchObject({ kind: 'stop' });
  });
});

describe('any other answer', () => {
  it('is success where the bridge says so, whatever the rules', async () => {
    const stop = errorRule('always', always(true), { kind: 'stop' });
    expect(decide({ kind: 'accepted', providerTicket: 'e-CS1' }, {}, [stop])).toEqual({
      kind: 'accepted',
      providerTicket: 'e-CS1',
    });
  });

  it('parks the lane, and an edit may cure it', async () => {
    expect(decide(answered(400, { Response: 'priority is not valid' }))).toMatchObject({
      kind: 'park',
      code: 'bridge-refused',
      ambiguous: false,
      reason: expect.stringContaining('priority is not valid') as string,
    });
  });

  it('goes by the first rule of the contract that matches', async () => {
    const rules = [
      errorRule('not this', always(false), { kind: 'stop' }),
      errorRule('park it', always(true), { kind: 'park' }),
      errorRule('stop it', always(true), { kind: 'stop' }),
    ];
    expect(decide(answered(400, 'no'), {}, rules)).toMatchObject({
      kind: 'park',
      rule: 'park it (contract.yaml:1)',
    });
  });

  it('parks the lane where a rule of the contract fails', async () => {
    const broken = errorRule('broken', failing('no such function'), { kind: 'park' });
    expect(decide(noAnswer(true), {}, [broken])).toMatchObject({
      kind: 'park',
      code: 'rule-failed',
      ambiguous: true,
    });
  });

  it('waits after too many requests, and the wait is not in doubt', async () => {
    expect(decide(answered(429, { message: 'Too Many Requests' }))).toMatchObject({
      kind: 'resend',
      ambiguous: false,
      counts: true,
    });
  });
});

describe('a bridge that asks for time', () => {
  it.each([
    ['less than patience anyway', 5_000, 60_000, 120_000],
    ['more than patience', 300_000, 300_000, 300_000],
    ['more than is reasonable', 86_400_000, 900_000, 900_000],
  ])('gets it: %s', async (_name, retryAfterMs, afterMsMin, afterMsMax) => {
    const answer = readAnswer('update', { kind: 'answer', status: 429, body: 'slow down', retryAfterMs });
    expect(decide(answer)).toMatchObject({ kind: 'resend', ambiguous: false, afterMsMin, afterMsMax });
  });
});

describe('a rule that stops the contract', () => {
  it('does not forget that the call may have been carried out', async () => {
    const stop = errorRule('stop', always(true), { kind: 'stop' });
    expect(decide(noAnswer(true), {}, [stop])).toMatchObject({ kind: 'stop', ambiguous: true });
    expect(decide(UNKNOWN_GROUP, {}, [stop])).toMatchObject({ kind: 'stop', ambiguous: false });
  });
});

describe('rules that replace the values of each other', () => {
  it('end where a value comes again that was refused before', async () => {
    const swap = errorRule('swap', always(true), { kind: 'replace', fields: { group: 'A' } });
    const substitutes = [{ field: 'group', refused: 'A', instead: 'B', rule: 'swap back' }] as const;
    expect(decide(UNKNOWN_GROUP, { fields: { group: 'B' } }, [swap])).toMatchObject({
      kind: 'substitute',
    });
    expect(decide(UNKNOWN_GROUP, { fields: { group: 'B' }, substitutes }, [swap])).toMatchObject({
      kind: 'park',
    });
  });
});

describe('an ending that the provider refuses', () => {
  const CLOSED = answered(400, { Response: 'The ticket is closed and takes nothing more' });
  const NOT_RESOLVED = answered(400, { Response: 'Ticket must be resolved before it can be closed' });
  it.each([
    ['a close that is repeated', 'close', true, answered(400, 'no'), 'so-already'],
    ['a close that crosses their re-opening', 'close', true, NOT_RESOLVED, 'reopened'],
    ['a close of what nobody resolved', 'close', false, NOT_RESOLVED, 'park'],
    ['a close of what is closed', 'close', false, CLOSED, 'so-already'],
    ['a cancel of a second ticket that has ended', 'cancel-surplus', false, CLOSED, 'so-already'],
    ['a resolve that is repeated', 'resolve', true, CLOSED, 'so-already'],
    ['a first resolve', 'resolve', false, CLOSED, 'ended'],
    ['an update', 'update', true, CLOSED, 'ended'],
    ['our number', 'return-number', false, CLOSED, 'ended'],
    ['a comment on what is resolved', 'notes', false, answered(400, 'is resolved'), 'park'],
    ['a create', 'create', false, CLOSED, 'park'],
  ] as const)('is good news where it is so already: %s', async (_name, kind, repeats, answer, after) => {
    expect(decide(answer, { kind, repeats })).toMatchObject({ kind: after });
  });

  it('parks what a change that has ended does not take', () => {
    for (const kind of ['notes', 'return-number'] as const) {
      expect(decide(CLOSED, { kind, ticketType: 'Change' })).toMatchObject({
        kind: 'park',
        code: 'bridge-refused',
      });
    }
  });
});
