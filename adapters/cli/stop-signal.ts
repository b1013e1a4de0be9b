import type { Output } from '../terminal/output.ts';

/**
 * A signal that is aborted by Ctrl-C or SIGTERM. The first one ends the work in good order; the second ends the process
 * at once, which loses nothing either: what was under way is taken up at the next start. `out` is told; null: nobody.
 */
export function stopSignal(out: Output | null): AbortSignal {
  const stop = new AbortController();
  const asked = (): void => {
    if (stop.signal.aborted) process.exit(130);
    out?.write('\nStopping: what is under way is finished first. Once more ends at once.\n');
    stop.abort();
  };
  process.on('SIGINT', asked);
  process.on('SIGTERM', asked);
  return stop.signal;
}
