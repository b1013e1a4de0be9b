import type { Contract } from '../../engine/domain/contract.ts';
import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import type { Intent } from '../../engine/domain/lane.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Action } from '../../engine/plan/action.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { ownKeyOfChange } from '../../adapters/database/itsm/joined-itsm.ts';
import { simulatedDatabase } from '../../adapters/database/simulated/simulated-database.ts';
import { seededRandom } from '../../adapters/random/seeded-random.ts';
import { sampleClients, type ClientOptions } from '../../adapters/simulator/client-options.ts';
import type { ChangeDesk } from '../../adapters/simulator/change-desk.ts';
import type { ProviderDesk } from '../../adapters/simulator/provider-desk.ts';
import type { ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import type { Tenant } from '../../adapters/simulator/tenant.ts';
import { Chance, mixed } from './chance.ts';
import { CLIENT_WORDS, type ClientWords } from './clients.ts';
import { downloadsOf, filesOf } from './downloads.ts';
import { History } from './history.ts';
import { bridgeOf, databaseOf, uploadsOf, type Death } from './network.ts';
import type { Subject } from './people.ts';
import { eventsMax, Scheduler } from './scheduler.ts';
import type { FaultKind, Settings } from './settings.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { WitnessedDatabase } from './witnessed-database.ts';
import { WitnessedProvider } from './witnessed-provider.ts';

/** Chooses where a process dies: asked at each of its port calls. */
export type ChooseDeath = (process: SimulatedProcess, call: string) => Death | null;

/** A process that died is started again after so long. */
const START_AGAIN_MS_MIN = 500;
const START_AGAIN_MS_MAX = seconds(90);

/** Keys of files begin behind those of any other rows. */
const FILE_KEYS_FROM = 100_000;

/** Both sides, the network between them, and the processes that work for the contract. */
export class World {
  readonly settings: Settings;
  readonly contract: Contract;
  readonly scheduler: Scheduler;
  readonly history: History;
  readonly provider: WitnessedProvider;
  readonly tenant: Tenant;
  readonly desk: ProviderDesk;
  readonly changes: ChangeDesk;
  readonly database: WitnessedDatabase;
  readonly words: ClientWords;
  /** Running or frozen; those that are dead or have ended are gone. */
  readonly processes = new Set<SimulatedProcess>();
  readonly #chances = new Map<string, Chance>();
  readonly #announced = new Map<string, { readonly action: Action; readonly intent: Intent }>();
  /** The last keys that rows have, by their table. */
  readonly #keys = { tickets: 0, comments: 0, 'comments of changes': 0, files: FILE_KEYS_FROM };
  #windows: readonly { readonly kind: FaultKind; readonly from: Instant; readonly to: Instant }[] = [];
  readonly #chooseDeath: ChooseDeath | null;
  #started = 0;
  #isCalm = false;
  /** How a process ended that was not asked to; null: none did. */
  unexpectedEnd: string | null = null;

  constructor(settings: Settings, contract: Contract, chooseDeath: ChooseDeath | null = null) {
    this.settings = settings;
    this.#chooseDeath = chooseDeath;
    this.contract = { ...contract, outbound: { ...contract.outbound, since: settings.origin } };
    this.scheduler = new Scheduler(settings.origin, eventsMax(settings.tickets));
    const now = (): Instant => this.scheduler.now();
    this.history = new History(now);
    const options = { clients: [clientOptions(settings)], now, seed: String(settings.seed) };
    this.provider = new WitnessedProvider(options, settings.contract, this.history);
    const tenant = this.provider.tenant(settings.contract, 'prod');
    const desk = this.provider.desk(settings.contract, 'prod');
    const changes = this.provider.changeDesk(settings.contract, 'prod');
    if (tenant === undefined || desk === undefined || changes === undefined)
      throw new Error(`the provider has no ${settings.contract}`);
    this.tenant = tenant;
    this.desk = desk;
    this.changes = changes;
    this.database = new WitnessedDatabase(simulatedDatabase(this.contract.itsm), this.history);
    this.words = CLIENT_WORDS[settings.contract];
  }

  chanceOf(purpose: string): Chance {
    const known = this.#chances.get(purpose);
    if (known !== undefined) return known;
    const chance = new Chance(this.settings.seed, purpose);
    this.#chances.set(purpose, chance);
    return chance;
  }

  /** Whether a fault happens on this occasion. */
  strikes(kind: FaultKind, rate: number = this.settings.rates[kind]): boolean {
    return !this.#isCalm && this.chanceOf(kind).is(rate);
  }

  /** From now on nothing goes wrong any more. */
  calm(): void {
    const now = this.scheduler.now();
    this.#isCalm = true;
    this.#windows = this.#windows.map((one) => ({ ...one, to: Math.min(one.to, now) }));
  }

  get isCalm(): boolean {
    return this.#isCalm;
  }

  // Windows of time in which something is wrong all the while.

  open(kind: FaultKind, ms: Milliseconds): void {
    const from = this.scheduler.now();
    this.#windows = [...this.#windows, { kind, from, to: from + ms }];
  }

  isUnreachable(): boolean {
    return this.#isWithin('bridge unreachable');
  }

  isStorm(): boolean {
    return this.#isWithin('bridge storm');
  }

  isDatabaseAway(): boolean {
    return this.#isWithin('database away');
  }

  /** All the while from the one moment to the other. */
  wasDatabaseAway(from: Instant, to: Instant): boolean {
    return this.#windows.some((one) => one.kind === 'database away' && one.from <= from && to < one.to);
  }

  #isWithin(kind: FaultKind): boolean {
    const now = this.scheduler.now();
    return !this.#isCalm && this.#windows.some((one) => one.kind === kind && one.from <= now && now < one.to);
  }

  // Processes.

  start(): SimulatedProcess {
    this.#started += 1;
    const name = `p${this.#started}`;
    const { skewMsMax, seed } = this.settings;
    const offset = skewMsMax === 0 ? 0 : this.chanceOf('skew').int(-skewMsMax, skewMsMax);
    const process = new SimulatedProcess(name, this.scheduler, offset, this.chanceOf(`latency of ${name}`));
    this.processes.add(process);
    this.history.tell(name, `${name} starts${offset === 0 ? '' : ` (its clock is off by ${offset} ms)`}`);
    void runContract(this.#runtimeOf(process, seed), process.signal).then(
      (end) => {
        this.processes.delete(process);
        this.history.interrupt(name);
        this.history.tell(name, `${name} has ended (${end.kind})`);
        if (end.kind === 'stopped') this.unexpectedEnd = `${name} stopped: ${end.reason}`;
      },
      (error: unknown) => {
        this.processes.delete(process);
        this.unexpectedEnd = `${name} broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      },
    );
    return process;
  }

  kill(process: SimulatedProcess, words: string): void {
    if (process.isDead) return;
    process.die();
    this.history.interrupt(process.name);
    this.processes.delete(process);
    this.history.inject('crash', process.name, `${process.name} ${words}`);
    const wait = this.chanceOf('start again').int(START_AGAIN_MS_MIN, START_AGAIN_MS_MAX);
    this.scheduler.after(wait, () => {
      if (this.processes.size < this.settings.processes) this.start();
    });
  }

  /** Asks it to end; another one starts when it has. */
  restart(process: SimulatedProcess): void {
    if (process.isDead || process.isFrozen || process.isStopping) return;
    process.stop();
    this.scheduler.after(seconds(2), () => this.start());
  }

  /** Whether, and where, the process dies at this call. */
  deathAt(process: SimulatedProcess, call: string): Death | null {
    process.calls += 1;
    const death =
      this.#chooseDeath === null
        ? this.strikes('crash')
          ? this.chanceOf('where it dies').pick(['before', 'under way', 'under way', 'after'] as const)
          : null
        : this.#chooseDeath(process, call);
    if (death === 'before') this.kill(process, `dies before ${call}`);
    if (death === 'under way') {
      const ms = this.chanceOf('where it dies').int(0, this.settings.latencyMsMax);
      this.scheduler.after(ms, () => this.kill(process, `dies while ${call} is under way`));
    }
    return death;
  }

  takeAnnounced(process: SimulatedProcess): { readonly action: Action; readonly intent: Intent } | null {
    const announced = this.#announced.get(process.name) ?? null;
    this.#announced.delete(process.name);
    return announced;
  }

  #runtimeOf(process: SimulatedProcess, seed: number): Runtime {
    const quiet = (): void => undefined;
    return {
      contract: this.contract,
      rules: { hash: '000000000001', commit: null },
      ports: {
        bridge: bridgeOf(this, process),
        database: databaseOf(this, process),
        files: filesOf(this, process),
        uploads: uploadsOf(this, process),
        downloads: downloadsOf(this, process),
        clock: process.clock,
        random: seededRandom(mixed(seed, process.name)),
        log: {
          debug: quiet,
          info: quiet,
          warn: quiet,
          error: (step, fields) => {
            if (!step.endsWith(' broken')) return;
            this.history.broken.push({ ...this.history.next(), words: JSON.stringify(fields) });
          },
        },
      },
      announce: (action, intent) => this.#announced.set(process.name, { action, intent }),
    };
  }

  // What people see.

  /** A key that no row has. Rows of changes are made by the engine alone. */
  nextKey(table: 'tickets' | 'comments' | 'comments of changes' | 'files'): number {
    for (const { writes } of this.history.commits.slice(this.#seenCommits)) {
      for (const write of writes) {
        if (write.kind !== 'ticket made' && write.kind !== 'comment made' && write.kind !== 'file made')
          continue;
        const isOfChange = ownKeyOfChange(write.ticket) !== null;
        if (write.kind === 'file made') {
          // People attach files to tickets alone.
          if (!isOfChange) this.#keys.files = Math.max(this.#keys.files, Number(write.key));
          continue;
        }
        if (write.kind === 'ticket made') {
          if (!isOfChange) this.#keys.tickets = Math.max(this.#keys.tickets, Number(write.ticket));
          continue;
        }
        const of = isOfChange ? 'comments of changes' : 'comments';
        this.#keys[of] = Math.max(this.#keys[of], Number(write.key));
      }
    }
    this.#seenCommits = this.history.commits.length;
    this.#keys[table] += 1;
    return this.#keys[table];
  }
  #seenCommits = 0;

  async ticketOf(subject: Subject): Promise<Ticket | null> {
    const { key, providerTicket } = subject;
    return this.database.twin.transaction(async ({ itsm }) => {
      const known =
        key ?? (providerTicket === null ? null : await itsm.ticketKeyByProviderNumber(providerTicket));
      return known === null ? null : itsm.ticket(known, false);
    });
  }

  async theirTicketOf(subject: Subject): Promise<ProviderTicket | null> {
    if (subject.providerTicket !== null) return this.tenant.ticket(subject.providerTicket) ?? null;
    const gone = this.history.deletions.find(({ ticket: { key } }) => key === subject.key)?.ticket;
    const ticket = (await this.ticketOf(subject)) ?? gone ?? null;
    if (ticket === null) return null;
    const theirs = this.tenant.tickets().filter((one) => one.clientTicketNumber === ticket.number);
    return theirs.find(({ status }) => status !== 'cancelled') ?? theirs[0] ?? null;
  }
}

/** The provider's side of one sample client, as the seed has set it up. */
function clientOptions(settings: Settings): ClientOptions {
  const sample = sampleClients().find(({ path }) => path === settings.contract);
  if (sample === undefined) throw new Error(`there is no sample client ${settings.contract}`);
  const unknown = CLIENT_WORDS[settings.contract].unknownBridgeGroup;
  const known = sample.groups.filter(({ name }) => name !== unknown);
  const setUp = unknown === null || settings.unknownGroup ? [] : [{ name: unknown, ensonoGroup: unknown }];
  const { returnNumber, numbersWithoutPrefix, messagesPerRead, notesCarryAllFields, errorsWith200 } =
    settings;
  return {
    ...sample,
    groups: [...known, ...setUp],
    switches: {
      ...sample.switches,
      returnNumber,
      numbersWithoutPrefix,
      messagesPerRead,
      notesCarryAllFields,
      errorsWith200,
    },
  };
}

/** How long a fault of a window lasts. */
export const WINDOW_MS: Readonly<
  Partial<Record<FaultKind, readonly [min: Milliseconds, max: Milliseconds]>>
> = {
  'bridge unreachable': [seconds(5), minutes(4)],
  'bridge storm': [seconds(20), minutes(3)],
  'database away': [seconds(3), minutes(3)],
  freeze: [seconds(3), minutes(6)],
};
