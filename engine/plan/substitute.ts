import type { Substitute } from '../domain/lane.ts';
import type { Filling, Payload } from '../domain/payload.ts';

/** Puts what the contract sends instead in the place of values that the provider refused for this ticket. */
export function substitute(payload: Payload, substitutes: readonly Substitute[]): Payload {
  if (substitutes.length === 0) return payload;
  const result: Filling<Payload> = { ...payload };
  for (const { field, refused, instead } of substitutes) {
    if (result[field] === refused) result[field] = instead;
  }
  return result;
}
