import type { Json } from '../../engine/domain/json.ts';
import { displayWidth } from '../terminal/display-width.ts';

const STYLES = { bold: '1', dim: '2', red: '31;1', green: '32;1', yellow: '33;1', cyan: '36' } as const;

export type Paint = (style: keyof typeof STYLES, text: string) => string;

export const painter =
  (color: boolean): Paint =>
  (style, text) =>
    color && text !== '' ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;

// eslint-disable-next-line no-control-regex -- what the painter put in
const PAINTED = /\u001b\[[0-9;]*m/g;
const shownWidth = (text: string): number => displayWidth(text.replaceAll(PAINTED, ''));

/** A cell wider than this does not push the others to the right. */
const COLUMN_WIDTH_MAX = 66;

/** Rows of cells, each column as wide as its widest cell; the last one runs on. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.slice(0, -1).entries()) {
      widths[index] = Math.max(widths[index] ?? 0, Math.min(shownWidth(cell), COLUMN_WIDTH_MAX));
    }
  }
  return rows.map((row) => {
    const end = row.findLastIndex((cell) => cell !== '');
    return row
      .slice(0, end + 1)
      .map((cell, index) =>
        index === end ? cell : cell + ' '.repeat(Math.max(0, (widths[index] ?? 0) - shownWidth(cell))),
      )
      .join('  ');
  });
}

/** As it goes over the wire, with line breaks between the fields. */
export const jsonLines = (value: Json): readonly string[] => JSON.stringify(value, null, 2).split('\n');
