import { createHash } from 'node:crypto';

/**
 * Identifiers that look like the real ones and are the same in every run with the same seed and the same calls.
 * A server that outlives its clients' memory wants a new seed at every start, or old message ids would come again.
 */
export class Identifiers {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A UUID (version 4 in shape). */
  uuid(): string {
    const hex = this.#hash('hex');
    const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8';
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }

  /** A receipt handle. Every one holds `/`, `+` and `=`, so that a client that forgets to encode it is found out. */
  receiptHandle(): string {
    const text = this.#hash('base64');
    return `AQEB${text.slice(0, 40)}/${text.slice(40, 80)}+${text.slice(80, 86)}==`;
  }

  #hash(encoding: 'hex' | 'base64'): string {
    this.#count += 1;
    return createHash('sha512').update(`${this.#seed}:${this.#count}`).digest(encoding);
  }
}
