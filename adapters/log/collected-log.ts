import type { JsonObject } from '../../engine/domain/json.ts';
import type { Log } from '../../engine/runtime/ports.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly step: string;
  readonly fields: JsonObject;
}

/** The simulated twin of the log: keeps its lines, in order, to be looked at. */
export function collectedLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  return {
    lines,
    debug: (step, fields) => void lines.push({ level: 'debug', step, fields }),
    info: (step, fields) => void lines.push({ level: 'info', step, fields }),
    warn: (step, fields) => void lines.push({ level: 'warn', step, fields }),
    error: (step, fields) => void lines.push({ level: 'error', step, fields }),
  };
}
