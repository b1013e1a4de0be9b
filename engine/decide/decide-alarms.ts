import type { Alarm, AlarmEvent, PendingNotice, SinkName } from '../domain/alarm.ts';
import type { Instant } from '../domain/instant.ts';
import { ALARM_CALM_MS } from '../domain/limits.ts';
import type { Judged } from './judge-alarms.ts';

export interface AlarmChanges {
  /** Every alarm that is up now, or was cleared now or before and is still to be told. */
  readonly alarms: readonly Alarm[];
  readonly raised: readonly Alarm[];
  readonly cleared: readonly Alarm[];
}

/**
 * Raises what has reached its threshold and is not up, and clears what has been below it for ALARM_CALM_MS: each is
 * told once, whatever the measure does in between.
 */
export function decideAlarms(
  judged: readonly Judged[],
  alarms: readonly Alarm[],
  {
    now,
    sinks,
    newId,
  }: { readonly now: Instant; readonly sinks: readonly SinkName[]; readonly newId: () => string },
): AlarmChanges {
  const due = (event: AlarmEvent): readonly PendingNotice[] =>
    sinks.map((sink) => ({ sink, event, attempts: 0, dueAt: now }));
  const next = alarms.filter(({ clearedAt }) => clearedAt !== null);
  const raised: Alarm[] = [];
  const cleared: Alarm[] = [];
  for (const one of judged) {
    const up = alarms.find(({ clearedAt, finding }) => clearedAt === null && finding.kind === one.kind);
    if (up === undefined) {
      if (one.state !== 'up') continue;
      const alarm: Alarm = {
        id: newId(),
        raisedAt: now,
        clearedAt: null,
        calmSince: null,
        finding: one.finding,
        pending: due('raised'),
      };
      raised.push(alarm);
      next.push(alarm);
      continue;
    }
    const calmSince =
      one.state === 'unknown' ? up.calmSince : one.state === 'up' ? null : (up.calmSince ?? now);
    // A clock that was set back begins the calm anew.
    const since = calmSince !== null && calmSince > now ? now : calmSince;
    if (one.state !== 'fine' || since === null || now - since < ALARM_CALM_MS) {
      next.push(since === up.calmSince ? up : { ...up, calmSince: since });
      continue;
    }
    const over: Alarm = {
      ...up,
      clearedAt: now,
      calmSince: since,
      pending: [...up.pending, ...due('cleared')],
    };
    cleared.push(over);
    next.push(over);
  }
  return { alarms: next, raised, cleared };
}
