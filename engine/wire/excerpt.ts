import type { Json } from '../domain/json.ts';

const EXCERPT_LENGTH_MAX = 80;

/** The beginning of a value on one line, for messages to people. The queries of addresses, which may be as good as keys, are left out. */
export function excerpt(value: Json | undefined, lengthMax = EXCERPT_LENGTH_MAX): string {
  if (value === undefined) return 'nothing';
  const text = withoutQueries(typeof value === 'string' ? value : JSON.stringify(value))
    .replace(/\s+/g, ' ')
    .trim();
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}

/** A text with the queries of its addresses left out: a presigned one's is as good as a key. */
export const withoutQueries = (text: string): string =>
  text.replace(/\b(https?:\/\/[^\s"'<>?\\]+)\?[^\s"'<>\\]*/gi, '$1?…');
