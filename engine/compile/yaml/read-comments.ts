import { Lexer } from 'yaml';

export interface YamlComment {
  /** With its `#`. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Nothing else stands on its line. */
  readonly standsAlone: boolean;
}

/** The first and the last line of a text that is written over several lines: no comment can stand between them. */
export interface LineSpan {
  readonly first: number;
  readonly last: number;
}

export interface Layout {
  readonly comments: readonly YamlComment[];
  readonly spans: readonly LineSpan[];
}

/** The lexer's marks: they are not in the text. */
const MARKS: readonly string[] = ['\u0002', '\u0018', '\u001f'];
/** The mark before a plain text or the lines of a block. */
const TEXT_FOLLOWS = '\u001f';

/** Where a YAML text has comments, by the parser's own lexer: a `#` in quotes or in a block is none. */
export function readComments(text: string): Layout {
  const comments: YamlComment[] = [];
  const spans: LineSpan[] = [];
  let line = 1;
  let column = 1;
  let lineIsEmpty = true;
  let isText = false;
  let blockHeader: number | null = null;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.includes(token)) {
      isText = token === TEXT_FOLLOWS;
      continue;
    }
    const isComment = !isText && token.startsWith('#');
    const breaks = token.split('\n').length - 1;
    if (isComment) comments.push({ text: token.trimEnd(), line, column, standsAlone: lineIsEmpty });
    else if (isText && blockHeader !== null) spans.push({ first: blockHeader, last: line + breaks });
    else if (breaks > 0 && token.trim() !== '') spans.push({ first: line, last: line + breaks });
    if (isText) blockHeader = null;
    else if (/^[|>]/.test(token)) blockHeader = line;
    isText = false;
    if (breaks === 0) {
      column += token.length;
      lineIsEmpty &&= token.trim() === '' || isComment;
    } else {
      line += breaks;
      const rest = token.slice(token.lastIndexOf('\n') + 1);
      column = rest.length + 1;
      lineIsEmpty = rest.trim() === '';
    }
  }
  return { comments, spans };
}
