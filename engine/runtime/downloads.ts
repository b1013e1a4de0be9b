/** Fetches files of the provider's from presigned addresses: never with the bridge's key. */
export interface Downloads {
  /** Asks for a file. `from`: the hosts that the contract allows. Never rejects; the bytes' stream may. */
  open(url: string, from: readonly string[], signal: AbortSignal): Promise<Opened>;
}

export type Opened =
  | {
      readonly kind: 'content';
      /** Bytes, as the server says; null: it does not. */
      readonly size: number | null;
      readonly contentType: string | null;
      /** To be read once. Ends with an error when the connection breaks or is silent for too long. */
      readonly bytes: AsyncIterable<Uint8Array>;
    }
  /** Nothing is ever going to be fetched from there. In words, without the address's query. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The address has expired, as the server says. */
  | { readonly kind: 'expired' }
  /** Not this time. */
  | { readonly kind: 'failed'; readonly reason: string };
