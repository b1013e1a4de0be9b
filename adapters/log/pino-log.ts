import { pino, type DestinationStream } from 'pino';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Clock, Log } from '../../engine/runtime/ports.ts';
import { redactFields, redactText } from './redact.ts';

/**
 * The log as JSON, one line per step: `{"level":"info","time":"…Z","step":"…",…fields}`. `fields` are contract, lane,
 * ticket, transaction and rule where they are known, and what the step has to say besides.
 *
 * `secrets` never appear, wherever they turn up; what is added to them later is looked for from then on. `clock` gives the time of each line, so that lines and journal agree
 * when time runs faster. Without a `destination` lines go to standard output.
 */
export function pinoLog(options: {
  readonly clock: Pick<Clock, 'now'>;
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly secrets?: readonly string[];
  readonly destination?: DestinationStream;
}): Log {
  const { clock, level = 'info', secrets = [], destination } = options;
  const settings = {
    level,
    base: null,
    messageKey: 'step',
    timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const lines = destination === undefined ? pino(settings) : pino(settings, destination);
  const write = (to: 'debug' | 'info' | 'warn' | 'error', step: string, fields: JsonObject): void => {
    if (lines.isLevelEnabled(to)) lines[to](redactFields(fields, secrets), redactText(step, secrets));
  };
  return {
    debug: (step, fields) => write('debug', step, fields),
    info: (step, fields) => write('info', step, fields),
    warn: (step, fields) => write('warn', step, fields),
    error: (step, fields) => write('error', step, fields),
  };
}
