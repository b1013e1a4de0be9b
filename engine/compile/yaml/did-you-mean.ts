/** Longer names are not compared: nobody mistypes them by a letter or two only. */
const COMPARED_LENGTH_MAX = 100;

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into another. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? Infinity) + 1,
        (current[column - 1] ?? Infinity) + 1,
        (last[column - 1] ?? Infinity) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? Infinity;
}

/** Upper and lower case, `_` and `-` are what people mix up most: they cost nothing. */
const folded = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');

/** The allowed name that was probably meant, or null if none is close: within a third of its length. */
export function closest(written: string, allowed: Iterable<string>): string | null {
  if (written.length > COMPARED_LENGTH_MAX) return null;
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const name of allowed) {
    if (name.length > COMPARED_LENGTH_MAX) continue;
    const distance = editDistance(folded(written), folded(name));
    const allowedDistance = Math.min(name.length - 1, Math.max(1, Math.floor(name.length / 3)));
    if (distance < bestDistance && distance <= allowedDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Names listed in a hint where no name is close: enough to choose from. Fewer where one is. */
const LISTED_MAX = 30;
const LISTED_BESIDES_MAX = 10;

/** `Did you mean "x"?` where a name is close, and what is allowed. */
export function suggestion(written: string, allowed: Iterable<string>, what = 'allowed here'): string {
  const names = [...allowed];
  const near = closest(written, names);
  const listed = names.slice(0, LISTED_MAX).join(', ') + (names.length > LISTED_MAX ? ', …' : '');
  if (near !== null) {
    return `Did you mean "${near}"?` + (names.length > LISTED_BESIDES_MAX ? '' : ` (${what}: ${listed})`);
  }
  return capitalised(names.length === 0 ? `nothing is ${what}.` : `${what}: ${listed}.`);
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
