import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import type { Identifiers } from './identifiers.ts';

/** Where addresses of files lead: on the simulator's own host, outside of every client's path. */
export const OFFER_PATH = '/_files';

/** Where addresses begin that no server has made: files of a provider in the same process. */
export const OFFER_HOST = 'https://files.provider.example';

/** Hours to one day, says the client guide. */
export const OFFER_MS_DEFAULT = minutes(6 * 60);
const PART_BYTES = 64 * 1024;

/** A file that the provider's people have attached. */
export interface OfferedFile {
  readonly ticketNumber: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly expiresAt: Instant;
  readonly content: FileContent;
}

/** Bytes as they are, or so many that follow from a seed: a long file takes no memory. */
export type FileContent =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'made'; readonly size: number; readonly seed: number };

export type Served =
  | { readonly kind: 'file'; readonly file: OfferedFile }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' };

/** The files that one client may fetch, each under an address that is good for a while. */
export class OfferedFiles {
  readonly #now: () => Instant;
  readonly #identifiers: Identifiers;
  readonly #files = new Map<string, OfferedFile>();

  constructor(now: () => Instant, identifiers: Identifiers) {
    this.#now = now;
    this.#identifiers = identifiers;
  }

  /** Returns the path and query of its address, as S3 signs them. */
  offer(file: Omit<OfferedFile, 'expiresAt' | 'size'>, goodForMs: Milliseconds = OFFER_MS_DEFAULT): string {
    const token = this.#identifiers.uuid();
    // An address says both in whole seconds.
    const signedAt = seconds(Math.floor(this.#now() / 1000));
    const goodForSeconds = Math.floor(goodForMs / 1000);
    const size = sizeOf(file.content);
    this.#files.set(token, { ...file, size, expiresAt: signedAt + seconds(goodForSeconds) });
    const date = new Date(signedAt).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': date,
      'X-Amz-Expires': String(goodForSeconds),
      'X-Amz-Signature': this.#identifiers.uuid().replaceAll('-', ''),
    });
    return `${OFFER_PATH}/${token}/${encodeURIComponent(file.name)}?${query.toString()}`;
  }

  ask(token: string): Served {
    const file = this.#files.get(token);
    if (file === undefined) return { kind: 'unknown' };
    return file.expiresAt <= this.#now() ? { kind: 'expired' } : { kind: 'file', file };
  }

  /** How many were ever offered. */
  get count(): number {
    return this.#files.size;
  }

  of(ticketNumber: string): readonly OfferedFile[] {
    return [...this.#files.values()].filter((file) => file.ticketNumber === ticketNumber);
  }
}

export const sizeOf = (content: FileContent): number =>
  content.kind === 'bytes' ? content.bytes.byteLength : content.size;

/** The bytes in parts, the same each time. */
export function* partsOf(content: FileContent): Generator<Uint8Array> {
  if (content.kind === 'bytes') {
    for (let at = 0; at < content.bytes.byteLength; at += PART_BYTES)
      yield content.bytes.subarray(at, at + PART_BYTES);
    return;
  }
  const part = new Uint8Array(PART_BYTES);
  for (let at = 0; at < part.length; at += 1) part[at] = (at * 31 + (at >> 8) + content.seed) & 0xff;
  for (let left = content.size; left > 0; left -= PART_BYTES)
    yield left >= PART_BYTES ? part : part.subarray(0, left);
}
