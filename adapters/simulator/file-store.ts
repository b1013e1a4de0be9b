import type { Instant } from '../../engine/domain/instant.ts';
import type { Identifiers } from './identifiers.ts';
import { UPLOAD_URL_MS } from './limits.ts';

/** Where presigned URLs lead: on the simulator's own host, outside of every client's path. */
export const STORE_PATH = '/_store';

/** The bytes of a file as they came: their measure and their beginning. No file is kept. */
export interface FileBytes {
  readonly size: number;
  /** Of all bytes, in hexadecimal. */
  readonly sha256: string;
  /** The first bytes, in base64: enough to tell what kind of file it is. */
  readonly head: string;
}

/** A file that a client has put to a ticket. */
export interface StoredFile {
  readonly ticketNumber: string;
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  readonly sha256: string;
  readonly at: Instant;
  /** How often a file of this name was put to the ticket: each replaces the one before. */
  readonly times: number;
}

/** Leave to put one file, once, for a while. */
interface Grant {
  readonly ticketNumber: string;
  readonly name: string;
  readonly until: Instant;
  isUsed: boolean;
}

export type GrantCheck =
  | { readonly kind: 'granted'; readonly ticketNumber: string; readonly name: string }
  | { readonly kind: 'unknown' | 'expired' | 'used' };

/** The files of one client's tickets in one environment, and who may put which. */
export class FileStore {
  readonly #now: () => Instant;
  readonly #identifiers: Identifiers;
  readonly #grants = new Map<string, Grant>();
  readonly #files = new Map<string, StoredFile>();

  constructor(now: () => Instant, identifiers: Identifiers) {
    this.#now = now;
    this.#identifiers = identifiers;
  }

  /** Returns the path at which this file may be put. */
  grant(ticketNumber: string, name: string): string {
    const token = this.#identifiers.uuid();
    this.#grants.set(token, { ticketNumber, name, until: this.#now() + UPLOAD_URL_MS, isUsed: false });
    return `${STORE_PATH}/${token}/${name}`;
  }

  /** May a file be put with this token now? */
  check(token: string): GrantCheck {
    const grant = this.#grants.get(token);
    if (grant === undefined) return { kind: 'unknown' };
    if (grant.isUsed) return { kind: 'used' };
    if (grant.until <= this.#now()) return { kind: 'expired' };
    return { kind: 'granted', ticketNumber: grant.ticketNumber, name: grant.name };
  }

  /** Takes the file, in the place of one of the same name; the token is used up. */
  put(token: string, contentType: string, { size, sha256 }: FileBytes): StoredFile {
    const grant = this.#grants.get(token);
    if (grant === undefined) throw new Error(`no leave was given with ${token}`);
    grant.isUsed = true;
    const { ticketNumber, name } = grant;
    const key = `${ticketNumber}/${name}`;
    const times = (this.#files.get(key)?.times ?? 0) + 1;
    const file = { ticketNumber, name, contentType, size, sha256, at: this.#now(), times };
    this.#files.set(key, file);
    return file;
  }

  /** In the order in which their names came first. */
  of(ticketNumber: string): readonly StoredFile[] {
    return [...this.#files.values()].filter((file) => file.ticketNumber === ticketNumber);
  }
}
