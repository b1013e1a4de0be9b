const UNITS = ['KB', 'MB', 'GB'] as const;
const STEP = 1024;

/** Bytes as people say them: `48213 B` is `47.1 KB`. Of 1024 each, as the contract's own sizes. */
export function sizeText(bytes: number): string {
  let size = bytes;
  let unit = 'B';
  for (const next of UNITS) {
    if (size < STEP) break;
    size /= STEP;
    unit = next;
  }
  return `${unit === 'B' ? size : Math.round(size * 10) / 10} ${unit}`;
}
