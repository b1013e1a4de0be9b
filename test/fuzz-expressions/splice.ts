import type { Chance } from './chance.ts';
import type { Drawn } from './fuzz.ts';
import { textOf, type Phrase } from './grammar.ts';
import { drawInput } from './inputs.ts';
import type { Bindings } from './oracle.ts';
import { phraseOf } from './spans.ts';

/** An expression that somebody has written, and what it is for. */
export interface Written {
  readonly expr: string;
  readonly input: unknown;
  readonly bindings: Bindings;
}

/** What draws lots. */
const CHANCY = /\$(?:random|shuffle)\b/;
const LENGTH_MAX = 2000;
const OPERATORS = '+ - * / % & = != < <= > >= in and or .. . ~> ?? ?: := , ;'.split(' ');
const OPERATOR = /\s*(?:!=|<=|>=|\.\.|~>|\?\?|\?:|:=|[-+*/%&=<>.,;]|\b(?:in|and|or)\b)\s*/g;
const TOKEN =
  /\s+|\/\*[^]*?\*\/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\$?[\p{L}\p{N}_]+|[!:<>?~.]?[=.:>?]|[^]/gu;

/** Draws expressions made of parts of others: each on what those were written for, and on what they were not. */
export class Splicer {
  readonly #chance: Chance;
  readonly #all: readonly { readonly written: Written; readonly phrase: Phrase }[];
  /** All parts of all expressions, by what they begin with. */
  readonly #parts: readonly Phrase[];
  readonly #byKind = new Map<string, Phrase[]>();

  constructor(chance: Chance, written: readonly Written[]) {
    this.#chance = chance;
    const usable = written.filter(({ expr }) => !CHANCY.test(expr) && expr.length < LENGTH_MAX);
    this.#all = usable.map((one) => ({ written: one, phrase: phraseOf(one.expr) }));
    const parts = new Map(
      this.#all.flatMap(({ phrase }) => partsOf(phrase)).map((part) => [textOf(part), part]),
    );
    this.#parts = [...parts.values()];
    for (const part of this.#parts) {
      const kind = kindOf(part);
      this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), part]);
    }
  }

  draw(): Drawn {
    const draw = this.#chance;
    const { written, phrase } = draw.pick(this.#all);
    let spliced = phrase;
    const changes = draw.weighted([
      [5, 1],
      [3, 2],
      [1, 3],
    ]);
    for (let count = changes; count > 0; count--) {
      const changed = this.#changed(spliced);
      if (textOf(changed).length < LENGTH_MAX && !CHANCY.test(textOf(changed))) spliced = changed;
    }
    const input = (): unknown =>
      draw.weighted<() => unknown>([
        [4, () => written.input],
        [3, () => this.#mutated(written.input)],
        [2, () => draw.pick(this.#all).written.input],
        [1, () => drawInput(draw)],
      ])();
    return { phrase: spliced, bindings: written.bindings, input };
  }

  #changed(phrase: Phrase): Phrase {
    const draw = this.#chance;
    const at = draw.below(partsOf(phrase).length);
    return draw.weighted<() => Phrase>([
      [6, () => replaced(phrase, at, (part) => this.#alike(part))],
      [3, () => replaced(phrase, at, () => draw.pick(this.#parts))],
      [4, () => replaced(phrase, at, (part) => this.#around(part))],
      [2, () => replaced(phrase, at, (part) => ({ parts: [part, draw.pick([', ', '; ', '.']), draw.pick(this.#parts)] }))],
      [2, () => replaced(phrase, at, (part) => ({ parts: [part, draw.pick(['[', '{"k": ', '^(', '^(>', ' ~> $', '(']), draw.pick(this.#parts), draw.pick([']', '}', ')'])] }))],
      [1, () => replaced(phrase, at, (part) => ({ parts: [part, draw.pick(['[]', '[0]', '[-1]', '@$v', '#$i', '.%', '.*', '.**', '()', '.$'])] }))],
      [3, () => replaced(phrase, at, (part) => this.#otherwiseJoined(part))],
      [2, () => replaced(phrase, at, (part) => this.#withoutOne(part))],
      [3, () => replaced(phrase, at, (part) => phraseOf(this.#misspelt(textOf(part))))],
      [1, () => phraseOf(this.#stumbled(textOf(phrase)))],
    ])(); // prettier-ignore
  }

  /** A part that begins as this one does: a text for a text, a variable for a variable. */
  #alike(part: Phrase): Phrase {
    return this.#chance.pick(this.#byKind.get(kindOf(part)) ?? this.#parts);
  }

  /** Another part with this one in the place of something within it. */
  #around(part: Phrase): Phrase {
    const other = this.#chance.pick(this.#parts);
    return replaced(other, this.#chance.below(partsOf(other).length), () => part);
  }

  /** With another operator. */
  #otherwiseJoined(part: Phrase): Phrase {
    const draw = this.#chance;
    return {
      parts: part.parts.map((piece) =>
        typeof piece === 'string' && part.parts.length > 1
          ? piece.replace(OPERATOR, (operator) =>
              draw.below(2) === 0 ? ` ${draw.pick(OPERATORS)} ` : operator,
            )
          : piece,
      ),
    };
  }

  /** Without one of its parts, and the comma before or behind it. */
  #withoutOne({ parts }: Phrase): Phrase {
    const places = parts.flatMap((part, index) => (typeof part === 'string' ? [] : [index]));
    if (places.length === 0) return { parts };
    const place = this.#chance.pick(places);
    const [before, behind] = [parts[place - 1], parts[place + 1]];
    const rest = [...parts];
    if (typeof before === 'string' && /,\s*$/.test(before)) rest[place - 1] = before.replace(/,\s*$/, '');
    else if (typeof behind === 'string') rest[place + 1] = behind.replace(/^\s*,\s*/, '');
    return { parts: rest.toSpliced(place, 1) };
  }

  /** With some characters missing, doubled, or of elsewhere: pictures, flags, signatures, numbers. */
  #misspelt(text: string): string {
    const draw = this.#chance;
    const characters = Array.from(text);
    for (let count = 1 + draw.below(2); count > 0 && characters.length > 0; count--) {
      const at = draw.below(characters.length);
      const other = draw.pick(Array.from(textOf(this.#alike({ parts: [text] }))));
      characters.splice(at, draw.below(2), ...draw.pick([[], [other], [other], [characters[at] ?? '']]));
    }
    return characters.join('');
  }

  /** With a token missing, doubled or moved. */
  #stumbled(text: string): string {
    const tokens = text.match(TOKEN) ?? [];
    const at = this.#chance.below(tokens.length);
    const token = tokens[at] ?? '';
    const rest = tokens.toSpliced(at, this.#chance.below(2));
    rest.splice(this.#chance.below(rest.length + 1), 0, ...this.#chance.pick([[], [token]]));
    return rest.join('');
  }

  /** The input with one of its values missing, or another in its place. */
  #mutated(input: unknown): unknown {
    const draw = this.#chance;
    if (typeof input !== 'object' || input === null || draw.below(6) === 0)
      return draw.pick<unknown>([null, [], {}, 0, 1, -1.5, '', 'a', '2017-05-15', true, false, [input], { a: input }, [input, input]]);
    if (Array.isArray(input)) {
      if (input.length === 0) return [draw.pick<unknown>([1, 'a', null, {}])];
      const at = draw.below(input.length);
      return draw.below(4) === 0 ? input.toSpliced(at, 1) : input.with(at, this.#mutated(input[at]));
    }
    const entries = Object.entries(input);
    if (entries.length === 0) return { a: 1 };
    const at = draw.below(entries.length);
    const [name = '', member] = entries[at] ?? [];
    const others = entries.toSpliced(at, 1);
    if (draw.below(4) === 0) return Object.fromEntries(others);
    return Object.fromEntries(entries.with(at, [name, this.#mutated(member)]));
  } // prettier-ignore
}

/** What an expression begins with, roughly. */
function kindOf(part: Phrase): string {
  const text = textOf(part);
  const [first = ''] = text;
  if (/^["']/.test(text)) return 'text';
  if (/^-?\d/.test(text)) return 'number';
  if (/^\$[\p{L}_]+$/u.test(text)) return 'variable';
  if (/^\$[\p{L}_]+\(/u.test(text)) return 'call';
  return /^[\p{L}`_]/u.test(text) ? 'name' : first;
}

/** An expression and all within it, in one order. */
const partsOf = (phrase: Phrase): readonly Phrase[] => [
  phrase,
  ...phrase.parts.flatMap((part) => (typeof part === 'string' ? [] : partsOf(part))),
];

/** The expression with something else for one of those. */
function replaced(phrase: Phrase, at: number, by: (part: Phrase) => Phrase): Phrase {
  if (at === 0) return by(phrase);
  let left = at - 1;
  for (const [index, part] of phrase.parts.entries()) {
    if (typeof part === 'string') continue;
    const count = partsOf(part).length;
    if (left < count) return { parts: phrase.parts.with(index, replaced(part, left, by)) };
    left -= count;
  }
  return phrase;
}
