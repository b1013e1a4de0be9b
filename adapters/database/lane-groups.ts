import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { HeldLane } from '../../engine/domain/instance.ts';
import { LANES_AT_ONCE } from '../../engine/domain/limits.ts';
import type { RunOnce, RunOutcome } from './transactions.ts';

export interface GroupLimits {
  /** Lanes that are worked in one transaction at most. */
  readonly lanes: number;
  /** Such transactions at the same time. */
  readonly groups: number;
}

/** While a server works for the one, this process does for the other. */
export const ON_A_SERVER: GroupLimits = { lanes: 32, groups: 2 };
/** Its transactions exclude each other anyway. */
export const ON_SQLITE: GroupLimits = { lanes: LANES_AT_ONCE, groups: 1 };
/** One that takes longer waits for a row that somebody else has locked: it is not waited for. */
export const GROUP_PATIENCE_MS = 100;

/** What is done once for all that share a transaction. */
export interface Shared {
  /** Reads what belongs to these lanes; from now on nothing is written late for each of them. */
  begin(knex: Knex.Transaction, held: readonly HeldLane[]): Promise<void>;
  /** Writes what is still to be written, and looks whether all is as it was told to be. */
  end(knex: Knex.Transaction): Promise<void>;
  /** Whether it went well or not. */
  over(knex: Knex.Transaction): void;
}

interface Member {
  readonly held: HeldLane;
  run(knex: Knex.Transaction): Promise<unknown>;
  end(outcome: RunOutcome<unknown>): void;
}

/** Runs work that begins with a lane, once. Never rejects. */
export type RunLane = <T>(
  held: HeldLane,
  run: (knex: Knex.Transaction) => Promise<T>,
) => Promise<RunOutcome<T>>;

/**
 * Runs transactions that begin with a lane, and that are asked for at the same moment, one after the other within one
 * transaction of the database: what each of them reads first is read by one statement for all, what each writes last is written
 * so, and what they wait for is one commit. None is answered before that.
 *
 * Where one of them fails, all are undone, and each is run alone, so that the one that failed fails by itself.
 * @param alone runs a transaction of the database: a whole group, or one of them.
 */
export function laneGroups(alone: RunOnce, shared: Shared, limits: GroupLimits): RunLane {
  const waiting: Member[] = [];
  let groups = 0;
  let isGathering = false;

  const runAlone = async (member: Member): Promise<void> => member.end(await alone((one) => member.run(one)));

  const runGroup = async (members: readonly Member[]): Promise<void> => {
    if (members.length > 1) {
      const whole = await alone(async (transaction) => {
        try {
          await shared.begin(
            transaction,
            members.map(({ held }) => held),
          );
          const values: unknown[] = [];
          for (const member of members) values.push(await member.run(transaction));
          await shared.end(transaction);
          return values;
        } finally {
          shared.over(transaction);
        }
      });
      if (whole.kind === 'committed') {
        for (const [index, member] of members.entries())
          member.end({ kind: 'committed', value: whole.value[index] });
        return;
      }
    }
    await Promise.all(members.map(runAlone));
  };

  const start = (): void => {
    isGathering = false;
    while (groups < limits.groups && waiting.length > 0) {
      groups += 1;
      const run = runGroup(waiting.splice(0, limits.lanes));
      void Promise.race([run, sleep(GROUP_PATIENCE_MS, undefined, { ref: false })]).then(() => {
        groups -= 1;
        gather();
      });
    }
  };
  /** What goes on in this moment may ask for more. */
  const gather = (): void => {
    if (isGathering || waiting.length === 0) return;
    isGathering = true;
    setImmediate(start);
  };

  return <T>(held: HeldLane, run: (transaction: Knex.Transaction) => Promise<T>) =>
    new Promise<RunOutcome<T>>((resolve) => {
      waiting.push({ held, run, end: (outcome) => resolve(outcome as RunOutcome<T>) });
      gather();
    });
}
