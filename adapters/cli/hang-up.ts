/**
 * Calls `listener` at every SIGHUP, the signal by which a service is asked to read its configuration again. In a terminal
 * it means that the terminal is gone, and ends the process as it always did.
 */
export function onHangUp(listener: () => void): void {
  if (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY) return;
  process.on('SIGHUP', listener);
}
