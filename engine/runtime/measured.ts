import { programIn, PROGRAM_BYTES_MAX } from '../wire/program-bytes.ts';
import { mayBeProgram } from '../wire/allowed-type.ts';
import { sizeText } from '../wire/size-text.ts';
import type { InboundAttachments } from '../domain/contract.ts';

/** The contract does not take the file, whoever asks how often. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

/** The file is not all there: the connection ended early, or the server said another length. */
export class FileIncomplete extends Error {
  override readonly name = 'FileIncomplete';
}

export interface Measure {
  /** Bytes that have passed. */
  size: number;
}

/**
 * The same bytes, looked at while they pass: no more than the contract takes, no program under another name, and in the
 * end as many as were promised. Whoever lies about the length is found out at the first byte too many.
 */
export async function* measured(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  rules: Pick<InboundAttachments, 'bytesMax' | 'types'>,
  promised: { readonly byServer: number | null; readonly byProvider: number | null },
  measure: Measure,
): AsyncGenerator<Uint8Array> {
  const head: number[] = [];
  for await (const part of bytes) {
    measure.size += part.byteLength;
    if (measure.size > rules.bytesMax)
      throw new FileRefused(`it has more than the ${sizeText(rules.bytesMax)} that are taken`);
    if (head.length < PROGRAM_BYTES_MAX) {
      head.push(...part.subarray(0, PROGRAM_BYTES_MAX - head.length));
      const program = programIn(Uint8Array.from(head));
      if (program !== null && !mayBeProgram(rules.types, name))
        throw new FileRefused(`it is ${program}, whatever it is called`);
    }
    yield part;
  }
  const { byServer, byProvider } = promised;
  if (byServer !== null && measure.size !== byServer)
    throw new FileIncomplete(`${measure.size} of ${byServer} bytes came`);
  if (byProvider === null || measure.size === byProvider) return;
  const words = `it has ${measure.size} bytes, and the provider said ${byProvider}`;
  // Where the server says the length too, all has come: it will be so the next time.
  throw byServer === null ? new FileIncomplete(words) : new FileRefused(words);
}
