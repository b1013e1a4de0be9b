import { vi } from 'vitest';
import { startCli, type CliEnd, type CliOptions } from './cli-process.ts';

/** `bridgehead simulate` on a free port, as a process of its own. */
export interface SimulatorCli {
  readonly url: string;
  stop(): Promise<CliEnd>;
}

const LISTENS_MS_MAX = 60_000;

export async function startSimulatorCli(args: readonly string[], options: CliOptions): Promise<SimulatorCli> {
  const simulator = startCli(['simulate', '--port', '0', ...args], options);
  const stop = (): Promise<CliEnd> => {
    simulator.kill('SIGTERM');
    return simulator.ended;
  };
  try {
    const url = await vi.waitFor(
      () => {
        const found = /listens at (http:\S+)/.exec(simulator.out())?.[1];
        if (found === undefined) throw new Error(`the simulator does not listen: ${simulator.err()}`);
        return found;
      },
      { timeout: LISTENS_MS_MAX, interval: 50 },
    );
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
