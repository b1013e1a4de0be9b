import type { Json } from '../../engine/domain/json.ts';

/** A text as it is, anything else as JSON. */
export const textOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
