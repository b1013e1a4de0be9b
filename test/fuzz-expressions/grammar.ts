import type { Chance } from './chance.ts';

/** An expression as a tree of its parts: it is shrunk by putting smaller parts in their places. */
export interface Phrase {
  readonly parts: readonly (string | Phrase)[];
}

export const textOf = ({ parts }: Phrase): string =>
  parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join('');

const say = (...parts: readonly (string | Phrase)[]): Phrase => ({ parts });

const NAMES = 'title state priority caller ci name tags items price n nested empty nothing flag a b `a b` toString and in'.split(/ (?!b`)/); // prettier-ignore
const VARIABLES = ['$', '$', '$', '$$', '$x', '$y', '$i', '$v', '$f'];
const LITERALS = "1 0 2 3 -1 2.5 1e3 'a' 'VPN' \"x y\" '' 'title' 'n' true false null".split(/ (?!y")/);
const REGEXES = ['/a/', '/[aeiou]/', '/(v)(p)?/i', '/\\d+/', '/x|y/m', '/n$/', '/(.)(.)/', '/^/', '/ */'];
const OPERATORS = '+ - * / % & & & = = != < <= > >= in and or'.split(' ');
/** By how many arguments: the functions that do not call back and do not draw lots or tell the time. */
const FUNCTIONS: readonly (readonly string[])[] = [
  'string number boolean not exists count sum max min average length uppercase lowercase trim keys spread merge reverse distinct type floor ceil round abs sqrt sort clone formatBase base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl single error toMillis fromMillis zip'.split(' '),
  'append lookup substring substringBefore substringAfter contains split join pad power round formatBase formatNumber formatInteger parseInteger zip string fromMillis toMillis match assert'.split(' '),
  'substring pad replace split formatNumber'.split(' '),
]; // prettier-ignore
const ALL_FUNCTIONS = FUNCTIONS.flat();
const BACKS = ['map', 'filter', 'single', 'sift', 'each', 'sort', 'reduce'];
const PICTURES = [
  "'0.00'",
  "'#,##0'",
  "'w'",
  "'I'",
  "'[Y0001]-[M01]-[D01]'",
  "'000'",
  "'[H01]:[m01]'",
  "'%0'",
];
const SIGNATURES = [
  '<s:s>',
  '<n-:n>',
  '<x-:b>',
  '<a<n>:n>',
  '<s-n?:s>',
  '<j:j>',
  '<(sn):s>',
  '<f:x>',
  '<o-:o>',
];

/** Draws expressions of all of the language that always yields the same. */
export class Grammar {
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  expression(depth: number): Phrase {
    const draw = this.#chance;
    const inner = (): Phrase => this.expression(depth - 1);
    if (depth <= 0) return this.#leaf();
    return draw.weighted<() => Phrase>([
      [5, () => this.#leaf()],
      [9, () => this.#path(depth)],
      [8, () => say('(', inner(), ` ${draw.pick(OPERATORS)} `, inner(), ')')],
      [3, () => say('(', inner(), ' ? ', inner(), ' : ', inner(), ')')],
      [1, () => say('(', inner(), ' ? ', inner(), ')')],
      [2, () => say('(', inner(), draw.pick([' ?? ', ' ?: ']), inner(), ')')],
      [5, () => this.#call(depth)],
      [4, () => this.#callBack(depth)],
      [3, () => this.#list(depth)],
      [2, () => this.#object(depth)],
      [3, () => this.#block(depth)],
      [1, () => say('-', inner())],
      [2, () => say('(', inner(), ' ~> ', this.#function(depth), ')')],
      [1, () => say('(', inner(), ' ~> ', this.#call(depth), ')')],
      [1, () => say('(', inner(), ' ~> ', this.#transform(depth), ')')],
      [1, () => say('(', this.#function(depth), ' ~> ', this.#function(depth), ')(', inner(), ')')],
      [1, () => say(this.#function(depth), '(', inner(), ')')],
      [1, () => this.#function(depth)],
      [1, () => say("$eval('", draw.pick(['a', 'n + 1', '$sum(items.price)', 'nothing', 'a +']), "')")],
      [1, () => this.#recursion(depth)],
    ])();
  }

  #leaf(): Phrase {
    const draw = this.#chance;
    return draw.weighted<() => Phrase>([
      [10, () => say(draw.pick(NAMES))],
      [6, () => say(draw.pick(LITERALS))],
      [4, () => say(draw.pick(VARIABLES))],
      [1, () => say(draw.pick(['*', '**', '[]', '{}', '()']))],
    ])();
  }

  #path(depth: number): Phrase {
    const draw = this.#chance;
    const steps = 1 + draw.below(3);
    let path = draw.below(4) === 0 ? this.expression(depth - 1) : say(draw.pick(NAMES));
    path = this.#refined(path, depth);
    for (let step = 0; step < steps; step++) path = this.#refined(say(path, '.', this.#step(depth)), depth);
    return path;
  }

  #step(depth: number): Phrase {
    const draw = this.#chance;
    return draw.weighted<() => Phrase>([
      [10, () => say(draw.pick(NAMES))],
      [2, () => say('*')],
      [1, () => say('**')],
      [1, () => say('%')],
      [1, () => say("'name'")],
      [2, () => say('(', this.expression(depth - 2), ')')],
      [1, () => this.#list(depth - 1)],
      [1, () => this.#object(depth - 1)],
      [1, () => this.#call(depth - 1)],
      [1, () => say(draw.pick(VARIABLES))],
    ])();
  }

  /** With predicates, an order, a grouping, names for what it yields, `[]`: mostly nothing. */
  #refined(path: Phrase, depth: number): Phrase {
    const draw = this.#chance;
    const inner = (): Phrase => this.expression(depth - 2);
    return draw.weighted<() => Phrase>([
      [14, () => path],
      [3, () => say(path, '[', inner(), ']')],
      [2, () => say(path, '[', draw.pick(['0', '-1', '1', '[0,1]', '[0..1]']), ']')],
      [2, () => say(path, '[]')],
      [1, () => say(path, '^(', draw.pick(['', '<', '>']), inner(), ')')],
      [1, () => say(path, '^(>', inner(), ', ', inner(), ')')],
      [1, () => say(path, '{', this.#key(depth), ': ', inner(), '}')],
      [1, () => say(path, draw.pick(['@$v', '#$i', '@$v#$i']))],
      [1, () => say(path, '[%.', inner(), ']')],
    ])();
  }

  #key(depth: number): Phrase {
    const draw = this.#chance;
    return draw.below(3) > 0
      ? say(draw.pick(["'k'", "'l'", 'name', '$string(n)']))
      : this.expression(depth - 2);
  }

  #list(depth: number): Phrase {
    const draw = this.#chance;
    const item = (): Phrase =>
      draw.below(6) === 0
        ? say(draw.pick(['0', '1', 'n', '-1']), '..', draw.pick(['2', 'n', '3', 'title']))
        : this.expression(depth - 1);
    const parts: (string | Phrase)[] = [];
    for (let count = draw.below(4); count > 0; count--) parts.push(item(), count > 1 ? ', ' : '');
    return say('[', ...parts, ']');
  }

  #object(depth: number): Phrase {
    const pair = (): Phrase => say(this.#key(depth), ': ', this.expression(depth - 1));
    return this.#chance.below(2) === 0 ? say('{', pair(), '}') : say('{', pair(), ', ', pair(), '}');
  }

  #block(depth: number): Phrase {
    const draw = this.#chance;
    const name = draw.pick(['$x', '$y', '$f', '$v', '$sum']);
    const bound = name === '$f' ? this.#function(depth) : this.expression(depth - 1);
    const used = name === '$f' ? say('$f(', this.expression(depth - 1), ')') : this.expression(depth - 1);
    return say('(', name, ' := ', bound, '; ', used, ')');
  }

  #call(depth: number): Phrase {
    const draw = this.#chance;
    const inner = (): Phrase => this.expression(depth - 1);
    const count = draw.weighted([
      [6, 1],
      [4, 2],
      [1, 3],
      [1, 0],
    ]);
    const named = count === 0 ? ALL_FUNCTIONS : (FUNCTIONS[count - 1] ?? ALL_FUNCTIONS);
    const name = draw.below(12) === 0 ? draw.pick(ALL_FUNCTIONS) : draw.pick(named);
    const parts: (string | Phrase)[] = [];
    for (let index = 0; index < count; index++) {
      if (index > 0) parts.push(', ');
      const isPattern = ['contains', 'match', 'replace', 'split'].includes(name) && index === 1;
      const isPicture = /^(format|parse|to|from)/.test(name) && index === 1;
      if (isPattern && draw.below(2) === 0) parts.push(draw.pick(REGEXES));
      else if (isPicture && draw.below(3) > 0) parts.push(draw.pick(PICTURES));
      else if (index > 0 && /^(substring|pad|power|round)$/.test(name))
        parts.push(draw.pick(['1', '-2', 'n', '5']));
      else parts.push(inner());
    }
    return say(`$${name}(`, ...parts, ')');
  }

  #callBack(depth: number): Phrase {
    const draw = this.#chance;
    const inner = (): Phrase => this.expression(depth - 1);
    const name = draw.pick(BACKS);
    if (name === 'reduce' && draw.below(2) === 0) {
      return say('$reduce(', inner(), ', function($x, $y){ ', inner(), ' }, ', inner(), ')');
    }
    const own = say('function($x, $y){ ', inner(), ' }');
    return say(`$${name}(`, inner(), ', ', draw.below(3) > 0 ? own : this.#function(depth), ')');
  }

  /** A function as a value. */
  #function(depth: number): Phrase {
    const draw = this.#chance;
    const inner = (): Phrase => this.expression(depth - 1);
    return draw.weighted<() => Phrase>([
      [4, () => say(`$${draw.pick(ALL_FUNCTIONS)}`)],
      [3, () => say('function($x){ ', inner(), ' }')],
      [1, () => say('function($x, $y){ ', inner(), ' }')],
      [1, () => say(`function($x)${draw.pick(SIGNATURES)}{ `, inner(), ' }')],
      [1, () => say('function($x){ $', draw.pick(ALL_FUNCTIONS), '($x) }')],
      [1, () => say('function(){ ', inner(), ' }')],
      [1, () => say(`$${draw.pick(FUNCTIONS[1] ?? [])}(?, `, inner(), ')')],
      [1, () => say(draw.pick(REGEXES))],
      [1, () => say(draw.pick(['$f', '$x']))],
      [1, () => this.#transform(depth)],
    ])();
  }

  #transform(depth: number): Phrase {
    const draw = this.#chance;
    const pattern = say(draw.pick(['$', 'ci', 'items', '**', 'nested.a', 'caller']));
    const deletion = draw.below(2) === 0 ? '' : draw.pick([", 'name'", ", ['a', 'n']", ', title']);
    return say('|', pattern, '|', this.#object(depth - 1), deletion, '|');
  }

  #recursion(depth: number): Phrase {
    const start = this.#chance.pick(['1', '2', '3']);
    const [base, step] = [this.expression(depth - 2), this.expression(depth - 2)];
    const tail = this.#chance.below(2) === 0;
    const next = tail ? say('$f($x - 1)') : say('[', step, ', $f($x - 1)]');
    return say('($f := function($x){ $x <= 0 ? ', base, ' : ', next, ' }; $f(', start, '))');
  }
}
