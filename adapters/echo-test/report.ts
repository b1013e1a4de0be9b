import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import type { RulesVersion } from '../../engine/domain/rules-version.ts';

/** What an echo-test found: to be filed. Nothing in it is secret, and all of the ticket in it is made up or from the file. */
export interface EchoReport {
  readonly verdict: EchoVerdict;
  readonly from: Instant;
  readonly to: Instant;
  readonly contract: string;
  readonly folder: string;
  readonly clientName: string;
  readonly rules: RulesVersion | null;
  readonly versions: { readonly bridgehead: string; readonly node: string };
  readonly environments: { readonly calls: string; readonly queue: string };
  readonly timeoutMs: Milliseconds;
  readonly ticket: {
    readonly mark: string;
    readonly number: string;
    /** The provider's; null: it gave none. */
    readonly providerNumber: string | null;
    readonly ticketType: string | null;
    readonly trigger: string;
    /** The file that it is from; null: it was made up from the contract. */
    readonly file: string | null;
  };
  readonly steps: readonly EchoStep[];
  /** What concerns the whole test. */
  readonly findings: readonly Finding[];
  /** What was on the queue besides, and was left there. */
  readonly others: {
    readonly messages: number;
    readonly tickets: number;
    /** The most often that one of them was received by now, of 20. */
    readonly receivesMax: number;
  };
}

/** `stopped`: it did not come to its end, so nothing is proven. */
export type EchoVerdict = 'passed' | 'failed' | 'stopped';

export type StepVerdict = 'ok' | 'failed' | 'not-tried';

export interface EchoStep {
  readonly name: string;
  /** What a person would have done. */
  readonly what: string;
  readonly verdict: StepVerdict;
  readonly calls: readonly SentCall[];
  readonly echoes: readonly Echo[];
  readonly findings: readonly Finding[];
}

export interface SentCall {
  readonly kind: string;
  /** `PUT tickets/e-CS0204070` */
  readonly call: string;
  readonly at: Instant;
  readonly ms: Milliseconds;
  /** `200 e-CS0204070`, or why none came. */
  readonly answer: string;
  readonly accepted: boolean;
}

/** A transaction that was to come back, and what did. */
export interface Echo {
  readonly transaction: string;
  /** Null: it did not come in time. */
  readonly came: {
    readonly messageId: string;
    readonly sentAt: Instant;
    readonly receivedAt: Instant;
    readonly receives: number;
    readonly deleted: boolean;
    /** What the reading engine's journal says of it. */
    readonly outcome: string;
    readonly summary: string;
    readonly rule: string | null;
  } | null;
  readonly fields: readonly ComparedField[];
}

export interface ComparedField {
  readonly field: string;
  readonly sent: string;
  /** Null: it is not in what came back. */
  readonly back: string | null;
  /** What the scratch ticket says for it, by the fields of itsm.yaml that the contract fills; empty: it fills none. */
  readonly here: readonly { readonly field: string; readonly value: string }[];
  readonly verdict: 'same' | 'differs' | 'missing';
}

export interface Finding {
  /** `problem`: the test fails for it; `note`: it is worth knowing. */
  readonly kind: 'problem' | 'note';
  readonly text: string;
  /** What helps; null: nothing need be done, or it says it itself. */
  readonly help: string | null;
}

export const problem = (text: string, help: string | null = null): Finding => ({
  kind: 'problem',
  text,
  help,
});
export const note = (text: string): Finding => ({ kind: 'note', text, help: null });
