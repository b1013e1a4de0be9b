import type { VirtualClock } from '../../adapters/clock/virtual-clock.ts';
import { seconds, type Milliseconds } from '../../engine/domain/instant.ts';
import type { Database } from '../../engine/runtime/ports.ts';
import type { Runtime } from '../../engine/runtime/step.ts';

/** Virtual time that passes second by second, and never faster than real databases keep up with it. */
export class SteadyTime {
  readonly #clock: VirtualClock;
  readonly #counted = new WeakMap<Database, Database>();
  #transactions = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** The same runtime, whose transactions under way are counted; one database stays one. */
  counted(runtime: Runtime): Runtime {
    const { database } = runtime.ports;
    const counted = this.#counted.get(database) ?? this.#count(database);
    this.#counted.set(database, counted);
    return { ...runtime, ports: { ...runtime.ports, database: counted } };
  }

  #count(database: Database): Database {
    return {
      transaction: async (work) => {
        this.#transactions += 1;
        try {
          return await database.transaction(work);
        } finally {
          this.#transactions -= 1;
        }
      },
    };
  }

  async pass(ms: Milliseconds): Promise<void> {
    for (let passed = 0; passed < ms; passed += seconds(1)) {
      await this.#clock.advance(seconds(1));
      for (let quiet = 0; quiet < 2; quiet = this.#transactions === 0 ? quiet + 1 : 0) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  }
}
