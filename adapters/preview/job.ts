import type { Instant } from '../../engine/domain/instant.ts';
import type { LiveTicket } from './read-live.ts';
import type { WrittenSituation } from './situation.ts';

/** The texts of a contract's files by the names that are shown, and the one to begin with. */
export interface RuleFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly main: string;
}

/** What is handed to an evaluating process. Everything in it may come from a stranger. */
export type Job =
  | { readonly kind: 'check'; readonly rules: RuleFiles }
  | {
      readonly kind: 'preview';
      readonly rules: RuleFiles;
      readonly situation: WrittenSituation;
      readonly live: LiveTicket | null;
      readonly now: Instant;
    };

/** An HTTP answer: the status, and the body as JSON text. */
export interface JobResult {
  readonly status: number;
  readonly body: string;
}
