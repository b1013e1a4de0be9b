import type { Alarm, PendingNotice } from '../domain/alarm.ts';
import { ALARM_DELIVERIES_MAX, ALARM_PAUSE_MS_MAX, ALARM_PAUSE_MS_MIN } from '../domain/limits.ts';
import type { Observer } from './observer.ts';
import type { AlarmSink, AlarmTold } from './ports.ts';
import type { Runtime } from './step.ts';

/** Notices for one sink in one look: the others follow with the next. */
const NOTICES_AT_ONCE_MAX = 20;

/**
 * Tells the sinks what they have not been told yet: each alarm's raising before its clearing, the sinks side by side.
 * What fails is tried again after a pause that doubles, ALARM_DELIVERIES_MAX times at most. `done` gets the alarms as they
 * are then, if anything was tried.
 */
export async function tellAlarms(
  runtime: Runtime,
  alarms: readonly Alarm[],
  observer: Observer,
  done: (alarms: readonly Alarm[]) => Promise<void>,
): Promise<void> {
  const sinks = runtime.ports.sinks ?? [];
  const tried = (await Promise.all(sinks.map((sink) => tellSink(runtime, sink, alarms, observer)))).flat();
  if (tried.length === 0) return;
  await done(
    alarms.map((alarm) => {
      const own = tried.filter((one) => one.alarm === alarm);
      if (own.length === 0) return alarm;
      const pending = alarm.pending.flatMap(
        (notice) => own.find((one) => one.notice === notice)?.next ?? [notice],
      );
      return { ...alarm, pending };
    }),
  );
}

interface Tried {
  readonly alarm: Alarm;
  readonly notice: PendingNotice;
  /** What is left of the notice: nothing, or another try. */
  readonly next: readonly PendingNotice[];
}

async function tellSink(
  runtime: Runtime,
  sink: AlarmSink,
  alarms: readonly Alarm[],
  observer: Observer,
): Promise<readonly Tried[]> {
  const { contract, ports } = runtime;
  const tried: Tried[] = [];
  for (const alarm of alarms) {
    for (const notice of alarm.pending.filter((one) => one.sink === sink.name)) {
      if (tried.length >= NOTICES_AT_ONCE_MAX || notice.dueAt > ports.clock.now()) break;
      const told = await sink.send({ event: notice.event, contract: contract.name, alarm });
      observer.told(sink.name, notice.event, told.kind === 'told');
      const next = afterTry(runtime, alarm, notice, told);
      tried.push({ alarm, notice, next });
      // What was not told of the raising comes before the clearing.
      if (next.length > 0) break;
    }
  }
  return tried;
}

function afterTry(
  { contract, ports }: Runtime,
  alarm: Alarm,
  notice: PendingNotice,
  told: AlarmTold,
): readonly PendingNotice[] {
  const attempts = notice.attempts + 1;
  const fields = {
    contract: contract.name,
    alarm: alarm.finding.kind,
    id: alarm.id,
    event: notice.event,
    sink: notice.sink,
    attempts,
  };
  if (told.kind === 'told') {
    ports.log.info('alarm told', fields);
    return [];
  }
  if (attempts >= ALARM_DELIVERIES_MAX) {
    ports.log.error('alarm not told, given up', { ...fields, reason: told.reason });
    return [];
  }
  const pause = Math.min(ALARM_PAUSE_MS_MIN * 2 ** (attempts - 1), ALARM_PAUSE_MS_MAX);
  ports.log.warn('alarm not told yet', { ...fields, reason: told.reason, again_in_s: pause / 1000 });
  return [{ ...notice, attempts, dueAt: ports.clock.now() + pause }];
}
