/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Milliseconds = number;

export const seconds = (count: number): Milliseconds => count * 1000;
export const minutes = (count: number): Milliseconds => count * 60_000;

/** A moment that is known only to lie between these two, or all that lies between them. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}
