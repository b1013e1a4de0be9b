import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { LiveTicket } from './read-live.ts';
import type { WrittenSituation } from './situation.ts';

/** What is to be done with the rules of a contract. */
export type Task =
  | { readonly kind: 'check' }
  | {
      readonly kind: 'preview';
      readonly situation: WrittenSituation;
      readonly live: LiveTicket | null;
      readonly now: Instant;
    };

/** What is to be evaluated. Everything in it may come from a stranger. */
export type Job = Task & { readonly rules: ContractSource };

/** A job as it is handed to an evaluating process. */
export interface HandedJob {
  readonly number: number;
  /** A `Task` as JSON: text goes over faster than objects do. */
  readonly task: string;
  /** Null: those of the job before. */
  readonly rules: ContractSource | null;
}

/** An HTTP answer: the status, and the body as JSON text. */
export interface JobResult {
  readonly status: number;
  readonly body: string;
}

/** A result as an evaluating process hands it back: its body in the bytes that go out. */
export interface HandedResult {
  readonly status: number;
  readonly body: Uint8Array;
}

/** What an evaluating process says. */
export type FromEvaluator =
  { readonly kind: 'ready' } | ({ readonly kind: 'done'; readonly number: number } & HandedResult);
