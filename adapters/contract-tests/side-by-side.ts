import { displayWidth } from '../terminal/display-width.ts';
import { paint } from '../terminal/paint.ts';

const GAP = ' │ ';
const GAP_DIFFERENT = ' ≠ ';
/** Narrower columns are hard to read: then one stands below the other. */
const COLUMN_WIDTH_MIN = 26;
/** Lines of one side beyond which they are not aligned, but stand as they are. */
const ALIGNED_LINES_MAX = 400;

interface Row {
  readonly left: string | null;
  readonly right: string | null;
}

/** Two texts in two columns that fit the width, lines that differ marked with ≠; one below the other where it is narrow. */
export function sideBySide(
  titles: readonly [string, string],
  left: readonly string[],
  right: readonly string[],
  { width, color }: { readonly width: number; readonly color: boolean },
): readonly string[] {
  const rows = align(left, right);
  const room = Math.floor((width - GAP.length) / 2);
  if (room < COLUMN_WIDTH_MIN) return oneBelowTheOther(titles, rows, color);
  const longest = Math.max(...[titles[0], ...left].map(displayWidth));
  const leftWidth = Math.min(longest, room);
  const rightWidth = width - GAP.length - leftWidth;
  const head = `${padded(titles[0], leftWidth)}${' '.repeat(GAP.length)}${titles[1]}`;
  return [
    paint(head, 'dim', color),
    ...rows.flatMap((row) => {
      const [lefts, rights] = [fold(row.left ?? '', leftWidth), fold(row.right ?? '', rightWidth)];
      const isSame = row.left === row.right;
      return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, index) => {
        const [one, other] = [lefts[index] ?? '', rights[index] ?? ''];
        const line = `${padded(one, leftWidth)}${isSame ? GAP : GAP_DIFFERENT}${other}`.trimEnd();
        return isSame ? line : paint(line, 'bad', color);
      });
    }),
  ];
}

function oneBelowTheOther(
  titles: readonly [string, string],
  rows: readonly Row[],
  color: boolean,
): readonly string[] {
  const side = (title: string, pick: (row: Row) => string | null): readonly string[] => [
    paint(title, 'dim', color),
    ...rows.flatMap((row) => {
      const text = pick(row);
      if (text === null) return [];
      return [row.left === row.right ? `  ${text}` : paint(`≠ ${text}`, 'bad', color)];
    }),
  ];
  return [...side(titles[0], ({ left }) => left), ...side(titles[1], ({ right }) => right)];
}

/** Lines that both texts have, in order, stand beside each other; between them lines of one key; then what only one has. */
const align = (left: readonly string[], right: readonly string[]): readonly Row[] =>
  alignBy(
    (line) => line,
    left,
    right,
    (lefts, rights) => alignBy(keyOf, lefts, rights, rowsOf),
  );

/** `  priority: '3'` begins with its key. */
const keyOf = (line: string): string => /^\s*(?:- )?[^:]*:/.exec(line)?.[0] ?? line;

function alignBy(
  by: (line: string) => string,
  left: readonly string[],
  right: readonly string[],
  between: (left: readonly string[], right: readonly string[]) => readonly Row[],
): readonly Row[] {
  const rows: Row[] = [];
  let [fromLeft, fromRight] = [0, 0];
  const gap = (toLeft: number, toRight: number): void => {
    const [lefts, rights] = [left.slice(fromLeft, toLeft), right.slice(fromRight, toRight)];
    if (lefts.length + rights.length > 0) rows.push(...between(lefts, rights));
  };
  for (const [atLeft, atRight] of commonLines(left.map(by), right.map(by))) {
    gap(atLeft, atRight);
    rows.push({ left: left[atLeft] ?? null, right: right[atRight] ?? null });
    [fromLeft, fromRight] = [atLeft + 1, atRight + 1];
  }
  gap(left.length, right.length);
  return rows;
}

const rowsOf = (left: readonly string[], right: readonly string[]): readonly Row[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, index) => ({
    left: left[index] ?? null,
    right: right[index] ?? null,
  }));

/** The longest common subsequence of lines, as pairs of indexes. */
function commonLines(
  left: readonly string[],
  right: readonly string[],
): readonly (readonly [number, number])[] {
  if (left.length > ALIGNED_LINES_MAX || right.length > ALIGNED_LINES_MAX) return [];
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const isSame = left[row] === right[column];
      const best = isSame ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      lengths[row]?.fill(best, column, column + 1);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let row = 0, column = 0; row < left.length && column < right.length;) {
    if (left[row] === right[column]) {
      pairs.push([row, column]);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));

/** Cuts a line into pieces that fit; the further ones are put in as far as the first. */
function fold(line: string, width: number): readonly string[] {
  if (displayWidth(line) <= width) return [line];
  const indent = ' '.repeat(Math.min(line.length - line.trimStart().length + 2, Math.floor(width / 2)));
  const pieces: string[] = [];
  let piece = '';
  for (const character of line) {
    if (displayWidth(piece + character) > width) {
      pieces.push(piece);
      piece = indent;
    }
    piece += character;
  }
  return [...pieces, piece];
}
