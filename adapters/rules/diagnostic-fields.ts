import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import type { JsonObject } from '../../engine/domain/json.ts';

/** A diagnostic as the fields of a log line: `place` is `file:line:column`. */
export const diagnosticFields = ({ code, place, message, hint }: Diagnostic): JsonObject => ({
  code,
  place: `${place.file}:${place.line}:${place.column}`,
  message,
  hint,
});
