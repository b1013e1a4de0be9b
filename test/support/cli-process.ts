import { spawn } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../bin/bridgehead.mjs');

export interface CliEnd {
  /** Null: a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** `bridgehead …` as a process of its own. */
export interface CliProcess {
  /** What it has written to standard output so far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<CliEnd>;
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGHUP' | 'SIGSTOP' | 'SIGCONT'): void;
}

export interface CliOptions {
  readonly cwd?: string;
  /** All that it finds in its environment, besides PATH. */
  readonly env?: Readonly<Record<string, string>>;
}

export function startCli(args: readonly string[], { cwd, env = {} }: CliOptions = {}): CliProcess {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<CliEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return { out: () => out, err: () => err, ended, kill: (signal) => void child.kill(signal) };
}

export const runCli = (args: readonly string[], options?: CliOptions): Promise<CliEnd> =>
  startCli(args, options).ended;
