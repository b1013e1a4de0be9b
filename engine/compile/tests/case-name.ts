import { isJsonObject, type Json } from '../../domain/json.ts';
import { plain, type Written } from '../yaml/written.ts';
import type { WrittenCase } from './written-tests.ts';

const NAME_LENGTH_MAX = 60;

/** What a case is called: by its name, or else by the values that it gives. */
export function caseName(row: Written<WrittenCase>): string {
  const own = row.get('name')?.text;
  if (own != null && own !== '') return own;
  const given = (['given', 'before', 'comments', 'receives', 'answers'] as const).flatMap((key) => {
    const written = row.get(key);
    if (written === null) return [];
    return [`${key === 'before' ? 'was ' : ''}${valuesText(plain(written.node))}`];
  });
  const text = given.join(', ').replaceAll(/\s+/g, ' ');
  if (text === '') return 'as it is';
  return text.length > NAME_LENGTH_MAX ? `${text.slice(0, NAME_LENGTH_MAX - 1)}…` : text;
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `priority: P1`, `Update status: pending`. */
function valuesText(value: Json): string {
  if (Array.isArray(value)) return (value as readonly Json[]).map(valuesText).join(', ');
  if (!isJsonObject(value)) return asText(value);
  return Object.entries(value)
    .map(([name, part]) =>
      isJsonObject(part) ? `${name} ${valuesText(part)}` : `${name}: ${valuesText(part)}`,
    )
    .join(', ');
}
