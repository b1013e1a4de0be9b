import { minutes, seconds, type Instant, type Milliseconds } from '../../engine/domain/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import {
  DatabaseUnavailable,
  type Bridge,
  type BridgeAnswer,
  type BridgeRequest,
  type Database,
  type Transaction,
  type UploadStore,
} from '../../engine/runtime/ports.ts';
import { clockSkewOf } from '../../adapters/bridge/clock-skew.ts';
import type { Fault } from '../../adapters/simulator/faults.ts';
import { simulatedBridge, simulatedUploads } from '../../adapters/simulator/simulated-bridge.ts';
import { unescapeText } from '../../adapters/simulator/escaping.ts';
import { messagesIn } from './witnessed-provider.ts';
import type { Call } from './history.ts';
import type { FaultKind } from './settings.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/** Where a process dies at one of its port calls; `under way` is some time after the call has left it. */
export type Death = 'before' | 'under way' | 'after';

/** In a storm every fault of the bridge is so much more likely. */
const STORM_FACTOR = 8;
const STORM_RATE_MIN = 0.3;

const CALL_FAULTS = [
  'lost request',
  'lost answer',
  'late effect',
  'server error',
  'server error with effect',
  'too many requests',
] as const satisfies readonly FaultKind[];

/** The bridge as one process reaches it: over a network that delays, loses and repeats nothing by itself. */
export function bridgeOf(world: World, process: SimulatedProcess): Bridge {
  const { scheduler, history, provider, contract, settings } = world;
  const { timeoutMs } = contract.bridge;
  let arriving: Call | null = null;
  const bridge = simulatedBridge(provider, {
    client: settings.contract,
    environment: 'prod',
    apiKey: `${settings.contract}-demo-key`,
    timeoutMs,
    sleep: (ms) => scheduler.sleep(ms),
    chooseFault: (request) => {
      if (arriving === null) throw new Error('a request that did not come over the network');
      provider.expect(request, arriving);
      return chooseFault(world, process, arriving, timeoutMs);
    },
  });

  const arrive = (call: Call, deliver: (answer: BridgeAnswer) => void): void => {
    if (world.isUnreachable()) {
      call.fault = 'bridge unreachable';
      history.inject('bridge unreachable', process.name, `${label(call)}: not reached`, ticketsOf(call));
      deliver({ kind: 'no-answer', reason: 'connection refused', reached: false });
      return;
    }
    arriving = call;
    const answered = bridge.send(call.request);
    arriving = null;
    void answered.then((answer) => {
      deliver(call.kind === 'receive' ? unsorted(world, process, answer) : answer);
    });
  };

  return {
    send: (request) =>
      new Promise((resolve) => {
        const call = newCall(world, process, request);
        const death = world.deathAt(process, label(call));
        if (death === 'before') return;
        history.calls.push(call);
        const slow = call.kind === 'delete' && world.strikes('slow delete');
        if (slow) history.inject('slow delete', process.name, `${label(call)}: takes its time`, null);
        const asked = process.clock.now();
        const out = slow
          ? world.chanceOf('slow delete').int(seconds(5), timeoutMs + seconds(15))
          : latency(world, process);
        scheduler.after(out, () =>
          arrive(call, (answer) => {
            const date = scheduler.now();
            scheduler.after(latency(world, process), () => {
              if (process.isDead) {
                unheard(world, call);
                return;
              }
              process.receive(() => {
                if (death === 'after') {
                  world.kill(process, `dies when ${label(call)} has its answer`);
                  unheard(world, call);
                  return;
                }
                call.answer = dated(answer, date, asked, process.clock.now());
                call.answered = history.next();
                resolve(call.answer);
              });
            });
          }),
        );
      }),
  };
}

/** Where files are put, as one process reaches it: over the same network, with the same faults. */
export function uploadsOf(world: World, process: SimulatedProcess): UploadStore {
  const { scheduler, history, provider, contract } = world;
  const { timeoutMs } = contract.bridge;
  return {
    put: (file, signal) =>
      new Promise((resolve) => {
        const { pathname } = new URL(file.url);
        const call = newCall(world, process, { method: 'PUT', path: pathname.slice(1) });
        const death = world.deathAt(process, label(call));
        if (death === 'before') return;
        history.calls.push(call);
        const end = (answer: BridgeAnswer): void => {
          if (call.answered !== null) return;
          call.answer = answer;
          call.answered = history.next();
          signal.removeEventListener('abort', breakOff);
          resolve(answer);
        };
        const breakOff = (): void =>
          process.receive(() => end({ kind: 'no-answer', reason: 'broken off', reached: true }));
        signal.addEventListener('abort', breakOff);
        const store = simulatedUploads(provider, {
          timeoutMs,
          sleep: (ms) => scheduler.sleep(ms),
          chooseFault: (request) => {
            provider.expect(request, call);
            return chooseFault(world, process, call, timeoutMs);
          },
        });
        scheduler.after(latency(world, process), () => {
          const arrived: Promise<BridgeAnswer> = world.isUnreachable()
            ? Promise.resolve({ kind: 'no-answer', reason: 'connection refused', reached: false })
            : store.put(file, signal);
          void arrived.then((answer) =>
            scheduler.after(latency(world, process), () => {
              if (process.isDead) return;
              process.receive(() => {
                if (death === 'after') world.kill(process, `dies when ${label(call)} has its answer`);
                else end(answer);
              });
            }),
          );
        });
      }),
  };
}

/** The database as one process reaches it. */
export function databaseOf(world: World, process: SimulatedProcess): Database {
  return {
    transaction: (work) =>
      new Promise((resolve, reject) => {
        const death = world.deathAt(process, 'transaction');
        if (death === 'before') return;
        new TransactionUnderWay({ world, process, work, death, resolve, reject }).begin();
      }),
  };
}

interface TransactionFacts<T> {
  readonly world: World;
  readonly process: SimulatedProcess;
  readonly work: (tx: Transaction) => Promise<T>;
  readonly death: Death | null;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** One transaction on its way to the database and back. It takes no time there. */
class TransactionUnderWay<T> {
  readonly #facts: TransactionFacts<T>;
  readonly #by: { readonly process: string; readonly call: number };

  constructor(facts: TransactionFacts<T>) {
    this.#facts = facts;
    this.#by = { process: facts.process.name, call: facts.process.calls };
  }

  begin(afterMs?: Milliseconds): void {
    const { world, process } = this.#facts;
    world.scheduler.after(afterMs ?? databaseLatency(world, process), () =>
      process.receive(() => void this.#run()),
    );
  }

  async #run(): Promise<void> {
    const { world, process, work, death, resolve, reject } = this.#facts;
    const { database, history } = world;
    if (world.isDatabaseAway()) {
      this.#fail('database away', 'the database is away');
      return;
    }
    if (world.strikes('lost connection')) {
      this.#fail('lost connection', 'the connection to the database is lost');
      return;
    }
    if (world.strikes('deadlock')) {
      history.inject('deadlock', process.name, 'a deadlock: the work is run again');
      await database.run(this.#by, work, 'roll back').catch(() => null);
      this.begin(world.chanceOf('deadlock').int(5, 300));
      return;
    }
    try {
      const result = (await database.run(this.#by, work, 'commit')) as T;
      if (death === 'after') world.kill(process, 'dies when a transaction is committed');
      else if (world.strikes('lost acknowledgement'))
        this.#fail('lost acknowledgement', 'the connection is lost while the database commits');
      else this.#later(() => resolve(result));
    } catch (error) {
      this.#later(() => reject(error instanceof Error ? error : new Error(String(error))));
    }
  }

  #fail(kind: FaultKind, words: string): void {
    const { world, process, reject } = this.#facts;
    world.history.inject(kind, process.name, words);
    this.#later(() => reject(new DatabaseUnavailable(words)));
  }

  #later(settle: () => void): void {
    const { world, process } = this.#facts;
    world.scheduler.after(databaseLatency(world, process), () => process.receive(settle));
  }
}

function chooseFault(
  world: World,
  process: SimulatedProcess,
  call: Call,
  timeoutMs: Milliseconds,
): Fault | null {
  const { history } = world;
  for (const kind of CALL_FAULTS) {
    if (!world.strikes(kind, raisedRate(world, kind, CALL_FAULTS.length))) continue;
    const chance = world.chanceOf(kind);
    call.fault = kind;
    history.inject(kind, process.name, `${label(call)}: ${kind}`, ticketsOf(call));
    const how = chance.is(0.5) ? 'reset' : 'hang';
    switch (kind) {
      case 'lost request':
        return { kind: 'drop-request', how };
      case 'lost answer':
        return { kind: 'drop-answer', how };
      case 'late effect':
        return { kind: 'delay', effect: 'late', ms: chance.int(seconds(1), minutes(1) - seconds(2)) };
      case 'server error':
        return { kind: 'status', status: chance.pick([500, 502, 503, 504]) };
      case 'server error with effect':
        return { kind: 'status', status: chance.pick([500, 502, 504]), effect: true };
      case 'too many requests':
        return chance.is(0.5)
          ? { kind: 'status', status: 429 }
          : { kind: 'status', status: 429, retryAfterSeconds: chance.int(1, 200) };
    }
  }
  if (!world.strikes('slow network')) return null;
  history.inject('slow network', process.name, `${label(call)}: slow`, ticketsOf(call));
  return {
    kind: 'delay',
    effect: 'at-once',
    ms: world.chanceOf('slow network').int(seconds(1), timeoutMs - seconds(2)),
  };
}

/** How likely one of so many kinds is now. */
export function raisedRate(world: World, kind: FaultKind, kinds: number): number {
  const rate = world.settings.rates[kind];
  return world.isStorm() ? Math.max(rate * STORM_FACTOR, STORM_RATE_MIN / kinds) : rate;
}

/** As the real bridge's: its answers have a date, in whole seconds. */
function dated(answer: BridgeAnswer, date: Instant, asked: Instant, answered: Instant): BridgeAnswer {
  if (answer.kind !== 'answer') return answer;
  const clockSkewMs = clockSkewOf({ get: () => new Date(date).toUTCString() }, asked, answered);
  return clockSkewMs === null ? answer : { ...answer, clockSkewMs };
}

/** The provider promises no order within one read. */
function unsorted(world: World, process: SimulatedProcess, answer: BridgeAnswer): BridgeAnswer {
  if (answer.kind !== 'answer' || messagesIn(answer.body).length < 2) return answer;
  if (!world.strikes('unsorted read')) return answer;
  const chance = world.chanceOf('unsorted read');
  world.history.inject('unsorted read', process.name, 'a queue read comes in another order');
  const shuffled = (value: Json | undefined): Json | undefined =>
    isJsonObject(value)
      ? Object.fromEntries(
          Object.entries(value).map(([name, part]): [string, Json] => [
            name,
            name === 'messages' && Array.isArray(part)
              ? chance.shuffled<Json>(part as readonly Json[])
              : (shuffled(part) ?? null),
          ]),
        )
      : value;
  return { ...answer, body: shuffled(answer.body) ?? null };
}

/** Nobody is there to hear the answer. Whether the provider notices is chance. */
function unheard(world: World, call: Call): void {
  if (call.handled !== null && world.chanceOf('unheard').is(0.6))
    world.provider.answerLost(call.handled.requestId);
}

export function latency(world: World, process: SimulatedProcess): Milliseconds {
  return process.latency.int(1, world.settings.latencyMsMax);
}

export const databaseLatency = (world: World, process: SimulatedProcess): Milliseconds =>
  1 + Math.floor(latency(world, process) / 10);

const label = ({ request }: Call): string =>
  `${request.method} ${request.path.replace(/queue\/.*/, 'queue/…')}`;

const ticketsOf = ({ clientNumber, providerTicket }: Call): readonly string[] =>
  [clientNumber, providerTicket].filter((number) => number !== null);

function newCall(world: World, process: SimulatedProcess, request: BridgeRequest): Call {
  const { body } = request;
  const payload = isJsonObject(body?.payload) ? unescaped(body.payload) : {};
  const [resource, id, action] = request.path.split('/');
  const isTicket = resource === 'tickets';
  return {
    ...world.history.next(),
    process: process.name,
    request,
    kind:
      resource === '_store'
        ? 'put-file'
        : !isTicket
          ? request.method === 'GET'
            ? 'receive'
            : 'delete'
          : id === undefined
            ? 'create'
            : action === 'attachments'
              ? 'attachment-url'
              : action === 'notes'
                ? 'notes'
                : action === 'returnptn'
                  ? 'return-number'
                  : action === 'approve' || action === 'reject'
                    ? action
                    : 'update',
    clientNumber: typeof payload.clientTicketNumber === 'string' ? payload.clientTicketNumber : null,
    providerTicket: isTicket && id !== undefined ? decodeURIComponent(id) : null,
    payload,
    announced: isTicket && action !== 'attachments' ? world.takeAnnounced(process) : null,
    handled: null,
    before: null,
    after: null,
    change: null,
    fault: null,
    answer: null,
    answered: null,
    messages: [],
  };
}

const unescaped = (payload: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(payload), (_, value: unknown) =>
    typeof value === 'string' ? unescapeText(value) : value,
  ) as JsonObject;
