import { wrap } from '../terminal/wrap.ts';
import { styleText } from 'node:util';
import type { Phrase, PhrasePart } from '../../engine/domain/phrase.ts';
import type { Block, Page } from './page.ts';

export interface TextPageOptions {
  /** Columns that may be filled. */
  readonly width: number;
  readonly color: boolean;
}

const INDENT = '  ';
const BULLET = '- ';
const GAP = '  ';

/** The page for a terminal: wrapped, headings in bold where there is colour. */
export function textPage(page: Page, { width, color }: TextPageOptions): string {
  const bold = (words: string): string =>
    color ? styleText('bold', words, { validateStream: false }) : words;
  const sections = page.sections.map(({ heading, blocks }) =>
    [bold(heading), ...blocks.map((block) => blockText(block, width, bold))].join('\n'),
  );
  return `${[bold(page.title), ...sections].join('\n\n')}\n`;
}

function blockText(block: Block, width: number, bold: (words: string) => string): string {
  switch (block.kind) {
    case 'paragraph':
      return indented(wrap(plain(block.phrase), width - INDENT.length));
    case 'list':
      return block.items
        .map((item) => {
          const [first = '', ...rest] = wrap(plain(item), width - INDENT.length - BULLET.length);
          return [`${INDENT}${BULLET}${first}`, ...rest.map((line) => `${INDENT}${INDENT}${line}`)].join(
            '\n',
          );
        })
        .join('\n');
    case 'table':
      return table(
        block.head,
        block.rows.map((row) => row.map(plain)),
        width - INDENT.length,
        bold,
      );
  }
}

const plain = (phrase: Phrase): string => phrase.map(part).join('');

function part({ kind, text }: PhrasePart): string {
  switch (kind) {
    case 'text':
    case 'name':
      return text;
    case 'literal':
      return `“${text}”`;
    case 'code':
      return `\`${text.replaceAll(/\s+/g, ' ')}\``;
  }
}

const indented = (lines: readonly string[]): string => lines.map((line) => `${INDENT}${line}`).join('\n');

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  bold: (words: string) => string,
): string {
  const widths = columnWidths([head, ...rows], width);
  const rowText = (row: readonly string[], style: (words: string) => string): string => {
    const cells = row.map((cell, column) => wrap(cell, widths[column] ?? width));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const columns = cells.map((lines, column) => (lines[line] ?? '').padEnd(widths[column] ?? 0));
      return `${INDENT}${style(columns.join(GAP).trimEnd())}`;
    }).join('\n');
  };
  return [rowText(head, bold), ...rows.map((row) => rowText(row, (words) => words))].join('\n');
}

/** As wide as their contents, and the widest ones narrower until all of it fits; no word is broken. */
function columnWidths(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const columns = [...(rows[0] ?? []).keys()];
  const widest = (lengths: (cell: string) => readonly number[]): number[] =>
    columns.map((column) => Math.max(...rows.flatMap((row) => lengths(row[column] ?? ''))));
  const widths = widest((cell) => [cell.length]);
  const words = widest((cell) => cell.split(/\s+/).map((word) => word.length));
  const room = width - GAP.length * (columns.length - 1);
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0; over--) {
    const spare = widths.map((one, column) => (one > (words[column] ?? 0) ? one : 0));
    const column = spare.indexOf(Math.max(...spare));
    if (spare[column] === 0) break;
    widths[column] = (widths[column] ?? 0) - 1;
  }
  return widths;
}
