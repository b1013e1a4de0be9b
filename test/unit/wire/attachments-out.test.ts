import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../engine/domain/json.ts';
import { base64Of, base64Size } from '../../../engine/runtime/base64-stream.ts';
import { splitHead } from '../../../engine/runtime/split-head.ts';
import { CONTENT_HEAD_BYTES } from '../../../engine/wire/content-type.ts';
import type { BridgeAnswer } from '../../../engine/wire/exchange.ts';
import { readAnswer } from '../../../engine/wire/read-answer.ts';
import { readStored } from '../../../engine/wire/read-stored.ts';
import { askUploadUrl, callOf } from '../../../engine/wire/requests.ts';

const answer = (status: number, body: Json): BridgeAnswer => ({
  kind: 'answer',
  status,
  body,
  retryAfterMs: null,
});

async function* inPieces(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('asking where a file may be put', () => {
  it('names ticket and file in the path', () => {
    const request = askUploadUrl('e-CS1', 'a-1.png');
    expect(request).toEqual({ method: 'GET', path: 'tickets/e-CS1/attachments/a-1.png' });
    expect(callOf(request)).toBe('attachment-url');
  });

  it.each([
    [
      200,
      { Response: { code: 200, body: 'https://s3.example/a?X=1' } },
      { kind: 'accepted', url: 'https://s3.example/a?X=1' },
    ],
    [200, { Response: { code: 403, body: 'Ticket is closed' } }, { error: 'refused', status: 403 }],
    [200, { Response: { code: 500, body: 'oops' } }, { error: 'server-failure' }],
    [200, { Response: { code: 200, body: 'soon' } }, { error: 'unclear' }],
    [200, { Response: 'https://s3.example/a' }, { error: 'unclear' }],
    [404, { Response: 'Ticket not found' }, { error: 'refused' }],
    [403, { message: 'Forbidden' }, { error: 'configuration' }],
  ])('is answered %i %j', (status, body, expected) =>
    expect(readAnswer('attachment-url', answer(status, body))).toMatchObject(expected),
  );
});

describe('what the store says', () => {
  const error = (code: string, message: string): string =>
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  it.each([
    [200, '', 'accepted'],
    [204, '<anything/>', 'accepted'],
    [403, error('AccessDenied', 'Request has expired'), 'expired'],
    [403, error('AccessDenied', 'Access Denied'), 'expired'],
    [400, error('ExpiredToken', 'x'), 'expired'],
    [403, error('SignatureDoesNotMatch', 'x'), 'refused'],
    [307, '', 'refused'],
    [401, '', 'refused'],
    [429, '', 'too-many-requests'],
    [503, error('SlowDown', 'x'), 'server-failure'],
  ])('%i %s is %s', (status, body, expected) => {
    const read = readStored(answer(status, body));
    expect(read.kind === 'error' ? read.error : read.kind).toBe(expected);
  });
});

describe('a stream', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  it('becomes base64 piece by piece, as it would as a whole', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (all) => {
        const bytes = Buffer.concat(all);
        const text = await whole(base64Of(inPieces(...all)));
        expect(text.toString()).toBe(bytes.toString('base64'));
        expect(text.length).toBe(base64Size(bytes.length));
      }),
    );
  });

  it('is the same after its beginning was looked at', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 2 * CONTENT_HEAD_BYTES }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const all = lengths.map((length, index) => Buffer.alloc(length, index + 1));
        const split = await splitHead(inPieces(...all));
        const bytes = Buffer.concat(all);
        expect(Buffer.from(split.head).equals(bytes.subarray(0, CONTENT_HEAD_BYTES))).toBe(true);
        expect((await whole(split.whole)).equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('is let go of when it is not read to its end', async () => {
    const read = { isClosed: false };
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(1024);
      } finally {
        read.isClosed = true;
      }
    }
    const { close } = await splitHead(endless());
    await close();
    expect(read.isClosed).toBe(true);
  });
});
