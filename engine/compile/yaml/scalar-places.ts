import { Scalar } from 'yaml';

const isSpace = (character: string | undefined): boolean =>
  character === ' ' || character === '\n' || character === '\r' || character === '\t';

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Where each character of a scalar's value stands in the YAML text: `starts[i]` is the source offset of `value[i]`,
 * and one more entry is the end. The two are walked side by side. Line folding, indentation and chomping only ever add
 * or drop white space, so white space is matched loosely and every other character exactly.
 */
export function characterOffsets(
  source: string,
  start: number,
  end: number,
  scalar: Scalar,
): readonly number[] {
  const value = typeof scalar.value === 'string' ? scalar.value : source.slice(start, end);
  const quoted = scalar.type === Scalar.QUOTE_DOUBLE || scalar.type === Scalar.QUOTE_SINGLE;
  const block = scalar.type === Scalar.BLOCK_FOLDED || scalar.type === Scalar.BLOCK_LITERAL;
  let at = quoted ? start + 1 : start;
  if (block) at = source.indexOf('\n', start) + 1 || end;
  const starts: number[] = [];
  for (let index = 0; index < value.length; index++) {
    if (isSpace(value[index]) && (isSpace(source[at]) || source[at] !== '\\')) {
      starts.push(Math.min(at, end));
      if (isSpace(source[at]) && at < end) at++;
      continue;
    }
    at = skipBreaks(source, at, end, scalar.type === Scalar.QUOTE_DOUBLE);
    starts.push(Math.min(at, end));
    if (scalar.type === Scalar.QUOTE_DOUBLE && source[at] === '\\') {
      const kind = source[at + 1] ?? '';
      const digits = HEX_DIGITS[kind] ?? 0;
      const isPair = kind === 'U' && Number.parseInt(source.slice(at + 2, at + 2 + digits), 16) > 0xffff;
      if (isPair) {
        index++;
        starts.push(at);
      }
      at += 2 + digits;
    } else if (scalar.type === Scalar.QUOTE_SINGLE && source[at] === "'") at += 2;
    else at++;
  }
  starts.push(Math.min(at, end));
  return starts;
}

/** White space that is not part of the value, and `\` at a line's end in double quotes. */
function skipBreaks(source: string, from: number, end: number, escapes: boolean): number {
  let at = from;
  while (at < end) {
    if (isSpace(source[at])) at++;
    else if (escapes && source[at] === '\\' && (source[at + 1] === '\n' || source[at + 1] === '\r')) at += 2;
    else break;
  }
  return at;
}
