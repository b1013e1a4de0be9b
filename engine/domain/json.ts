/** What JSON can say. Everything that crosses a port is made of it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Without the members that are null, at any depth of objects: an empty column is simply not there. */
export function withoutNulls(object: JsonObject): JsonObject {
  const kept: Record<string, Json> = {};
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === null || value === undefined) continue;
    const whole = isJsonObject(value) && hasNulls(value) ? withoutNulls(value) : value;
    // Written plainly, this name would be the object's prototype.
    if (name === '__proto__') Object.defineProperty(kept, name, { ...OWN, value: whole });
    else kept[name] = whole;
  }
  return kept;
}

const OWN: PropertyDescriptor = { configurable: true, enumerable: true, writable: true };

function hasNulls(object: JsonObject): boolean {
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === null || (isJsonObject(value) && hasNulls(value))) return true;
  }
  return false;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
