import type { Alarm } from '../domain/alarm.ts';
import type { Store } from './ports.ts';

/** Writes what is new or has changed since `before`, and forgets what is no longer there. */
export async function saveAlarms(
  store: Store,
  before: readonly Alarm[],
  now: readonly Alarm[],
): Promise<void> {
  for (const alarm of now) if (!before.includes(alarm)) await store.saveAlarm(alarm);
  const left = new Set(now.map(({ id }) => id));
  for (const { id } of before) if (!left.has(id)) await store.forgetAlarm(id);
}
