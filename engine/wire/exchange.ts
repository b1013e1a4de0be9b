import type { Milliseconds } from '../domain/instant.ts';
import type { Json, JsonObject } from '../domain/json.ts';

/** One request to the bridge. */
export interface BridgeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base URL, without a leading slash, already URL-encoded: `tickets/e-CS0204070/notes`. */
  readonly path: string;
  readonly body?: JsonObject;
}

/** What came back, as it was: nobody has judged it yet (`read-answer.ts` does). */
export type BridgeAnswer =
  /** `body` is the parsed JSON, or the text where it is not JSON. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: Json;
      readonly retryAfterMs: Milliseconds | null;
      /** How far the bridge's clock is ahead of this machine's, by the answer's date; absent: it has none. */
      readonly clockSkewMs?: Milliseconds;
    }
  /** No (whole) answer. `reached` is false only if the request certainly did not get there (refused, no such host). */
  | { readonly kind: 'no-answer'; readonly reason: string; readonly reached: boolean };
