import type { Instant } from './instant.ts';

/**
 * One `run` at work for a contract. Several may be: they share the lanes, and one of them has the duty to look at the
 * queue and at what was changed.
 *
 *   at work ──▶ left        ended in good order: its lanes and the duty are free at once
 *      └──────▶ dead        its beat stands still for LEASE_MS: another deletes its row, and thereby frees what it held
 *
 * An id is never used twice. Who finds its row gone has been taken for dead, and begins again under a new id.
 */
export interface Instance {
  readonly id: string;
  /** Goes up while it is at work. Only that it moves means something: nobody compares clocks. */
  readonly beat: number;
  /** Where it runs, for people: host and process. */
  readonly place: string;
  readonly startedAt: Instant;
}

/**
 * A lane in the hands of one process. The fence is a fencing token: it goes up each time the lane is taken, so that
 * whoever held it before can no longer write.
 */
export interface HeldLane {
  readonly lane: number;
  /** The instance's id. */
  readonly owner: string;
  readonly fence: number;
}
