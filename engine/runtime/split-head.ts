import { CONTENT_HEAD_BYTES } from '../wire/content-type.ts';

/** A stream whose beginning was looked at. */
export interface Split {
  readonly head: Uint8Array;
  /** The beginning and the rest, once. */
  readonly whole: AsyncIterable<Uint8Array>;
  /** Lets go of what was not read. */
  readonly close: () => Promise<void>;
}

/** Reads the first CONTENT_HEAD_BYTES of a stream, and puts them back. */
export async function splitHead(bytes: AsyncIterable<Uint8Array>): Promise<Split> {
  const rest = bytes[Symbol.asyncIterator]();
  const begun: Uint8Array[] = [];
  let length = 0;
  while (length < CONTENT_HEAD_BYTES) {
    const next = await rest.next();
    if (next.done === true) break;
    begun.push(next.value);
    length += next.value.byteLength;
  }
  const head = new Uint8Array(Math.min(length, CONTENT_HEAD_BYTES));
  let at = 0;
  for (const piece of begun) {
    const part = piece.subarray(0, head.byteLength - at);
    head.set(part, at);
    at += part.byteLength;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* begun.splice(0);
    for (;;) {
      const next = await rest.next();
      if (next.done === true) return;
      yield next.value;
    }
  }
  return {
    head,
    whole: whole(),
    close: async () => {
      await rest.return?.();
    },
  };
}
