import type { Alarm, AlarmTicket, Standings } from '../../../engine/domain/alarm.ts';
import { ALARM_TICKETS_MAX } from '../../../engine/domain/limits.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { unansweredOf } from '../store/standing.ts';
import type { FilesStandings } from './files-standing.ts';
import type { Inbox } from './inbox.ts';
import { kept } from './kept.ts';
import type { Lanes } from './lanes.ts';
import type { UndoLog } from './undo-log.ts';

type StandingStore = Pick<
  Store,
  | 'standing'
  | 'givenUpFiles'
  | 'lanesWaitingSince'
  | 'proveWritable'
  | 'alarms'
  | 'saveAlarm'
  | 'forgetAlarm'
  | 'clockSkew'
>;

/** What is watched, and the alarms that came of it. */
export function standingStore(
  undo: UndoLog,
  lanes: Lanes,
  inbox: Inbox,
  files: FilesStandings,
): StandingStore {
  const alarms = new Map<string, Alarm>();
  const isParked = (laneId: number): boolean => (lanes.get(laneId)?.parked ?? null) !== null;
  const workable = () => inbox.waitingRows().filter(({ laneId }) => lanes.get(laneId)?.parked === null);

  return {
    givenUpFiles: async (now) => files.givenUp(now),
    standing: async (search) => {
      const waiting = workable().map((row): AlarmTicket => ({
        clientNumber: lanes.get(row.laneId)?.clientNumber ?? null,
        providerTicket: row.group,
        since: row.acceptedAt,
        reason: row.transactionType,
      }));
      const parked = [...lanes.all()].flatMap((lane): readonly AlarmTicket[] => {
        if (lane.parked === null) return [];
        const { clientNumber, providerTicket } = lane;
        return [{ clientNumber, providerTicket, since: lane.parked.at, reason: lane.parked.reason }];
      });
      return {
        waiting: standings(waiting),
        waitingBehindParked: inbox.waitingRows().filter(({ laneId }) => isParked(laneId)).length,
        parked: standings(parked),
        unansweredCreates: unansweredOf([...lanes.all()], search.unansweredBefore),
        files: files.at(search),
      };
    },
    lanesWaitingSince: async (before) =>
      new Set(
        workable()
          .filter(({ acceptedAt }) => acceptedAt < before)
          .map(({ laneId }) => laneId),
      ).size,
    // Memory takes everything; what does not is put before it, as outages are.
    proveWritable: async () => undefined,
    alarms: async () => [...alarms.values()].sort((one, other) => one.raisedAt - other.raisedAt),
    saveAlarm: async (alarm) => undo.set(alarms, alarm.id, kept(alarm)),
    forgetAlarm: async (id) => undo.delete(alarms, id),
    clockSkew: async () => null,
  };
}

/** Given in the order of their keys, which decides between two of one moment. */
export function standings(all: readonly AlarmTicket[]): Standings {
  const sorted = [...all].sort((one, other) => one.since - other.since);
  return {
    count: all.length,
    oldestAt: sorted[0]?.since ?? null,
    oldest: sorted.slice(0, ALARM_TICKETS_MAX),
  };
}
