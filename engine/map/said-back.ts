import type { Json, JsonObject } from '../domain/json.ts';
import type { Payload } from '../domain/payload.ts';
import type { Shadow } from '../domain/shadow.ts';
import { sendableText } from '../wire/escape.ts';
import { goesOn, joinRest, looksCut } from '../wire/fit-text.ts';
import { stripLines } from './appended.ts';
import type { Shortened } from './shorten.ts';

/** A message as the rules see it, and which of its names it changes. */
export interface Heard {
  readonly context: JsonObject;
  readonly names: ReadonlySet<string>;
}

const FIELDS = ['shortDescription', 'description', 'closeNotes'] as const;
type Field = (typeof FIELDS)[number];

/**
 * What comes back of a text that we shortened does no harm to the whole one here: what the provider says as it was told is
 * no news, and where its people have written around our head, the rest that never fitted is put back in its place.
 *
 * `mine`: what the ticket would be sent as now.
 */
export function asWhole(
  { context, names }: Heard,
  mine: { readonly payload: Payload; readonly shortened: readonly Shortened[] },
  shadow: Shadow,
): Heard {
  const whole: Record<string, Json> = { ...context };
  const changed = new Set(names);
  for (const field of FIELDS) {
    const said = context[field];
    if (typeof said !== 'string' || !names.has(field)) continue;
    const short = mine.shortened.find((one) => one.field === field);
    if (short !== undefined && isSame(said, short.head)) whole[field] = short.whole;
    else if (isAsAgreed(field, said, shadow)) changed.delete(field);
    else if (short?.rest != null) whole[field] = rejoined(said, short.whole, short.rest);
  }
  return { context: whole, names: changed };
}

/** What the provider's people wrote around a head of ours, with the rest put back. */
function rejoined(said: string, whole: string, rest: string): string {
  const text = sendableText(whole);
  return joinRest(said, text, text.length - sendableText(rest).length);
}

/** The provider says a shortened text as it was last told it, and ours is another by now. */
function isAsAgreed(field: Field, said: string, { fields }: Shadow): boolean {
  const agreed = fields[field];
  if (agreed === undefined) return false;
  const text = field === 'description' ? stripLines(agreed) : agreed;
  return (looksCut(text) || goesOn(text)) && isSame(said, text);
}

/** As it comes back from the wire, which may lose blanks at the end. */
const isSame = (said: string, sent: string): boolean => said.trimEnd() === sendableText(sent).trimEnd();
