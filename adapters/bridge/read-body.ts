import { ANSWER_BYTES_MAX } from '../../engine/domain/limits.ts';
import type { Json } from '../../engine/domain/json.ts';
import { AnswerTooLong } from './failure.ts';

/** The bridge's own bodies are seven deep; a body deeper than this is kept as text, so that nothing chokes on it. */
const BODY_DEPTH_MAX = 100;

/** Reads a body as UTF-8, with U+FFFD in the place of what is not. Throws AnswerTooLong beyond the bound. */
export async function readBounded(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Leaving the loop by an error cancels the stream, and with it the connection.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new AnswerTooLong(ANSWER_BYTES_MAX);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The JSON that a body holds, whatever its content type says; otherwise its text. */
export function parseBody(text: string): Json {
  let parsed: Json;
  try {
    parsed = JSON.parse(text) as Json;
  } catch {
    return text;
  }
  return isDeeperThan(parsed, BODY_DEPTH_MAX) ? text : parsed;
}

const isDeeperThan = (value: Json, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth === 0 || Object.values<Json>(value).some((inner) => isDeeperThan(inner, depth - 1)));
