import type { Milliseconds } from '../domain/instant.ts';
import { BREAKS_MAX, BREAKS_WITHIN_MS } from '../domain/limits.ts';

/**
 * Counts the turns of each lane that a defect broke. That turns go well in between says little: after a call whose
 * outcome could not be written down they only wait for its resend.
 */
export class Breaks {
  private readonly byLane = new Map<number, readonly Milliseconds[]>();

  /** One more at `elapsed`; true: these were too many, and the count begins anew. */
  areTooMany(lane: number, elapsed: Milliseconds): boolean {
    for (const [other, times] of this.byLane) {
      const recent = times.filter((time) => elapsed - time < BREAKS_WITHIN_MS);
      if (recent.length === 0) this.byLane.delete(other);
      else this.byLane.set(other, recent);
    }
    const times = [...(this.byLane.get(lane) ?? []), elapsed];
    if (times.length < BREAKS_MAX) this.byLane.set(lane, times);
    else this.byLane.delete(lane);
    return times.length >= BREAKS_MAX;
  }
}
