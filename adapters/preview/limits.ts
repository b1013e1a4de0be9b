import { minutes, seconds } from '../../engine/domain/instant.ts';

/** The bounds of the preview server. Those of an evaluation hold whatever a request brings. */

/** A request's body: 1 MiB holds the rules of a large contract several times. */
export const REQUEST_BYTES_MAX = 1024 * 1024;
/** Objects and lists within each other; deeper ones are nobody's ticket and exhaust what reads them. */
export const REQUEST_DEPTH_MAX = 64;
/** From the first byte to the last of a request. */
export const REQUEST_MS_MAX = seconds(15);

/** Evaluations at the same time, each in a process of its own. */
export const EVALUATORS = 2;
/** Requests that wait for a free one; more are asked to come again. */
export const WAITING_MAX = 16;
export const WAITING_MS_MAX = seconds(20);
/** What `Retry-After` says when all is taken. */
export const RETRY_AFTER_SECONDS = 2;
/** One evaluation, from the moment at which its process has the job. */
export const EVALUATION_MS_MAX = seconds(8);
/** The heap of one evaluating process. */
export const EVALUATION_MEGABYTES_MAX = 160;
/** What an evaluation answers, in characters. */
export const RESULT_LENGTH_MAX = 8 * 1024 * 1024;
/**
 * The texts, in characters, of the contracts that an evaluating process keeps compiled: a dozen usual ones. What a stranger's large
 * one was compiled to would fill its heap.
 */
export const KEPT_RULES_LENGTH_MAX = 128 * 1024;
/** Until a new process is ready for work. */
export const EVALUATOR_START_MS_MAX = minutes(1);

/** Short tokens are guessed. */
export const TOKEN_LENGTH_MIN = 16;
