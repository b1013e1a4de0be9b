import type { Bridge } from '../../engine/runtime/ports.ts';

/** Whoever empties the queue and sends what changed in the ITSM. */
export interface Drainer {
  /** Until so many messages have had their effect. */
  drainQueue(bridge: Bridge, count: number): Promise<void>;
  /** Until so many changed tickets have been sent and answered for. */
  drainRows(bridge: Bridge, count: number): Promise<void>;
  end(): Promise<void>;
}
