import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ALARM_KINDS } from '../../engine/domain/alarm.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import { TRANSACTION_TYPES } from '../../engine/domain/message.ts';
import { ACTION_KINDS } from '../../engine/compile/vocabulary.ts';
import type { Observer } from '../../engine/runtime/observer.ts';
import type { Log } from '../../engine/runtime/ports.ts';

/** What is neither a TransactionType of the guide nor a call of ours: names off the wire must not become labels. */
const OTHER = 'other';
const TRANSACTIONS: ReadonlySet<string> = new Set<string>([
  ...TRANSACTION_TYPES,
  ...ACTION_KINDS,
  'plan',
  'link',
  'contract',
  'alarm',
  'unreadable',
]);

const SECONDS = 1000;
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60];
const AGE_SECONDS = [5, 30, 60, 300, 900, 1800, 3600, 14_400, 86_400];

/** Counts and gauges of every contract of this process, in a registry of their own. docs/operations.md lists them. */
export class ContractMetrics {
  readonly registry = new Registry();
  readonly #transactions = this.#counter('transactions_total', 'Journal lines', [
    'direction',
    'transaction',
    'outcome',
  ]);
  readonly #calls = this.#counter('bridge_calls_total', 'Calls of the bridge', ['call', 'outcome']);
  readonly #callSeconds = this.#histogram('bridge_call_seconds', 'Duration of calls', ['call'], CALL_SECONDS);
  readonly #received = this.#counter('queue_messages_received_total', 'Messages received', ['transaction']);
  readonly #ages = this.#histogram(
    'queue_message_age_seconds',
    'Age of messages when they were received',
    [],
    AGE_SECONDS,
  );
  readonly #told = this.#counter('alarm_notices_total', 'Tries to tell of an alarm', [
    'sink',
    'event',
    'outcome',
  ]);
  readonly #alarm = this.#gauge('alarm', '1: the alarm is up', ['alarm']);
  readonly #lastPoll = this.#gauge('last_poll_timestamp_seconds', 'When the queue was last read to its end');
  readonly #failures = this.#gauge('bridge_failures', 'Calls in a row without a usable answer');
  readonly #database = this.#gauge('database_up', '1: the database takes writes');
  readonly #waiting = this.#gauge('inbox_waiting', 'Messages that wait in the inbox', ['behind']);
  readonly #waitingAge = this.#gauge(
    'inbox_oldest_seconds',
    'Age of the oldest that waits behind no parked ticket',
  );
  readonly #parked = this.#gauge('tickets_parked', 'Tickets that stand still');
  readonly #unanswered = this.#gauge('creates_unanswered', 'Creates whose answer is missing');
  readonly #files = this.#gauge('files_waiting', 'Files on their way', ['direction']);
  readonly #filesAge = this.#gauge('files_oldest_seconds', 'How long the oldest of these has been so', [
    'direction',
  ]);
  readonly #expiring = this.#gauge('files_expiring', 'Files tried in vain whose addresses soon expire');
  readonly #givenUp = this.#gauge('files_given_up', 'Files given up within a day, and not decided on');
  readonly #skew = this.#gauge('clock_skew_seconds', 'How far another clock is ahead of ours', ['clock']);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Is told of one contract. */
  observer(contract: string): Observer {
    return {
      called: (call, outcome, ms) => {
        this.#calls.inc({ contract, call, outcome });
        this.#callSeconds.observe({ contract, call }, ms / SECONDS);
      },
      received: (messages, ages) => {
        for (const { transactionType } of messages)
          this.#received.inc({ contract, transaction: knownTransaction(transactionType) });
        for (const age of ages) this.#ages.observe({ contract }, age / SECONDS);
      },
      told: (sink, event, isTold) =>
        this.#told.inc({ contract, sink, event, outcome: isTold ? 'told' : 'failed' }),
      watched: ({ now, lastPollAt, bridgeFailures, databaseAway, standing, skews }, _judged, up) => {
        for (const alarm of ALARM_KINDS) this.#alarm.set({ contract, alarm }, up.has(alarm) ? 1 : 0);
        if (lastPollAt !== null) this.#lastPoll.set({ contract }, lastPollAt / SECONDS);
        this.#failures.set({ contract }, bridgeFailures.count);
        this.#database.set({ contract }, databaseAway === null ? 1 : 0);
        for (const clock of ['bridge', 'database'] as const) {
          const skew = skews[clock];
          if (skew !== null) this.#skew.set({ contract, clock }, skew / SECONDS);
        }
        if (standing === null) return;
        const { waiting, waitingBehindParked, parked, unansweredCreates, files } = standing;
        this.#waiting.set({ contract, behind: 'nothing' }, waiting.count);
        this.#waiting.set({ contract, behind: 'parked' }, waitingBehindParked);
        this.#waitingAge.set(
          { contract },
          waiting.oldestAt === null ? 0 : (now - waiting.oldestAt) / SECONDS,
        );
        this.#parked.set({ contract }, parked.count);
        this.#unanswered.set({ contract }, unansweredCreates.count);
        for (const [direction, { count, oldestAt }] of [
          ['in', files.downloads],
          ['out', files.uploads],
        ] as const) {
          this.#files.set({ contract, direction }, count);
          this.#filesAge.set({ contract, direction }, oldestAt === null ? 0 : (now - oldestAt) / SECONDS);
        }
        this.#expiring.set({ contract }, files.expiring.count);
        this.#givenUp.set({ contract }, files.givenUp.count);
      },
    };
  }

  /** The same log, whose journal lines are counted. */
  counting(log: Log): Log {
    const count = (step: string, fields: JsonObject): void => {
      if (step !== 'lane') return;
      const { contract, direction, transaction, outcome } = fields;
      if (typeof contract !== 'string' || typeof direction !== 'string' || typeof outcome !== 'string')
        return;
      this.#transactions.inc({ contract, direction, transaction: knownTransaction(transaction), outcome });
    };
    const counted =
      (level: keyof Log) =>
      (step: string, fields: JsonObject): void => {
        count(step, fields);
        log[level](step, fields);
      };
    return {
      debug: counted('debug'),
      info: counted('info'),
      warn: counted('warn'),
      error: counted('error'),
    };
  }

  #counter(name: string, help: string, labels: readonly string[]): Counter {
    return new Counter({ ...this.#named(name, help, labels) });
  }

  #gauge(name: string, help: string, labels: readonly string[] = []): Gauge {
    return new Gauge({ ...this.#named(name, help, labels) });
  }

  #histogram(name: string, help: string, labels: readonly string[], buckets: readonly number[]): Histogram {
    return new Histogram({ ...this.#named(name, help, labels), buckets: [...buckets] });
  }

  #named(name: string, help: string, labels: readonly string[]) {
    return {
      name: `bridgehead_${name}`,
      help,
      labelNames: ['contract', ...labels],
      registers: [this.registry],
    };
  }
}

const knownTransaction = (transaction: unknown): string =>
  typeof transaction === 'string' && TRANSACTIONS.has(transaction) ? transaction : OTHER;
