import type { Json } from '../../domain/json.ts';
import { LIMITS, meter, tooLarge } from '../../jsonata/meter.ts';
import { ExpressionFailure } from './failure.ts';

/**
 * A result as plain JSON: sequences become arrays without hidden properties, undefined members are left out. Throws for
 * what is too large, and for what JSON cannot say: functions, regular expressions, infinite numbers.
 */
export function plainResult(value: unknown): Json {
  if (typeof value === 'string') {
    if (value.length >= LIMITS.size) throw tooLarge(LIMITS.size);
    return value;
  }
  if (typeof value === 'boolean') return value;
  if (typeof value === 'object' && value !== null) meter.during(LIMITS, 0, 0, () => meter.weigh(value));
  return plain(value);
}

function plain(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new ExpressionFailure('result', 'The result is not a finite number.');
  }
  if (Array.isArray(value)) return value.map((item: unknown) => (item === undefined ? null : plain(item)));
  if (typeof value !== 'object') {
    throw new ExpressionFailure(
      'result',
      'The result is a function, not a value: call it with its arguments.',
    );
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, plain(member)]));
}
