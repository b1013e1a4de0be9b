import type { Poll } from '../../engine/domain/contract.ts';
import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import { nextCronRun } from './next-cron-run.ts';

/** How long from `now` until the next poll is due. An interval begins when it is asked for. */
export const msUntilNext = (poll: Poll, now: Instant): Milliseconds =>
  poll.kind === 'every' ? poll.ms : nextCronRun(poll.expression, poll.timeZone, now) - now;
