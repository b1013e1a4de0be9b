import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  EVALUATION_MEGABYTES_MAX,
  EVALUATION_MS_MAX,
  EVALUATOR_START_MS_MAX,
  EVALUATORS,
  WAITING_MAX,
  WAITING_MS_MAX,
} from './limits.ts';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { FromEvaluator, HandedJob, HandedResult, Job } from './job.ts';

/**
 * Evaluates rules and tickets of strangers so that nothing they hold can stall or end this process: in processes of
 * their own, with a bounded heap and a bounded time, after which they are killed and replaced. Threads would not do:
 * a single large string or list ends the whole process there (V8 treats it as fatal), whatever limits the thread has.
 *
 * The life of one evaluator:
 *
 *   none ──▶ starting ──▶ idle ⇄ working
 *     ▲          │          │       │
 *     └──────────┴──────────┴───────┘   it ended, or was killed: a new one is started at once
 *                                       (or with the next job, if it never came to be ready)
 */
export interface Evaluators {
  /** Never rejects. */
  run(job: Job): Promise<Evaluated>;
  /** How many evaluate just now, and how many jobs wait. */
  load(): { readonly working: number; readonly waiting: number };
  /** Kills them all; what is under way ends as `died`. */
  close(): Promise<void>;
}

export type Evaluated =
  | { readonly kind: 'done'; readonly result: HandedResult }
  /** All evaluators work, and too many jobs wait, or this one has waited too long. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'too-long' }
  /** Its process came to an end: as good as always it wanted too much memory. */
  | { readonly kind: 'died' };

export interface Bounds {
  readonly evaluators: number;
  readonly waitingMax: number;
  readonly waitingMsMax: number;
  readonly evaluationMsMax: number;
  readonly megabytesMax: number;
}

export const BOUNDS: Bounds = {
  evaluators: EVALUATORS,
  waitingMax: WAITING_MAX,
  waitingMsMax: WAITING_MS_MAX,
  evaluationMsMax: EVALUATION_MS_MAX,
  megabytesMax: EVALUATION_MEGABYTES_MAX,
};

const ENTRY = fileURLToPath(new URL('evaluator-process.mjs', import.meta.url));

/** Starts the processes; jobs are taken at once. */
export function startEvaluators(bounds: Bounds = BOUNDS): Evaluators {
  const all = Array.from({ length: bounds.evaluators }, () => new Evaluator(bounds));
  const waiting: ((evaluator: Evaluator | null) => void)[] = [];

  const acquire = async (): Promise<Evaluator | null> => {
    const free = all.find((evaluator) => !evaluator.taken);
    if (free !== undefined) {
      // At once: another job may come before this one goes on.
      free.taken = true;
      return free;
    }
    if (waiting.length >= bounds.waitingMax) return null;
    return new Promise((resolve) => {
      const turn = (evaluator: Evaluator | null): void => {
        clearTimeout(patience);
        resolve(evaluator);
      };
      const patience = setTimeout(() => {
        waiting.splice(waiting.indexOf(turn), 1);
        resolve(null);
      }, bounds.waitingMsMax);
      waiting.push(turn);
    });
  };

  return {
    async run(job) {
      const evaluator = await acquire();
      if (evaluator === null) return { kind: 'busy' };
      const evaluated = await evaluator.run(job);
      const next = waiting.shift();
      // Handed over as it is, so that nobody who comes in between takes it.
      if (next === undefined) evaluator.taken = false;
      else next(evaluator);
      return evaluated;
    },
    load: () => ({ working: all.filter(({ taken }) => taken).length, waiting: waiting.length }),
    async close() {
      for (const turn of waiting.splice(0)) turn(null);
      await Promise.all(all.map((evaluator) => evaluator.close()));
    },
  };
}

/** One process after another. */
class Evaluator {
  taken = false;
  readonly #bounds: Bounds;
  #running: Running | null;
  #closed = false;
  #jobs = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#running = this.#start();
  }

  async run(job: Job): Promise<Evaluated> {
    if (this.#closed) return { kind: 'busy' };
    const running = this.#living() ?? this.#start();
    this.#running = running;
    if (!(await running.ready)) return { kind: 'died' };
    this.#jobs += 1;
    const number = this.#jobs;
    return new Promise((resolve) => {
      const end = (evaluated: Evaluated): void => {
        clearTimeout(limit);
        running.child.off('message', answered);
        running.child.off('exit', died);
        resolve(evaluated);
      };
      const answered = (message: FromEvaluator): void => {
        if (message.kind === 'done' && message.number === number) {
          end({ kind: 'done', result: message });
        }
      };
      const died = (): void => end({ kind: 'died' });
      const limit = setTimeout(() => {
        running.child.kill('SIGKILL');
        // Whoever comes next does not meet the dying one.
        this.#running = this.#start();
        end({ kind: 'too-long' });
      }, this.#bounds.evaluationMsMax);
      running.child.on('message', answered);
      running.child.once('exit', died);
      const { rules, ...task } = job;
      const handed: HandedJob = {
        number,
        task: JSON.stringify(task),
        rules: rules === running.rules ? null : rules,
      };
      running.rules = rules;
      running.child.send(handed, (error) => {
        if (error !== null) end({ kind: 'died' });
      });
    });
  }

  /** Null: it ended a moment ago, or none was started. */
  #living(): Running | null {
    const running = this.#running;
    return running?.child.exitCode === null && running.child.signalCode === null ? running : null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#running;
    running?.child.kill('SIGKILL');
    await running?.ended;
  }

  #start(): Running {
    const child = fork(ENTRY, [], {
      execArgv: [`--max-old-space-size=${this.#bounds.megabytesMax}`],
      env: {},
      // Rules may make it print its last words; they are the end of nobody's log.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    let isReady = false;
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    const ready = new Promise<boolean>((resolve) => {
      const impatience = setTimeout(() => child.kill('SIGKILL'), EVALUATOR_START_MS_MAX);
      const settle = (is: boolean): void => {
        clearTimeout(impatience);
        isReady = is;
        resolve(is);
      };
      child.once('message', () => settle(true));
      void ended.then(() => {
        if (!isReady) settle(false);
      });
    });
    const running: Running = { child, ready, ended, rules: null };
    void ended.then(() => {
      if (this.#running !== running) return;
      // One that never was ready would fail again at once; the next job tries it.
      this.#running = isReady && !this.#closed ? this.#start() : null;
    });
    return running;
  }
}

interface Running {
  readonly child: ChildProcess;
  /** False: it ended before it was. */
  readonly ready: Promise<boolean>;
  readonly ended: Promise<void>;
  /** Those that it was given last. */
  rules: ContractSource | null;
}
