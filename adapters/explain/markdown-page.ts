import type { Phrase, PhrasePart } from '../../engine/domain/phrase.ts';
import type { Block, Page } from './page.ts';

/** The page as GitHub's Markdown, the same for the same rules: for a review. */
export function markdownPage(page: Page): string {
  const sections = page.sections.map(({ heading, blocks }) =>
    [`## ${escaped(heading)}`, ...blocks.map(blockMarkdown)].join('\n\n'),
  );
  return `${[`# ${escaped(page.title)}`, ...sections].join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return phraseMarkdown(block.phrase);
    case 'list':
      return block.items.map((item) => `- ${phraseMarkdown(item)}`).join('\n');
    case 'table': {
      const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
      return [
        row(block.head.map(escaped)),
        row(block.head.map(() => '---')),
        ...block.rows.map((cells) => row(cells.map(phraseMarkdown))),
      ].join('\n');
    }
  }
}

const phraseMarkdown = (phrase: Phrase): string => phrase.map(part).join('');

function part({ kind, text }: PhrasePart): string {
  switch (kind) {
    case 'text':
      return escaped(text);
    case 'name':
      return `**${escaped(text)}**`;
    case 'literal':
      return `“${escaped(text)}”`;
    case 'code':
      return code(text);
  }
}

/** What Markdown, or a table in it, would take for a sign of its own. A line break would end a row. */
export const escaped = (text: string): string =>
  text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/[\\`*_[\]<>|#~&]/g, (sign) => `\\${sign}`);

/** Fenced by more backticks than it holds; a bar is escaped even there, or it would end the cell. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const gap = longest > 0 ? ' ' : '';
  return `${fence}${gap}${line}${gap}${fence}`;
}
