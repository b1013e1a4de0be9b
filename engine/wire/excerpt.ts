import type { Json } from '../domain/json.ts';

const EXCERPT_LENGTH_MAX = 80;

/** The beginning of a value on one line, for messages to people. */
export function excerpt(value: Json | undefined, lengthMax = EXCERPT_LENGTH_MAX): string {
  if (value === undefined) return 'nothing';
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').trim();
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}
