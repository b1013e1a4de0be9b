/** A word of an expression: offsets of its text, `end` just past it. The library calls that its position. */
export interface Token {
  readonly kind: 'name' | 'variable' | 'text' | 'number' | 'regex' | 'operator';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Longer ones first, so that `?` does not win over `?:`. */
const OPERATORS = '.. := != >= <= ** ~> ?: ?? . [ ] { } ( ) , @ # ; : ? + - * / % | = < > ^ & ! ~'.split(' ');
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'in']);
const NUMBER = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y;
const NAME = /[^ \t\n\r\v.[\]{}(),@#;:?+\-*/%|=<>^&!~]+/y;
const SKIPPED = /(?:[ \t\n\r\v]|\/\*[^]*?\*\/)*/y;
const CLOSERS: ReadonlySet<string> = new Set([')', ']', '}']);

/**
 * The words of an expression that the library could read, as it reads them. Only whether a `/` divides or opens a
 * regular expression depends on what stands before it: where an operand is due, it can only be a regular expression.
 */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let isOperandDue = true;
  let start = matched(SKIPPED, source, 0);
  while (start < source.length) {
    const [kind, end]: readonly [Token['kind'], number] = tokenAt(source, start, isOperandDue);
    const text = source.slice(start, end);
    tokens.push({ kind, text, start, end });
    // A name, a value and a wildcard stand for themselves; so does what a bracket closes.
    const isOperand: boolean = kind !== 'operator' || CLOSERS.has(text) || (isOperandDue && isWildcard(text));
    isOperandDue = !isOperand;
    start = matched(SKIPPED, source, end);
  }
  return tokens;
}

export const isWildcard = (text: string): boolean => text === '*' || text === '**' || text === '%';

function tokenAt(source: string, start: number, isOperandDue: boolean): readonly [Token['kind'], number] {
  const first = source[start] ?? '';
  if (first === '/' && isOperandDue) return ['regex', regexEnd(source, start)];
  const operator = OPERATORS.find((text) => source.startsWith(text, start));
  if (operator !== undefined) return ['operator', start + operator.length];
  if (first === '"' || first === "'") return ['text', textEnd(source, start, first)];
  const afterNumber = matched(NUMBER, source, start);
  if (afterNumber > start) return ['number', afterNumber];
  if (first === '`') return ['name', source.indexOf('`', start + 1) + 1 || source.length];
  const end = Math.max(start + 1, matched(NAME, source, start));
  if (first === '$') return ['variable', end];
  // Where an operand is due, these are names of fields.
  return [WORDS.has(source.slice(start, end)) && !isOperandDue ? 'operator' : 'name', end];
}

function matched(pattern: RegExp, source: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(source) ? pattern.lastIndex : from;
}

function textEnd(source: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < source.length && source[at] !== quote) at += source[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, source.length);
}

/** As the library finds it: the next slash outside of brackets that is not escaped, and the flags behind it. */
function regexEnd(source: string, start: number): number {
  let depth = 0;
  let backslashes = 0;
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at] ?? '';
    if (character === '/' && depth === 0 && backslashes % 2 === 0) {
      let end = at + 1;
      while (source[end] === 'i' || source[end] === 'm') end++;
      return end;
    }
    if ('([{'.includes(character) && backslashes === 0) depth++;
    if (')]}'.includes(character) && backslashes === 0) depth--;
    backslashes = character === '\\' ? backslashes + 1 : 0;
  }
  return source.length;
}
