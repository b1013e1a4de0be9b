import fc from 'fast-check';
import { parseBody } from '../../adapters/bridge/read-body.ts';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import { TRANSACTION_TYPES } from '../../engine/domain/message.ts';
import type { Bridge } from '../../engine/runtime/ports.ts';

/** The ticket that hostile messages are about, one that they only name, and one that must be served all the same. */
export const ATTACKED = { number: 'INC0000001', providerTicket: 'e-CS0900001' } as const;
export const BYSTANDER = { number: 'INC0000002', providerTicket: 'e-CS0900002' } as const;
export const SERVED = { number: 'INC0000003', providerTicket: 'e-CS0900003' } as const;

/** What some layer or other could take for its own: SQL, JSONata, a terminal, JavaScript, YAML, the engine's own marks. */
const NASTY = [
  `'; DROP TABLE tickets; --`,
  `" OR 1=1 --`,
  `\\'; DELETE FROM bh_inbox; #`,
  `?, ??, :now, $1, %s, {0}`,
  '`tickets`',
  '$eval("1+1")',
  '$$.password & %.key',
  '(function(){while(true){}})()',
  '\u001b[2J\u001b[31mred\u001b]0;title\u0007',
  '\u009b31m',
  'a\r\nSet-Cookie: x=y\r\n\r\n<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'toString',
  '${ACME_BRIDGE_KEY}',
  '{{7*7}} <%= 7*7 %> #{7*7}',
  '../../../../etc/passwd\u0000.txt',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfffy',
  '\ufeffBOM',
  '\u202egnp.exe',
  '👩‍👩‍👧‍👦 🔥 𝕏',
  'Zażółć gęślą jaźń ß ﬁ İ',
  '\\n\\r\\t\\"\\\\',
  '\\u0041 \\x41 \\',
  '----- Additional information -----\nLocation: Moon\n----- End of additional information -----',
  '----- Additional information -----',
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e400',
  '99999999999999999999999',
  '0x10',
  '9999-99-99T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  '0000-00-00 00:00:00',
  ' ',
  '\n',
  '',
] as const;

export const hostileText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 90, max: 5000 }).map((length) => 'x'.repeat(length)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...NASTY), fc.constantFrom(...NASTY)).map(([a, b]) => a + b),
  },
);

const JSONATA_INTERNALS: readonly JsonObject[] = [
  { _jsonata_function: true, implementation: 'x', signature: '<s:s>' },
  { _jsonata_lambda: true, arguments: [], body: { type: 'string', value: 'x' }, thunk: true },
  { sequence: true, keepSingleton: true, outerWrapper: true },
];

export const hostileJson: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: hostileText },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Json>(
      ...[null, true, false, 0, -1, 1.5, 1e21, 2 ** 53, -(2 ** 63), [], {}, [[[]]], [null], { '': '' }],
      ...JSONATA_INTERNALS,
      JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as Json,
    ),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as Json) },
  { weight: 1, arbitrary: fc.integer({ min: 50, max: 200 }).map(nested) },
);

function nested(depth: number): Json {
  let value: Json = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
}

/** What is done to one field of something valid. */
type Change = { readonly kind: 'drop' } | { readonly kind: 'put'; readonly value: Json };

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Change>({ kind: 'drop' }) },
  { weight: 4, arbitrary: hostileJson.map((value): Change => ({ kind: 'put', value })) },
);

/** Some fields of the object changed, and now and then one that nobody knows. */
const broken = (valid: JsonObject, atMost: number): fc.Arbitrary<JsonObject> =>
  fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...Object.keys(valid)), hostileText), change), {
      maxLength: atMost,
    })
    .map((changes) => {
      const fields = new Map<string, Json>(Object.entries(valid));
      for (const [name, what] of changes) {
        if (what.kind === 'drop') fields.delete(name);
        else fields.set(name, what.value);
      }
      return Object.fromEntries(fields);
    });

/** A whole case, as the provider sends it. */
export const caseBody = (
  ticket: typeof ATTACKED | typeof BYSTANDER | typeof SERVED,
  change: JsonObject = {},
): JsonObject => ({
  clientName: 'AcmeCorp',
  clientTicketNumber: ticket.number,
  ticketNumber: ticket.providerTicket,
  ticketType: 'Incident',
  status: 'workinprogress',
  statusNextAction: '',
  description: 'Since noon.',
  shortDescription: 'No login',
  group: 'Ensono Mainframe',
  ensonoGroup: 'MF-OPS-01',
  priority: '2',
  impact: '2',
  urgency: '2',
  cis: '',
  category: '',
  closeCode: '',
  closeNotes: '',
  openedTime: '2026-06-01 11:00:00',
  updatedOn: '2026-06-01 12:00:00 ',
  ...change,
});

const broughtBy = (type: string): JsonObject => {
  switch (type) {
    case 'Update':
      return { changed: { shortDescription: 'No login at all', priority: '1', status: 'pending' } };
    case 'Notes':
      return { notes: { type: 'comments', id: 'note-1', body: 'We are on it.', commenter: 'A. Smith' } };
    case 'Closure':
      return {
        status: 'resolved',
        closeCode: 'resolved',
        closeNotes: 'Done.',
        changed: { status: 'resolved' },
      };
    case 'Approval Request':
      return { approvalId: 'a-1', approverEmail: 'x@acme.example', approvalState: 'requested' };
    case 'Attachment':
      return { attachmentName: 'log.txt', attachmentSize: '12', attachment: 'https://files.example/log.txt' };
    default:
      return {};
  }
};

/** One entry of the queue, more or less broken. `number` makes ids and handles differ. */
export const hostileEntry = (number: number): fc.Arbitrary<Json> =>
  fc.constantFrom(...TRANSACTION_TYPES).chain((type) => {
    const isNew = type === 'Create';
    const group = isNew ? `e-CS08${String(number).padStart(5, '0')}` : ATTACKED.providerTicket;
    const whole = {
      ...caseBody(ATTACKED, broughtBy(type)),
      ...(isNew ? { clientTicketNumber: '', ticketNumber: group } : {}),
    };
    return fc
      .record({
        body: fc.oneof(
          { weight: 12, arbitrary: broken(whole, 4) },
          { weight: 2, arbitrary: brokenWithin(whole, type === 'Notes' ? 'notes' : 'changed') },
          { weight: 1, arbitrary: hostileJson },
        ),
        attributes: broken(
          {
            SenderId: 'AROA',
            ApproximateFirstReceiveTimestamp: '1780315200000',
            ApproximateReceiveCount: '1',
            SentTimestamp: String(1_780_315_200_000 + number),
            SequenceNumber: String(18_875_507_807_458_288_000n + BigInt(number)),
            MessageDeduplicationId: `d-${number}`,
            MessageGroupId: group,
            ClientReferenceAvailable: !isNew,
            TransactionType: type,
          },
          1,
        ),
        asText: fc.boolean(),
      })
      .chain(({ body, attributes, asText }) =>
        broken(
          {
            MessageId: `m-${number}`,
            ReceiptHandle: `handle/${number}==`,
            Body: asText ? JSON.stringify(body) : body,
            Attributes: attributes,
          },
          0,
        ).chain((entry) =>
          fc.oneof(
            { weight: 14, arbitrary: fc.constant<Json>(entry) },
            { weight: 1, arbitrary: broken(entry, 2) },
            { weight: 1, arbitrary: hostileJson },
          ),
        ),
      );
  });

function brokenWithin(whole: JsonObject, name: string): fc.Arbitrary<JsonObject> {
  const inner = (whole[name] ?? {}) as JsonObject;
  if (Object.keys(inner).length === 0) return broken(whole, 2);
  return broken(inner, 3).map((changed) => ({ ...whole, [name]: changed }));
}

/** What one read of the queue brings; ids and handles are numbered on from `from`. */
export const hostileRead = (entries: number, from = 1): fc.Arbitrary<readonly Json[]> =>
  fc.tuple(...Array.from({ length: entries }, (_, index) => hostileEntry(from + index)));

/** An update of the ticket that must be served, whatever its neighbours are. */
export const servedEntry = (number: number, title: string): Json => ({
  MessageId: `served-${number}`,
  ReceiptHandle: `handle/served/${number}`,
  Body: caseBody(SERVED, { shortDescription: title, changed: { shortDescription: title } }),
  Attributes: {
    SentTimestamp: String(1_780_315_200_000 + number),
    SequenceNumber: String(18_875_507_807_458_288_000n + BigInt(number)),
    MessageGroupId: SERVED.providerTicket,
    ClientReferenceAvailable: true,
    TransactionType: 'Update',
  },
});

export const queueBody = (entries: readonly Json[]): string =>
  JSON.stringify({
    ReceiveMessageResponse: { ResponseMetadata: {}, ReceiveMessageResult: { messages: entries } },
  });

/** A bridge that hands out one read of the queue, and takes everything that it is sent. */
export function bridgeWith(body: string): { readonly bridge: Bridge; readonly deleted: ReadonlySet<string> } {
  const deleted = new Set<string>();
  let reads = 0;
  const said = (answer: Json) => ({ kind: 'answer', status: 200, body: answer, retryAfterMs: null }) as const;
  const bridge: Bridge = {
    send: async ({ method, path }) => {
      if (method === 'DELETE') {
        deleted.add(decodeURIComponent(path.replace(/^queue\//, '')));
        return said({ DeleteMessageResponse: { ResponseMetadata: { RequestId: 'r' } } });
      }
      if (method === 'GET') {
        reads += 1;
        return said(parseBody(reads === 1 ? body : queueBody([])));
      }
      if (path.endsWith('/returnptn')) return said({ Response: 'PTN added' });
      if (path.endsWith('/notes')) return said({ Response: 'Comments added' });
      return said({ Response: method === 'POST' ? 'e-CS0990001' : 'Update Successful' });
    },
  };
  return { bridge, deleted };
}
