import type { JsonObject } from '../../engine/domain/json.ts';
import type { Log } from '../../engine/runtime/ports.ts';

/** The same log, with these fields on every line: `boundLog(log, { contract: 'acme' })`. A line's own fields win. */
export const boundLog = (log: Log, bound: JsonObject): Log => ({
  debug: (step, fields) => log.debug(step, { ...bound, ...fields }),
  info: (step, fields) => log.info(step, { ...bound, ...fields }),
  warn: (step, fields) => log.warn(step, { ...bound, ...fields }),
  error: (step, fields) => log.error(step, { ...bound, ...fields }),
});
