import { StepBroken } from '../../engine/runtime/lane-turn.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { around, Killed, type PortCall } from './failing-ports.ts';
import { settled } from './reference-story.ts';
import { retryParked, type World } from './world.ts';

/** One of a story's port calls, counted from 1. */
export interface CountedCall {
  readonly count: number;
  readonly call: PortCall;
}

/** Is told of each port call after its effect. */
export type Seen = (count: number, call: PortCall) => void | Promise<void>;

export const isKill = (error: unknown): boolean =>
  error instanceof Killed || (error instanceof StepBroken && error.cause instanceof Killed);

/**
 * A process that is killed after its `killAfter`-th port call; another one takes over. Being killed before a call is being
 * killed after the one before it: between two calls there are no effects.
 */
export class MortalProcess {
  readonly #world: World;
  #runtime: Runtime;

  constructor(world: World, killAfter: number, seen: Seen = () => undefined) {
    this.#world = world;
    this.#runtime = around(world.runtime, {
      after: async (count, call) => {
        await seen(count, call);
        if (count === killAfter) throw new Killed();
      },
    });
  }

  /** Does its part of the story, and dies in the middle of it if its time has come: then the other one brings it to rest. */
  async does(work: (runtime: Runtime) => Promise<unknown>): Promise<void> {
    try {
      await work(this.#runtime);
    } catch (error) {
      if (!isKill(error)) throw error;
      this.#runtime = this.#world.runtime;
      await retryParked(this.#runtime);
      await settled(this.#world, this.#runtime);
    }
  }
}

/** The calls of a story that have an effect, or begin one: only after them is there a state that was not there before. */
export async function callsWithEffect(
  world: World,
  tell: (seen: Seen) => Promise<unknown>,
): Promise<readonly CountedCall[]> {
  // Changes when another connection has committed something.
  const dataVersion = async (): Promise<unknown> => (await world.sql('PRAGMA data_version'))[0]?.data_version;
  const calls: CountedCall[] = [];
  let version = await dataVersion();
  await tell(async (count, call) => {
    const before = version;
    version = await dataVersion();
    if (call !== 'transaction' || version !== before) calls.push({ count, call });
  });
  return calls;
}
