import type { Phrase } from './grammar.ts';
import { loadLibrary } from './oracle.ts';

/** A part of a source that is an expression of its own. */
interface Span {
  readonly from: number;
  readonly to: number;
}

let spans: Span[] = [];

/** The library with its parser telling each expression that it has read, from the end of the token before to its own end. */
const parser = loadLibrary(
  [
    ['var advance = function (id, infix) {', 'var at = 0; var advance = function (id, infix) {'],
    ['var next_token = lexer(infix);', 'at = node ? node.position : 0; var next_token = lexer(infix);'],
    ['var left;\n            var t = node;', 'var left; var from = at;\n            var t = node;'],
    ['left = t.nud();', 'left = t.nud(); noted(source, from, at);'],
    ['left = t.led(left);', 'left = t.led(left); noted(source, from, at);'],
  ],
  (source: string, from: number, to: number) => {
    const text = source.slice(from, to);
    const start = from + text.length - text.trimStart().length;
    if (start < to) spans.push({ from: start, to });
  },
);

/** An expression as the tree of those within it; of one that cannot be read, of what was read of it. */
export function phraseOf(source: string): Phrase {
  spans = [];
  try {
    parser(source);
  } catch {
    // What was read until there will do.
  }
  // The library parses texts of its own besides.
  const nested = spans
    .filter(({ to }) => to <= source.length)
    .sort((one, other) => one.from - other.from || other.to - one.to);
  let next = 0;
  const within = (from: number, to: number): Phrase => {
    const parts: (string | Phrase)[] = [];
    let at = from;
    for (let span = nested[next]; span !== undefined && span.to <= to; span = nested[next]) {
      next++;
      const isAgain = span.from < at || (span.from === from && span.to === to);
      if (isAgain) continue;
      if (span.from > at) parts.push(source.slice(at, span.from));
      parts.push(within(span.from, span.to));
      at = span.to;
    }
    if (at < to) parts.push(source.slice(at, to));
    return { parts };
  };
  return within(0, source.length);
}
