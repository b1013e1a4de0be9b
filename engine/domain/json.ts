/** What JSON can say. Everything that crosses a port is made of it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Without the members that are null, at any depth of objects: an empty column is simply not there. */
export function withoutNulls(object: JsonObject): JsonObject {
  const kept: (readonly [name: string, value: Json])[] = [];
  for (const [name, value] of Object.entries(object))
    if (value !== null) kept.push([name, isJsonObject(value) ? withoutNulls(value) : value]);
  return Object.fromEntries(kept);
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
