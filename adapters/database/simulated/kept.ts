import type { Json } from '../../../engine/domain/json.ts';

/**
 * A copy that nobody can change, as JSON makes one: members that are undefined are left out. Parts that were kept before, and
 * are frozen therefore, are shared, so what is read, altered in one place and saved costs only that place.
 */
export function kept<T>(value: T): T {
  return copyOf(value as Json) as T;
}

function copyOf(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const copy = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => copyOf(item) ?? null)
    : copyOfMembers(value as Readonly<Record<string, Json>>);
  return Object.freeze(copy);
}

function copyOfMembers(members: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  const copy: Record<string, Json> = {};
  for (const name of Object.keys(members)) {
    const value = copyOf(members[name]);
    if (value === undefined) continue;
    // Assigned, a member of this name would be lost.
    if (name === '__proto__')
      Object.defineProperty(copy, name, { value, enumerable: true, writable: true, configurable: true });
    else copy[name] = value;
  }
  return copy;
}
