import { FAULT_DELAY_MS_MAX, MESSAGES_PER_READ_MAX, FILE_BYTES_MAX } from './limits.ts';

/** What the control routes take. Unknown fields are errors: a misspelt one would otherwise do nothing in silence. */
export const text = { type: 'string' } as const;
export const name = { type: 'string', minLength: 1 } as const;

export const exactly = (properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

export const tweaks = { omit: { type: 'array', items: name }, message: { type: 'object' } };

export const texts = (...names: readonly string[]) => Object.fromEntries(names.map((field) => [field, text]));

const deskFields = {
  ...texts('description', 'shortDescription', 'ensonoGroup', 'statusNextAction', 'offHoldDate', 'cis'),
  ...texts('category', 'closureCategory'),
  group: name,
  priority: { enum: ['1', '2', '3', '4'] },
  impact: { enum: ['1', '2', '3'] },
  urgency: { enum: ['1', '2', '3'] },
};
const openStatus = { enum: ['open', 'workinprogress', 'pending'] };

export const openSchema = exactly(
  {
    ...deskFields,
    ...texts('contactName', 'contactEmail'),
    shortDescription: name,
    ticketType: { enum: ['Incident', 'Request'] },
    ...tweaks,
  },
  ['shortDescription'],
);
export const updateSchema = exactly({ ...deskFields, status: openStatus, ...tweaks });
export const commentSchema = exactly({ body: name, ...texts('commenter', 'commenterEmail'), ...tweaks }, [
  'body',
]);
export const attachSchema = exactly(
  {
    name: text,
    ...texts('type', 'text', 'base64'),
    size: { type: 'integer', minimum: 0, maximum: FILE_BYTES_MAX },
    goodForMs: { type: 'integer', minimum: 0 },
    saysUntil: { type: 'boolean' },
    ...tweaks,
  },
  ['name'],
);
export const resolveSchema = exactly({ ...texts('closeNotes', 'closeCode'), ...tweaks }, ['closeNotes']);
export const closeSchema = exactly({ ...texts('closeNotes', 'closeCode'), ...tweaks });
export const cancelSchema = exactly({ closeNotes: text, ...tweaks }, ['closeNotes']);
export const reopenSchema = exactly({ status: openStatus, ...tweaks });

export const messageSchema = exactly(
  {
    group: name,
    transactionType: text,
    clientReferenceAvailable: { type: 'boolean' },
    body: {},
    attributes: { type: 'object' },
  },
  ['group', 'transactionType', 'body'],
);
export const duplicateSchema = exactly({ by: { enum: ['queue', 'sender'] } });

export const switchesSchema = exactly({
  wrapper: { enum: [1, 2] },
  messagesPerRead: { type: 'integer', minimum: 10, maximum: MESSAGES_PER_READ_MAX, multipleOf: 10 },
  resolveAlsoCloses: { type: 'boolean' },
  numbersWithoutPrefix: { type: 'boolean' },
  textsEscaped: { type: 'boolean' },
  returnNumber: { enum: ['lost', 'always', 'never'] },
  notesCarryAllFields: { type: 'boolean' },
  errorsWith200: { type: 'boolean' },
  md5OfBody: { type: 'boolean' },
  traceHeader: { type: 'boolean' },
});

export const clockSchema = exactly({
  now: { anyOf: [{ type: 'integer' }, { type: 'string', minLength: 1 }] },
  advanceMs: { type: 'integer' },
  speed: { type: 'number', minimum: 0, maximum: 10_000 },
});

const count = { type: 'integer', minimum: 0 };
const how = { enum: ['reset', 'hang'] };
const faultRule = (
  kind: string,
  properties: Readonly<Record<string, unknown>>,
  required: readonly string[],
) =>
  exactly(
    {
      kind: { const: kind },
      match: exactly({ method: name, path: name, pathPattern: name, client: name }),
      times: count,
      skip: count,
      ...properties,
    },
    ['kind', ...required],
  );

export const faultsSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['kind'],
    discriminator: { propertyName: 'kind' },
    oneOf: [
      faultRule(
        'delay',
        {
          ms: { type: 'integer', minimum: 0, maximum: FAULT_DELAY_MS_MAX },
          effect: { enum: ['at-once', 'late'] },
        },
        ['ms'],
      ),
      faultRule('drop-request', { how }, []),
      faultRule('drop-answer', { how }, []),
      faultRule(
        'status',
        {
          status: { type: 'integer', minimum: 200, maximum: 599 },
          body: {},
          retryAfterSeconds: count,
          effect: { type: 'boolean' },
        },
        ['status'],
      ),
    ],
  },
};
