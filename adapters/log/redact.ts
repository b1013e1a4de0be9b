import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';

export const REDACTED = '[redacted]';

/** Shorter secrets are not looked for inside texts: they would turn up in ordinary words. */
export const SECRET_LENGTH_MIN = 8;
const DEPTH_MAX = 20;

const SECRET_NAME = /^(?:x-api-key|api[-_]?key|authorization|password|passwd|secret|token)$/i;

/**
 * A text without secrets: the given ones themselves, passwords in URLs, and query strings of URLs (a presigned address
 * is as good as a key for as long as it lasts).
 */
export function redactText(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= SECRET_LENGTH_MIN) clean = clean.replaceAll(secret, REDACTED);
  }
  return clean.replace(ADDRESS, (_, address: string) => `://${redactAddress(address)}`);
}

/** What stands behind `://`, up to the next one. It never backtracks, so a body of any shape takes linear time. */
const ADDRESS = /:\/\/((?:(?!:\/\/)[^\s"'<>])*)/g;

function redactAddress(address: string): string {
  const withoutPassword = address.replace(/^([^:/@?]*):[^@]*@/, `$1:${REDACTED}@`);
  const query = withoutPassword.indexOf('?');
  return query === -1 ? withoutPassword : `${withoutPassword.slice(0, query)}?${REDACTED}`;
}

/** The same for everything inside a log line; values whose names say that they are secret go as a whole. */
export const redactFields = (fields: JsonObject, secrets: readonly string[]): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, redactField(name, value, secrets, 0)]),
  );

function redactField(name: string, value: Json, secrets: readonly string[], depth: number): Json {
  if (SECRET_NAME.test(name) && value !== null) return REDACTED;
  if (depth >= DEPTH_MAX) return '…';
  if (typeof value === 'string') return redactText(value, secrets);
  if (Array.isArray(value)) return value.map((item: Json) => redactField('', item, secrets, depth + 1));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, item]) => [inner, redactField(inner, item, secrets, depth + 1)]),
  );
}
