import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';

/** Names under which questions and their answers have been seen, or are likely to be. */
const QUESTIONS = ['question', 'label', 'name', 'text'] as const;
const ANSWERS = ['answer', 'value', 'response', 'score'] as const;
/** What is nested deeper is written on one line. */
const DEPTH_MAX = 5;

/**
 * A change's risk assessment as one text for people. It comes as a text, as an object, or as an array of questions (client
 * guide v1.2): then each question is a line with its answer, and each member of an object a line with its name.
 */
export const riskText = (value: Json): string => linesOf(value, 0).join('\n');

function linesOf(value: Json, depth: number): readonly string[] {
  if (value === null) return [];
  if (typeof value !== 'object') return [String(value).trim()];
  if (depth >= DEPTH_MAX) return [JSON.stringify(value)];
  if (!isJsonObject(value)) return value.flatMap((item) => linesOf(item, depth + 1));
  const asked = textOf(value, QUESTIONS);
  const answered = textOf(value, ANSWERS);
  if (asked !== null && answered !== null) {
    const others = Object.entries(value).filter(([name]) => name !== asked.name && name !== answered.name);
    const rest = others.flatMap(([name, part]) => entry(name, part, depth));
    return [`${asked.text}: ${answered.text}`, ...rest.map(indented)];
  }
  return Object.entries(value).flatMap(([name, part]) => entry(name, part, depth));
}

function entry(name: string, value: Json, depth: number): readonly string[] {
  const [first, ...others] = linesOf(value, depth + 1);
  if (first === undefined) return [];
  const isPlain = typeof value !== 'object';
  return isPlain && others.length === 0
    ? [`${name}: ${first}`]
    : [`${name}:`, ...[first, ...others].map(indented)];
}

const indented = (line: string): string => `  ${line}`;

/** The first of the members that says something plain. */
function textOf(
  object: JsonObject,
  names: readonly string[],
): { readonly name: string; readonly text: string } | null {
  for (const name of names) {
    const value = object[name];
    if (value === undefined || value === null || typeof value === 'object') continue;
    return { name, text: String(value).trim() };
  }
  return null;
}
