import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTicket, serve, type Served } from './fixtures.ts';

/** A value that a request may hold, and anything else. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    'accepted',
    'INC1',
    '2026-11-23T09:00:00Z',
    '',
    '\u0000',
    '\ud800',
    'e-CS1',
    null,
    0,
    -1e308,
  ),
);
const key = fc.oneof(
  fc.constantFrom(
    'number',
    'key',
    'title',
    'kind',
    'group',
    'status',
    'caller',
    'body',
    'public',
    'constructor',
  ),
  fc.string({ maxLength: 12 }),
);
const object = fc.dictionary(key, value, { maxKeys: 6 });
const message = fc.oneof(
  object,
  fc.record({ Update: object }),
  fc.record({ Create: object }),
  fc.record({ Notes: fc.record({ notes: object }) }),
  fc.record(
    { Body: value, Attributes: object, ReceiptHandle: value, MessageId: value },
    { requiredKeys: ['Body'] },
  ),
);
const orAnything = <T>(expected: fc.Arbitrary<T>) => fc.oneof({ weight: 5, arbitrary: expected }, value);
const situation = fc.record(
  {
    now: orAnything(fc.constant('2026-11-23T09:00:00Z')),
    ticket: orAnything(object),
    comments: orAnything(fc.array(object, { maxLength: 3 })),
    agreed: orAnything(fc.record({ before: orAnything(object), comments: value }, { requiredKeys: [] })),
    receives: orAnything(fc.array(message, { maxLength: 3 })),
    answers: orAnything(
      fc.array(orAnything(fc.record({ status: fc.integer({ min: 190, max: 610 }), text: fc.string() })), {
        maxLength: 3,
      }),
    ),
  },
  { requiredKeys: [] },
);

describe('whatever a request holds', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served.server.stop());

  it('is answered, and never by a fault of the server', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(situation, value), async (body) => {
        const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
        const sent = isObject ? { rules: newTicket.rules, ...body } : body;
        const { status, body: answer, text } = await served.post('/preview', JSON.stringify(sent));

        expect([200, 400, 422], text).toContain(status);
        // A rehearsal that breaks is an answer too, but rules that do nothing unusual must not break it.
        expect(answer.code, text).not.toBe('evaluation-ended');
      }),
      { numRuns: 150 },
    );
  }, 300_000);
});
