import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../engine/domain/json.ts';
import { COMMENT_FIELDS, CREATE_ONLY_FIELDS, UPDATE_FIELDS } from '../../engine/domain/payload.ts';
import { escapeText } from '../../engine/wire/escape.ts';
import { schemaReader } from '../../engine/wire/schema-reader.ts';
import { validateRequest } from '../../engine/wire/validate-payload.ts';
import createSchema from '../../schemas/bridge/create.schema.json' with { type: 'json' };
import fieldsSchema from '../../schemas/bridge/fields.schema.json' with { type: 'json' };
import notesSchema from '../../schemas/bridge/notes.schema.json' with { type: 'json' };
import updateSchema from '../../schemas/bridge/update.schema.json' with { type: 'json' };

const reader = schemaReader();
reader.addSchema(fieldsSchema);
const IDENTITY = ['clientName', 'clientTicketNumber', 'ticketType'];
const OPENING = ['shortDescription', 'description', 'contactName', 'contactEmail', 'priority'];
const CALLS = [
  {
    request: { method: 'POST', path: 'tickets' },
    schema: reader.compile(createSchema),
    certain: [...IDENTITY, ...OPENING],
    possible: [...CREATE_ONLY_FIELDS, 'group'],
  },
  {
    request: { method: 'PUT', path: 'tickets/e-CS1' },
    schema: reader.compile(updateSchema),
    certain: IDENTITY,
    possible: [...UPDATE_FIELDS],
  },
  {
    request: { method: 'PUT', path: 'tickets/e-CS1/notes' },
    schema: reader.compile(notesSchema),
    certain: IDENTITY,
    possible: [],
  },
] as const;

/** At a limit or just beyond it, escaped or not, a word of one of the lists or of none. */
const anyValue = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('1', 'open', 'pending', 'resolved', 'closed', 'Incident', 'text') },
  fc.constantFrom('', '4', '0', 'Change', 'Open', 'toString', 'say "so"', 'a\\', escapeText('"a"\nb\\')),
  fc.constantFrom(160, 161, 4000, 4001).map((length) => 'x'.repeat(length)),
  fc.constantFrom(150, 1990).map((length) => escapeText('"'.repeat(length))),
  fc.constantFrom(null, 1, true, [], {}, ['text'], [null], [{ body: null }]),
);
const usual: Readonly<Record<string, string>> = {
  clientName: 'AcmeCorp',
  clientTicketNumber: 'INC1',
  ticketType: 'Incident',
  priority: '2',
  impact: '1',
  urgency: '3',
  status: 'open',
};
/** Mostly what the field wants, or nothing. */
const valueOf = (name: string): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual[name] ?? 'text') }, { weight: 1, arbitrary: anyValue });
const someOf = (names: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(names.map((name) => [name, valueOf(name)])), { requiredKeys: [] });
const allOf = (names: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(names.map((name) => [name, valueOf(name)])));

const anyComments = fc.array(
  fc
    .tuple(fc.oneof({ weight: 8, arbitrary: allOf(['body']) }, fc.constant({})), someOf(COMMENT_FIELDS))
    .map(([body, more]) => ({ ...more, ...body })),
  { minLength: 1, maxLength: 3 },
);
const anyField = someOf([...UPDATE_FIELDS, ...CREATE_ONLY_FIELDS, 'assignee']);
const anyCall = fc
  .constantFrom(...CALLS)
  .chain(({ request, schema, certain, possible }) =>
    fc
      .tuple(
        fc.oneof({ weight: 8, arbitrary: allOf(certain) }, { weight: 1, arbitrary: someOf(certain) }),
        someOf(possible),
        fc.oneof({ weight: 8, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: anyField }),
        fc.record({ comments: fc.oneof(anyComments, valueOf('comments')) }, { requiredKeys: [] }),
      )
      .map((parts) => ({ request, schema, body: { payload: Object.assign({}, ...parts) as JsonObject } })),
  );

describe('a payload', () => {
  it('passes where its schema passes it, and nowhere else, whatever was passed before', () => {
    let passed = 0;
    fc.assert(
      fc.property(anyCall, ({ request, schema, body }) => {
        const isRight = schema(body);
        if (isRight) passed += 1;
        expect(validateRequest({ ...request, body }).length === 0).toBe(isRight);
      }),
      { numRuns: 6000 },
    );
    expect(passed).toBeGreaterThan(600);
  });
});
