import { createTask, parse, type ScheduledTask } from 'node-cron';
import type { Instant } from '../../engine/domain/instant.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';

const DAY_MS = minutes(24 * 60);
/** Schedules without a date in a year have none (or the next leap day): they are asked about again after it. */
const SEARCH_MS_MAX = 366 * DAY_MS;
/** Every zone's days and hours begin at a quarter of an hour of UTC. */
const QUARTER_MS = minutes(15);

/** Matches ever more of an expression, each with the step to the next moment at which that part can become true. */
type Sieve = readonly { readonly task: ScheduledTask; readonly stepMs: number }[];

const sieves = new Map<string, Sieve>();

/**
 * The first moment after `now` that a cron expression (five fields, six with seconds, or a nickname such as `@hourly`)
 * names in an IANA time zone. Node-cron itself only counts from the machine's clock, which is not ours when time runs
 * faster or is simulated; it is asked about single moments instead. Throws on an expression that it does not read.
 */
export function nextCronRun(expression: string, timeZone: string, now: Instant): Instant {
  const sieve = sieveOf(expression, timeZone);
  let moment = Math.floor(now / seconds(1)) * seconds(1) + seconds(1);
  while (moment < now + SEARCH_MS_MAX) {
    const at = new Date(moment);
    const failed = sieve.find(({ task }) => !task.match(at));
    if (failed === undefined) return moment;
    moment = (Math.floor(moment / failed.stepMs) + 1) * failed.stepMs;
  }
  return moment;
}

function sieveOf(expression: string, timeZone: string): Sieve {
  const name = `${timeZone} ${expression}`;
  const known = sieves.get(name);
  if (known !== undefined) return known;
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = parse(expression);
  const day = `${dayOfMonth.join(',')} ${month.join(',')} ${dayOfWeek.join(',')}`;
  const task = (pattern: string): ScheduledTask =>
    createTask(pattern, () => undefined, { timezone: timeZone });
  const sieve: Sieve = [
    { task: task(`* * * ${day}`), stepMs: QUARTER_MS },
    { task: task(`* * ${hour.join(',')} ${day}`), stepMs: QUARTER_MS },
    { task: task(`* ${minute.join(',')} ${hour.join(',')} ${day}`), stepMs: minutes(1) },
    { task: task(`${second.join(',')} ${minute.join(',')} ${hour.join(',')} ${day}`), stepMs: seconds(1) },
  ];
  sieves.set(name, sieve);
  return sieve;
}
