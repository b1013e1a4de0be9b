import type { Judged, Measures } from '../decide/judge-alarms.ts';
import type { AlarmEvent, SinkName } from '../domain/alarm.ts';
import type { Milliseconds } from '../domain/instant.ts';
import type { QueueMessage } from '../domain/message.ts';
import type { BridgeCall, BridgeErrorKind } from '../wire/read-answer.ts';

/** How a call of the bridge ended. */
export type CallOutcome = 'accepted' | 'no-answer' | BridgeErrorKind;

/** Is told what passes, for metrics. It must neither throw nor take its time. */
export interface Observer {
  called(call: BridgeCall, outcome: CallOutcome, ms: Milliseconds): void;
  /** Messages as they were received; `ages` in milliseconds. */
  received(messages: readonly Pick<QueueMessage, 'transactionType'>[], ages: readonly Milliseconds[]): void;
  watched(measures: Measures, judged: readonly Judged[], up: ReadonlySet<string>): void;
  told(sink: SinkName, event: AlarmEvent, isTold: boolean): void;
}

export const NOBODY_OBSERVES: Observer = {
  called: () => undefined,
  received: () => undefined,
  watched: () => undefined,
  told: () => undefined,
};
