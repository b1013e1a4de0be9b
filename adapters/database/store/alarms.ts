import type { Alarm } from '../../../engine/domain/alarm.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import type { Scope } from './scope.ts';

interface AlarmRow {
  readonly id: number;
  readonly contract: string;
  readonly alarm_id: string;
  readonly kind: string;
  readonly raised_at: number;
  readonly cleared_at: number | null;
  readonly state: string;
}

type AlarmStore = Pick<Store, 'alarms' | 'saveAlarm' | 'forgetAlarm'>;

export function alarmStore({ knex, tables, contract }: Scope): AlarmStore {
  const rows = () => knex<AlarmRow>(tables.alarms).where({ contract });
  return {
    async alarms() {
      const found = await rows().orderBy(['raised_at', 'id']);
      return found.map((row) => JSON.parse(row.state) as Alarm);
    },

    async saveAlarm(alarm) {
      await knex<AlarmRow>(tables.alarms)
        .insert({
          contract,
          alarm_id: alarm.id,
          kind: alarm.finding.kind,
          raised_at: alarm.raisedAt,
          cleared_at: alarm.clearedAt,
          state: JSON.stringify(alarm),
        })
        .onConflict(['contract', 'alarm_id'])
        .merge(['cleared_at', 'state']);
    },

    async forgetAlarm(id) {
      await rows().where({ alarm_id: id }).delete();
    },
  };
}
