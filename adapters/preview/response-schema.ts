import { ACTION_KINDS } from '../../engine/compile/vocabulary.ts';
import { PROBLEM_CODES } from './problem.ts';

/** What the server answers, for the page /docs and for programs. Nothing is sent that is not described here. */

const text = { type: 'string' } as const;
const nullableText = { type: ['string', 'null'] } as const;
const truth = { type: 'boolean' } as const;
const anything = {} as const;

const described = <S extends object>(schema: S, description: string) => ({ ...schema, description });
const listOf = (items: object, description?: string) => ({
  type: 'array',
  items,
  ...(description === undefined ? {} : { description }),
});
/** All of them are always there. */
const exactly = (properties: Readonly<Record<string, object>>, description?: string) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
  ...(description === undefined ? {} : { description }),
});
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

const place = described(text, 'file:line:column');

const operand = exactly({
  text: described(text, 'As written in the expression.'),
  place,
  value: described(anything, 'What it yielded; null: nothing.'),
  source: described(
    nullableText,
    'Where a plain name comes from: users.full_name (by tickets.caller_id), changed.status, body.status; null for what is computed.',
  ),
});

const condition = exactly({
  name: text,
  place,
  expression: text,
  verdict: { enum: ['yes', 'no', 'failed'] },
  fault: described(nullableText, 'Why it failed.'),
  asked: described(truth, 'The engine asked it; the others are evaluated for display only.'),
  decided: described(truth, 'It decided: the first that holds of those that were asked.'),
  operands: listOf(operand),
});

const field = exactly({
  field: text,
  place,
  value: described(anything, 'Without what is appended; null: none.'),
  from: described(
    { enum: ['expression', 'entry', 'otherwise', 'default', 'left-out', 'fault'] },
    "What the value comes from: the expression itself, the table's entry or its otherwise, the default; left-out: nothing, and the field is optional; fault: nothing, and it is not.",
  ),
  fault: nullableText,
  asked: described(
    truth,
    'The engine evaluated it; the others are evaluated for display only: an Update means only what changed.',
  ),
  expression: text,
  operands: listOf(operand),
  table: orNull(
    exactly({
      name: text,
      entry: described(nullableText, "The client's word: the provider's word; null: no entry."),
      place,
    }),
  ),
  appended: listOf(
    exactly({ label: text, place, value: anything, expression: text, operands: listOf(operand) }),
    'The lines behind the value. One whose value is null is left out.',
  ),
  shortened: described(
    nullableText,
    'What became of a text that is too long for its field; null: it is not.',
  ),
});

const diagnostic = exactly({
  code: text,
  severity: { enum: ['error', 'warning'] },
  title: text,
  file: text,
  line: { type: 'integer' },
  column: { type: 'integer' },
  endColumn: { type: 'integer' },
  message: text,
  hint: nullableText,
});
const diagnostics = (description: string) => listOf(diagnostic, description);

const payloadMistake = exactly({ field: text, limit: text, value: text });

const call = exactly({
  kind: {
    enum: ACTION_KINDS,
  },
  method: { enum: ['POST', 'PUT', 'GET'] },
  path: described(text, "Below the contract's bridge URL, URL-encoded."),
  body: described(
    { type: ['object', 'null'], additionalProperties: true },
    'As it goes over the wire: free texts are escaped twice.',
  ),
  because: text,
  rule: nullableText,
  answer: described(text, 'What the bridge is taken to answer.'),
  faults: listOf(payloadMistake, "What the bridge's schemas do not allow."),
  sent: described(truth, 'False: the engine does not send it, because of its faults.'),
});

const message = exactly({
  transaction: text,
  id: text,
  deleted: described(truth, 'It is deleted from the queue.'),
  outcome: described(nullableText, 'As in the journal; null: it waits.'),
  summary: text,
  rule: nullableText,
  faults: listOf(text, "What the queue's schemas miss in it."),
});

const end = {
  description: 'How it ends.',
  oneOf: [
    exactly({ kind: { const: 'rests' } }, 'Nothing is left to do.'),
    exactly({ kind: { const: 'waits' }, until: text }, 'Something is sent again, then at the latest.'),
    exactly(
      {
        kind: { const: 'parked' },
        code: text,
        reason: text,
        rule: nullableText,
        wakes: described({ enum: ['change', 'operator'] }, 'What tries again.'),
      },
      'The ticket stands still.',
    ),
    exactly({ kind: { const: 'stopped' }, reason: text }, 'The whole contract stops.'),
  ],
};

const crossed = described(
  { enum: ['no', 'sent', 'from-provider'] },
  'Whether both sides had it beforehand, or it came with a message: it does not travel then.',
);

const reasons = exactly({
  outbound: orNull(
    exactly({
      triggers: listOf(condition, 'All of them, also those behind the first that holds.'),
      kept_internal: orNull(condition),
      fields: listOf(field),
      comments: listOf(
        exactly({
          key: text,
          crossed,
          when: condition,
          fields: listOf(field),
        }),
      ),
      attachments: listOf(exactly({ key: text, name: text, crossed, when: condition })),
    }),
  ),
  inbound: listOf(
    exactly({
      transaction: text,
      id: text,
      out_of_scope: listOf(condition),
      fields: listOf(field),
      create: listOf(field, 'What only a ticket that is opened here gets.'),
      comment: listOf(field),
    }),
    'Of each message received.',
  ),
  answers: listOf(
    exactly({
      transaction: text,
      status: described({ type: ['integer', 'null'] }, 'Null: no answer came.'),
      errors: listOf(condition),
    }),
    "Of each answer that was no success: the contract's errors.",
  ),
});

export const previewResponseSchema = exactly(
  {
    performed: described(text, 'What was performed: nothing.'),
    contract: text,
    rules: exactly({
      files: listOf(text),
      hash: described(text, 'Of names and texts of the files; journal lines carry the same.'),
    }),
    now: text,
    ticket: orNull(
      exactly({
        number: text,
        from: { enum: ['request', 'database'] },
        known: described(text, 'What both sides know of it, and how it was read.'),
        provider_ticket: nullableText,
      }),
    ),
    calls: listOf(call, 'In the order in which they go out.'),
    writes: listOf(
      exactly({
        kind: {
          enum: [
            'insert-ticket',
            'insert-change',
            'update-ticket',
            'set-provider-number',
            'insert-comment',
            'insert-attachment',
            'insert-approval',
            'update-approval',
          ],
        },
        key: described(text, "Of the row; a new one's is a guess."),
        statements: listOf(
          exactly({
            sql: text,
            values: listOf(anything, 'What only the database knows is said in brackets.'),
            condition: described(nullableText, 'When it is run, in words; null: always.'),
          }),
          'In order, with what must be looked up for it.',
        ),
      }),
      "Writes to the client's own tables.",
    ),
    messages: listOf(message),
    end,
    journal: listOf(
      exactly({
        direction: { enum: ['in', 'out'] },
        transaction: text,
        outcome: text,
        summary: text,
        rule: nullableText,
      }),
    ),
    reasons,
    diagnostics: diagnostics('Warnings of the rules.'),
  },
  'The plan, its reasons, and what the schemas say. Nothing of it was performed.',
);

export const checkResponseSchema = exactly(
  {
    diagnostics: diagnostics('All of them at once, by file, line and column.'),
    silenced: listOf(
      {
        ...diagnostic,
        required: [...diagnostic.required, 'reason'],
        properties: { ...diagnostic.properties, reason: text },
      },
      'Warnings that a comment allows, with its reason.',
    ),
    counts: exactly({
      errors: { type: 'integer' },
      warnings: { type: 'integer' },
      silenced: { type: 'integer' },
    }),
  },
  'What is wrong with the rules. Empty: nothing.',
);

export const problemSchema = {
  title: 'A problem',
  type: 'object',
  additionalProperties: false,
  required: ['code', 'message', 'help'],
  properties: {
    code: { enum: PROBLEM_CODES },
    message: described(text, 'What is wrong.'),
    help: described(text, 'What helps.'),
    mistakes: listOf(exactly({ at: text, message: text }), 'What is wrong with the request.'),
    diagnostics: diagnostics('What is wrong with the rules.'),
  },
};

const problem = (description: string) => ({
  ...problemSchema,
  description,
  examples: [
    {
      code: 'unknown-contract',
      message: 'There is no contract "acne" here.',
      help: 'Did you mean "acme"? (served here: acme, globex)',
    },
  ],
});

const GUARDED = {
  '4xx': problem(
    "401: there is no token, or a wrong one. 403: the Host is not this machine's own, or a page of another site asks.",
  ),
};
const EVALUATED = {
  '4xx': problem(
    [
      '400: the request is no JSON, or not as it should be. 401: no token, or a wrong one. 403: Host or Origin.',
      '404: there is no such contract, or no such ticket in its database. 413: the body is too large. 415: it is not JSON.',
      '422: the rules have errors, or their evaluation took too long or too much memory.',
    ].join(' '),
  ),
  '5xx': problem(
    '503: too many requests at once (Retry-After says when to come again), or the database cannot be worked with. 500: a fault of the server.',
  ),
};

export const previewSchema = {
  summary: 'What would happen, and why',
  description: [
    'Plans what the engine would do with a ticket, with messages of the provider, or on answers of the bridge: every call',
    'with its exact body, every write to the ITSM, what is deleted from the queue, how it ends, and the reason of each.',
    'The rules are those on disk, or come with the request. **It performs nothing**, and needs neither the bridge nor its',
    'key. With `ticket_number` the ticket is read from the live database in a read-only transaction.',
  ].join(' '),
  tags: ['preview'],
  response: { 200: { ...previewResponseSchema, description: 'The plan.' }, ...EVALUATED },
};

export const checkSchema = {
  summary: 'What is wrong with rules',
  description:
    'Compiles rules, and says every mistake with file, line, column and what helps; as `bridgehead check --format json`.',
  tags: ['preview'],
  response: { 200: { ...checkResponseSchema, description: 'The diagnostics.' }, ...EVALUATED },
};

export const contractsSchema = {
  summary: 'The contracts on disk',
  description: 'Those that the server was started with: `name` is what `contract` takes.',
  tags: ['server'],
  response: {
    200: {
      ...exactly({ contracts: listOf(exactly({ name: text, folder: text })) }),
      description: 'By name.',
    },
    ...GUARDED,
  },
};

export const healthSchema = {
  summary: 'Whether the server works',
  description: 'Asks for no token, and says nothing about contracts.',
  tags: ['server'],
  response: {
    200: {
      ...exactly({
        status: { const: 'ok' },
        working: described({ type: 'integer' }, 'Evaluations under way.'),
        waiting: described({ type: 'integer' }, 'Requests that wait for one to end.'),
      }),
      description: 'It does.',
    },
  },
};
