import type { Json } from '../domain/json.ts';

/** Long enough for any documented error, short enough for a journal line. */
const FLAT_TEXT_LENGTH_MAX = 2000;
const DEPTH_MAX = 20;

/** The texts and numbers of a body in the order written, on one line: what error rules and people read. */
export function flatText(body: Json): string {
  const parts: string[] = [];
  let length = 0;
  const collect = (value: Json, depth: number): void => {
    if (length > FLAT_TEXT_LENGTH_MAX || depth > DEPTH_MAX || value === null) return;
    if (typeof value === 'object') {
      for (const item of Object.values<Json>(value)) collect(item, depth + 1);
    } else {
      const part = String(value).slice(0, FLAT_TEXT_LENGTH_MAX).replace(/\s+/g, ' ').trim();
      length += part.length;
      if (part !== '') parts.push(part);
    }
  };
  collect(body, 0);
  return parts.join(' ').slice(0, FLAT_TEXT_LENGTH_MAX);
}
