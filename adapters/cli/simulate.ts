import { startSimulator } from '../simulator/server.ts';
import type { Output } from '../terminal/output.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';

export interface SimulateOptions {
  readonly host: string;
  readonly port: number;
  readonly speed: number;
  /** The instant since which time runs at `speed`; null: the start. */
  readonly speedSince: number | null;
  /** The file that keeps what the provider knows; null: it ends with the process. */
  readonly state: string | null;
  readonly signal: AbortSignal;
}

/** `bridgehead simulate`: the provider's end of the bridge, until it is told to stop. */
export async function simulate(out: Output, options: SimulateOptions): Promise<ExitCode> {
  const { host, port, speed, speedSince, state, signal } = options;
  const simulator = await startSimulator({
    host,
    port,
    speed,
    ...(speedSince === null ? {} : { speedSince }),
    ...(state === null ? {} : { state }),
  });
  out.write(`The simulated bridge listens at ${simulator.url}\n`);
  for (const account of simulator.provider.accounts()) {
    out.write(`  ${account.clientName}: ${simulator.url}/${account.path}/prod (key ${account.apiKey})\n`);
  }
  out.write(`What its users do is played at ${simulator.url}/_control (docs/simulator.md).\n`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await simulator.stop();
  return EXIT.ok;
}
