import type { Duty, Store } from '../../../engine/runtime/ports.ts';
import type { Instance } from '../../../engine/domain/instance.ts';
import type { DownloadStore } from '../store/downloads.ts';
import type { SimulatedDownloads } from './downloads.ts';
import type { Lanes } from './lanes.ts';
import type { UndoLog } from './undo-log.ts';

type InstanceStore = Pick<
  Store,
  'instances' | 'enlist' | 'beat' | 'bury' | 'leave' | 'takeDuty' | 'notePoll' | 'dueLanes' | 'takeLanes'
>;

/** Who is at work, and what is free for whom. */
export function instanceStore(
  undo: UndoLog,
  lanes: Lanes,
  downloads: SimulatedDownloads,
): InstanceStore & DownloadStore {
  const instances = new Map<string, Instance>();
  const duties = new Map<'duty', Pick<Duty, 'lastPollAt'> & { readonly owner: string | null }>();
  const duty = () => duties.get('duty') ?? { owner: null, lastPollAt: null };
  const isFree = (owner: string | null): owner is null => owner === null || !instances.has(owner);
  const isFreeFor = (owner: string, id: number): boolean => {
    const holder = lanes.holder(id);
    return holder.owner === owner || isFree(holder.owner);
  };
  return {
    ...downloads.store((owner) => instances.has(owner)),
    instances: async () => [...instances.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
    enlist: async (instance) => {
      if (instances.has(instance.id)) throw new Error(`the instance ${instance.id} is there already`);
      undo.set(instances, instance.id, { ...instance });
    },
    beat: async (id) => {
      const instance = instances.get(id);
      if (instance !== undefined) undo.set(instances, id, { ...instance, beat: instance.beat + 1 });
      return instance !== undefined;
    },
    bury: async (id, beat) => {
      const isBuried = instances.get(id)?.beat === beat;
      if (isBuried) undo.delete(instances, id);
      return isBuried;
    },
    leave: async (id) => {
      for (const lane of lanes.heldBy(id)) lanes.setHolder(lane, { ...lanes.holder(lane), owner: null });
      if (duty().owner === id) undo.set(duties, 'duty', { ...duty(), owner: null });
      undo.delete(instances, id);
    },
    takeDuty: async (owner) => {
      const { owner: before, lastPollAt } = duty();
      if (!isFree(before)) return { owner: before, lastPollAt };
      undo.set(duties, 'duty', { owner, lastPollAt });
      return { owner, lastPollAt };
    },
    notePoll: async (at) => {
      if (duties.has('duty')) undo.set(duties, 'duty', { ...duty(), lastPollAt: at });
    },
    dueLanes: async ({ owner, now, horizon, limit, except }) =>
      lanes
        .runnable()
        .filter(([id, dueAt]) => (dueAt <= now || dueAt > horizon) && !except.includes(id))
        .filter(([id]) => isFreeFor(owner, id))
        .sort(([one, dueAt], [other, otherDueAt]) => dueAt - otherDueAt || one - other)
        .slice(0, limit)
        .map(([id]) => id),
    takeLanes: async (ids, owner) =>
      [...ids]
        .sort((one, other) => one - other)
        .filter((id) => lanes.get(id) !== null && isFreeFor(owner, id))
        .map((id) => {
          const fence = lanes.holder(id).fence + 1;
          lanes.setHolder(id, { owner, fence });
          return { lane: id, owner, fence };
        }),
  };
}
