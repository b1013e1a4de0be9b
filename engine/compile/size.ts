const UNITS: ReadonlyMap<string, number> = new Map([
  ['KB', 1024],
  ['MB', 1024 ** 2],
  ['GB', 1024 ** 3],
]);

/** `500KB`, `25MB`, `1GB`: a whole number and a unit of 1024. Null for anything else. */
export function parseSize(text: string): number | null {
  const [, count, unit] = /^(\d{1,6})(KB|MB|GB)$/.exec(text) ?? [];
  const bytes = unit === undefined ? undefined : UNITS.get(unit);
  return count === undefined || bytes === undefined ? null : Number(count) * bytes;
}
