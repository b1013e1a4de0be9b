import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/bridgehead.mjs', import.meta.url));

export interface SimulatorProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts `bridgehead simulate` as a process of its own, on a free port. Rejects if it ends before it listens. */
export async function startSimulatorProcess(): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'simulate', '--port', '0'], {
    // Its own group, so that Ctrl-C reaches it only through us, when the engine has ended.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = (): void => {
    child.kill('SIGTERM');
  };
  process.once('exit', kill);
  const url = await new Promise<string>((resolve, reject) => {
    void ended.then(() => reject(new Error('the simulator ended before it listened')));
    createInterface(child.stdout).on('line', (line) => {
      const found = /listens at (http:\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    stop: async () => {
      process.off('exit', kill);
      kill();
      await ended;
    },
  };
}
