import { watch, type FSWatcher } from 'node:fs';

/** Editors write a file in several steps: what happens within this time is one change. */
const SETTLE_MS = 150;

/**
 * Runs once, and again after each change below the folders, new files too, until the signal says so. One run at a time:
 * what changes while one is under way makes another one after it.
 */
export async function watchFolders(
  folders: readonly string[],
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<void> {
  let wake: (() => void) | null = null;
  let hasChanged = false;
  let settling: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      hasChanged = true;
      wake?.();
    }, SETTLE_MS);
  };
  const ended = (): void => wake?.();
  signal.addEventListener('abort', ended);
  const watchers = folders.map((folder): FSWatcher => watch(folder, { recursive: true }, changed));
  // A folder that is taken away while it is watched shows at the next run.
  for (const watcher of watchers) watcher.on('error', changed);
  try {
    while (!signal.aborted) {
      hasChanged = false;
      await run();
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (hasChanged || signal.aborted) resolve();
      });
      wake = null;
    }
  } finally {
    signal.removeEventListener('abort', ended);
    clearTimeout(settling);
    for (const watcher of watchers) watcher.close();
  }
}
