import { messageOf } from './messages.ts';

/** What is known of an error besides its code; `token` and `position` are those of the library, offsets just past a token. */
export interface ErrorDetails {
  position?: number | undefined;
  token?: unknown;
  value?: unknown;
  value2?: unknown;
  /** Of an argument, from 1. */
  index?: number | undefined;
  type?: unknown;
  message?: string;
}

/** An error that JSONata defines, by its code (https://docs.jsonata.org). */
export class JsonataError extends Error {
  readonly code: string;
  position: number | undefined;
  token: unknown;
  readonly value: unknown;
  readonly value2: unknown;
  readonly index: number | undefined;
  readonly type: unknown;

  constructor(code: string, details: ErrorDetails = {}) {
    super(details.message ?? '');
    this.code = code;
    this.position = details.position;
    this.token = details.token;
    this.value = details.value;
    this.value2 = details.value2;
    this.index = details.index;
    this.type = details.type;
  }
}

/** A bound of one evaluation that was reached: `code` names it, the message is for people. */
export class BoundReached extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * What was thrown somewhere in an evaluation: a JsonataError, the library's own kind of error (a plain object with the
 * same members), or an error of the platform. Where it happened is added on the way out.
 */
export interface Thrown {
  code?: unknown;
  message?: unknown;
  position?: number | undefined;
  token?: unknown;
}

export const thrown = (error: unknown): Thrown =>
  typeof error === 'object' && error !== null ? error : { message: String(error) };

/** The error as it leaves an evaluation, with the message of its code. */
export function completed(error: unknown): Error & Thrown {
  const { code, message } = thrown(error);
  const said = typeof code === 'string' ? messageOf(code, error as Readonly<Record<string, unknown>>) : null;
  const text = said ?? (typeof message === 'string' ? message : 'The expression broke without saying why.');
  if (error instanceof Error) return Object.assign(error, { message: text });
  return Object.assign(new JsonataError(String(code)), error, { message: text });
}
