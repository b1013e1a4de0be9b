import { ANSWER_BYTES_MAX } from '../../engine/domain/limits.ts';
import type { Json } from '../../engine/domain/json.ts';
import { AnswerTooLong } from './failure.ts';

/** The bridge's own bodies are seven deep; what is deeper than this is kept as text, so that nothing chokes on it. */
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

/**
 * The JSON that a body holds, whatever its content type says; otherwise its text. Only what is nested too deeply becomes
 * text: one message in which it occurs must not hold up those that came with it.
 */
export function parseBody(text: string): Json {
  try {
    return withoutDepths(JSON.parse(text) as Json, BODY_DEPTH_MAX);
  } catch {
    return text;
  }
}

function withoutDepths(value: Json, depth: number): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return asText(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map((inner) => withoutDepths(inner, depth - 1));
  return Object.fromEntries(
    Object.entries<Json>(value).map(([name, inner]) => [name, withoutDepths(inner, depth - 1)]),
  );
}

function asText(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Written out level by level, within this stack: deeper than that it cannot be told.
    return '(nested too deeply to be shown)';
  }
}
