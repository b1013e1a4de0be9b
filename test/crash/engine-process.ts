import { setTimeout as wait } from 'node:timers/promises';
import type { CliEnd, CliProcess } from '../support/cli-process.ts';

const STARTED_MS_MAX = 30_000;
const CALLS_MS_MAX = 5000;
const RESTART_PAUSE_MS = 200;
const DEFECT = /"step":"(?:turn broken|contract broken|contract cannot run|alarms not looked at)"/;

/**
 * One `bridgehead run` under a supervisor: whatever ends it, it is started again, until it is told to end for good. An
 * engine that cannot start (the database is away) ends by itself, as it does in life.
 */
export class EngineProcess {
  readonly #start: () => CliProcess;
  readonly #contracts: number;
  readonly #supervised: Promise<void>;
  #running: CliProcess;
  #isOver = false;
  #kills = 0;
  /** What was written by those that ended by themselves. */
  readonly endedByItself: CliEnd[] = [];
  /** Lines of the log that tell of what nobody foresaw, of all that ran. */
  readonly defects: string[] = [];
  /** What the last one wrote, and how it ended, once `end` is over. */
  last: CliEnd | null = null;

  constructor(start: () => CliProcess, contracts: number) {
    this.#start = start;
    this.#contracts = contracts;
    this.#running = start();
    this.#supervised = this.#supervise();
  }

  async #supervise(): Promise<void> {
    for (;;) {
      const end = await this.#running.ended;
      this.defects.push(...end.out.split('\n').filter((line) => DEFECT.test(line)));
      if (this.#isOver) {
        this.last = end;
        return;
      }
      if (end.signal === null) this.endedByItself.push(end);
      await wait(end.signal === null ? RESTART_PAUSE_MS : 0);
      this.#running = this.#start();
    }
  }

  /** Its contracts have started, and it has begun to tell the provider something, if there is something to tell. */
  async busy(): Promise<void> {
    const isStarted = (out: string): boolean =>
      out.split('"step":"contract started"').length - 1 >= this.#contracts;
    await this.#wrote(isStarted, STARTED_MS_MAX);
    await this.#wrote((out) => /"method":"P(?:OST|UT)"/.test(out), CALLS_MS_MAX);
  }

  async #wrote(isThere: (out: string) => boolean, msMax: number): Promise<void> {
    for (const deadline = Date.now() + msMax; Date.now() < deadline && !isThere(this.#running.out());) {
      await wait(5);
    }
  }

  /** All that the running one has written so far. */
  said(): string {
    return `${this.#running.out()}\n${this.#running.err()}`;
  }

  get kills(): number {
    return this.#kills;
  }

  async kill(): Promise<void> {
    const running = this.#running;
    running.kill('SIGKILL');
    await running.ended;
    this.#kills += 1;
  }

  /** It does not notice; it only finds that time has passed. */
  async stopFor(ms: number): Promise<void> {
    const running = this.#running;
    running.kill('SIGSTOP');
    await wait(ms);
    running.kill('SIGCONT');
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#isOver = true;
    this.#running.kill(signal);
    await this.#supervised;
  }
}
