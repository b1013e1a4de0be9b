import type { Json } from '../domain/json.ts';
import { asText } from './field.ts';

/** The same to the ITSM: 3 and "3" are, nothing and null are; nothing and an empty text are too. */
export const sameValue = (held: Json | undefined, value: Json): boolean =>
  (asText(held ?? '') ?? held) === (asText(value ?? '') ?? value);
