import { isWildcard, tokensOf, type Token } from './tokens.ts';

/**
 * A part of an expression as it is written. The library's tree has no extents, so they are read here once more, by the
 * library's grammar.
 */
export interface Part {
  readonly kind:
    | 'path'
    | 'wildcard'
    | 'variable'
    | 'call'
    | 'operation'
    | 'apply'
    | 'condition'
    | 'fallback'
    | 'block'
    | 'bind'
    | 'lambda'
    | 'literal'
    | 'other';
  readonly start: number;
  /** Without and with its predicates; both just past the last character. */
  readonly bareEnd: number;
  readonly end: number;
  /**
   * What the library's node is known by: where its word, operator or opening bracket ends; of a path, that of its
   * first step. 0 where the library keeps none (`%`).
   */
  readonly position: number;
  /** Evaluated once for each time the part is, and with the same context; in the order written. */
  readonly operands: readonly Part[];
  /** Evaluated elsewhere or otherwise: predicates, steps behind the first, bodies of functions, names bound. */
  readonly inner: readonly Part[];
  /** Of a path only. */
  readonly steps: readonly Step[];
}

export type Step = Pick<Part, 'position' | 'bareEnd' | 'end'>;

/** How strongly an operator binds what stands left of it. */
const BINDING: ReadonlyMap<string, number> = new Map(
  Object.entries({
    80: '[ ( @ #',
    75: '.',
    70: '{',
    60: '* / %',
    50: '+ - &',
    40: '= != < <= > >= in ^ ~> ?? ?:',
    30: 'and',
    25: 'or',
    20: '?',
    10: ':=',
  }).flatMap(([power, operators]) => operators.split(' ').map((operator) => [operator, Number(power)])),
);
const MINUS_BINDING = 70;
const LITERALS: ReadonlySet<string> = new Set(['true', 'false', 'null']);
const SEPARATORS: ReadonlySet<string> = new Set([',', ';', ':', '..', '<', '>']);
const LAMBDAS: ReadonlySet<string> = new Set(['function', '`function`', 'λ', '`λ`']);

/** Reads an expression that the library can read. */
export const partsOf = (source: string): Part => new Reader(tokensOf(source)).read(0);

/** A part and everything below it. */
export function* allParts(part: Part): Generator<Part> {
  yield part;
  for (const below of [...part.operands, ...part.inner]) yield* allParts(below);
}

/** Top-down operator precedence, as the library reads: `first` reads what begins a part, `then` what goes on. */
class Reader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(binding: number): Part {
    let left = this.#first();
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token?.kind !== 'operator' || (BINDING.get(token.text) ?? 0) <= binding) return left;
      this.#next++;
      left = this.#then(left, token);
    }
  }

  #first(): Part {
    const token = this.#take();
    if (token.kind !== 'operator') return word(token);
    switch (token.text) {
      case '(':
        return { ...part('block', token, this.#list(')')), ...this.#closed() };
      case '[':
        return { ...part('other', token, this.#list(']')), ...this.#closed() };
      case '{':
        return { ...part('other', token, this.#list('}')), ...this.#closed() };
      case '|':
        return { ...part('other', token, [], this.#transform()), ...this.#closed() };
      case '-':
        return this.#minus(token);
      case '%':
        return { ...part('other', token), position: 0 };
      default:
        return part(isWildcard(token.text) ? 'wildcard' : 'other', token);
    }
  }

  #then(left: Part, token: Token): Part {
    switch (token.text) {
      case '.':
        return joined(left, this.read(75));
      case '[':
        return extended(left, this.#list(']'), this.#closed().end);
      case '{':
        return extended(left, this.#list('}'), this.#closed().end);
      case '^':
        this.#take();
        return extended(asPath(left), this.#list(')'), this.#closed().end);
      case '@':
        return extended(left, [], this.#take().end);
      case '#':
        return extended(asPath(left), [], this.#take().end);
      case '(':
        return this.#call(left, token);
      case '?':
        return this.#condition(left, token);
      case '??':
      case '?:':
        return between('fallback', token, left, this.read(0));
      case ':=': {
        const value = this.read(9);
        return { ...between('bind', token, left, value), operands: [value], inner: [left] };
      }
      case '~>': {
        const right = this.read(40);
        const given = right.kind === 'call' ? right.operands : [right];
        return { ...between('apply', token, left, right), operands: [left, ...given], inner: right.inner };
      }
      default:
        return between('operation', token, left, this.read(BINDING.get(token.text) ?? 0));
    }
  }

  #minus(token: Token): Part {
    const operand = this.read(MINUS_BINDING);
    const kind = operand.kind === 'literal' ? 'literal' : 'operation';
    return { ...part(kind, token, [operand]), bareEnd: operand.end, end: operand.end };
  }

  /** `callee` is the word before the bracket: `function` and `λ` begin a function of the expression's own. */
  #call(left: Part, token: Token): Part {
    const callee = this.#tokens[this.#next - 2];
    const isLambda = callee?.start === left.start && LAMBDAS.has(callee.text);
    const given = this.#list(')');
    if (isLambda) {
      // What may stand in between is the signature.
      while (this.#take().text !== '{');
      const body = this.#list('}');
      return { ...part('lambda', token, [], [...given, ...body]), start: left.start, ...this.#closed() };
    }
    const isName = left.kind === 'variable' || (left.kind === 'path' && left.operands.length === 0);
    const call = part('call', token, isName ? given : [left, ...given], left.inner);
    return { ...call, start: left.start, ...this.#closed() };
  }

  #condition(left: Part, token: Token): Part {
    const sides = [this.read(0)];
    if (this.#tokens[this.#next]?.text === ':') {
      this.#next++;
      sides.push(this.read(0));
    }
    const end = (sides.at(-1) ?? left).end;
    return { ...part('condition', token, [left, ...sides]), start: left.start, bareEnd: end, end };
  }

  /** `|pattern|update, delete|`; stops behind the last bar. */
  #transform(): readonly Part[] {
    const pattern = this.read(0);
    this.#take();
    return [pattern, ...this.#list('|')];
  }

  /** Parts between separators (`,` `;` `:` `..`, and the `<` `>` of an order), up to and with the closing word. */
  #list(closing: string): readonly Part[] {
    const parts: Part[] = [];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === undefined || token.text === closing) break;
      if (token.kind === 'operator' && SEPARATORS.has(token.text)) this.#next++;
      else parts.push(this.read(0));
    }
    this.#take();
    return parts;
  }

  /** The end of what the last word taken closes. */
  #closed(): Pick<Part, 'bareEnd' | 'end'> {
    const end = this.#tokens[this.#next - 1]?.end ?? 0;
    return { bareEnd: end, end };
  }

  #take(): Token {
    const token = this.#tokens[this.#next++];
    // The library has read it, so it goes on.
    if (token === undefined) throw new Error('The expression ends in the midst of a part.');
    return token;
  }
}

function part(
  kind: Part['kind'],
  token: Token,
  operands: readonly Part[] = [],
  inner: readonly Part[] = [],
): Part {
  const { start, end } = token;
  return { kind, start, bareEnd: end, end, position: end, operands, inner, steps: [] };
}

function word(token: Token): Part {
  if (token.kind === 'variable') return part('variable', token);
  if (token.kind !== 'name' || LITERALS.has(token.text)) return part('literal', token);
  return asPath(part('other', token));
}

/** The library makes a path of a name, and of whatever is sorted or followed by `.` or `#`. */
function asPath(first: Part): Part {
  if (first.kind === 'path') return first;
  // The result of a first step other than a name is seen with its predicates applied.
  const steps = [{ position: first.position, bareEnd: first.end, end: first.end }];
  const isWhole = first.kind === 'call' || first.kind === 'variable' || first.kind === 'wildcard';
  const operands = isWhole || first.kind === 'other' ? first.operands : [first];
  return { ...first, kind: 'path', operands, steps };
}

function joined(first: Part, second: Part): Part {
  const left = asPath(first);
  const steps = [...left.steps, ...(second.kind === 'path' ? second.steps : [second])];
  const { bareEnd, end } = second;
  const position = left.position === 0 ? second.position : left.position;
  return { ...left, position, bareEnd, end, inner: [...left.inner, second], steps };
}

/** With a predicate, an order, a grouping, `[]` or a name for what it yields; the last two take nothing away. */
function extended(left: Part, inner: readonly Part[], end: number): Part {
  const last = left.steps.at(-1);
  const reach = inner.length === 0 ? { bareEnd: end, end } : { end };
  const steps = last === undefined ? [] : [...left.steps.slice(0, -1), { ...last, ...reach }];
  return { ...left, end, inner: [...left.inner, ...inner], steps };
}

function between(kind: Part['kind'], operator: Token, left: Part, right: Part): Part {
  return { ...part(kind, operator, [left, right]), start: left.start, bareEnd: right.end, end: right.end };
}
