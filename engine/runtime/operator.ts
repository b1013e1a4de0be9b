import type { Instant } from '../domain/instant.ts';
import type { Dropped, Lane } from '../domain/lane.ts';

/** Who decides on a parked ticket, and why. */
export interface Decision {
  readonly by: string;
  readonly because: string;
}

/** What came of an operator's word on one lane. */
export type OperatorEnd =
  | { readonly kind: 'done'; readonly summary: string }
  /** It goes on already: somebody or something else has woken it. */
  | { readonly kind: 'not-parked' }
  /** It was merged into another lane. */
  | { readonly kind: 'gone' }
  /** Nothing was changed. */
  | { readonly kind: 'cannot'; readonly reason: string };

/** Due since it was parked: so it is taken up at once, though the operator's clock may be ahead of the engine's. */
export const dueAtOnce = ({ parked }: Lane, now: Instant): Instant => Math.min(now, parked?.at ?? now);

/** `dropped by WHO on 2026-11-23: WHY` */
export const droppedText = ({ at, by, because }: Dropped): string =>
  `dropped by ${by} on ${new Date(at).toISOString().slice(0, 10)}: ${because}`;
