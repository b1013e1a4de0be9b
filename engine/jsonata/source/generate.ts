import type { Code, Program } from '../../domain/program.ts';
import type { Callable } from '../callable.ts';
import { plainNames } from '../closures/plain-path.ts';
import { isPairs, type TreeNode } from '../tree.ts';
import { INLINE } from './helpers.ts';
import { OneInput, ReadInPlace } from './one-input.ts';
import { pathShape, type PathShape } from './path-shape.ts';

export type Generated =
  | {
      readonly kind: 'source';
      readonly source: string;
      /** Throws where closures have to go on: for what is unusual, and for errors. The input is an object. */
      readonly run: (input: object) => unknown;
    }
  | { readonly kind: 'unsupported'; readonly why: string };

class Unsupported extends Error {}

export interface Meanings {
  /** The function of the language that a name certainly stands for. */
  nativeNamed(name: string): Callable | undefined;
  /** The function handed in that a name certainly stands for. */
  handedIn(name: string): HandedIn | undefined;
}

/** A function besides those of the language. */
export type HandedIn = ((...given: unknown[]) => unknown) & {
  /** The same of one text, unmeasured; null: the function itself has to be called. Of nothing it makes nothing. */
  readonly quick?: (text: string) => string | null;
};

/**
 * Generates source for an expression of the simple kinds that mapping mostly consists of: paths of names, literals,
 * comparisons, `in`, `&`, `and`, `or`, choices, some functions of one or two texts.
 *
 * It has no loops, so what it does is bounded by its length, and it works on short texts only. Whatever else turns up, and
 * each error, is left to the closures of the same expression, which begin anew: nothing here has an effect. Nothing of the
 * expression gets into the source but through JSON.stringify.
 */
export function generate(tree: TreeNode, meanings: Meanings): Generated {
  const program = new OneInput();
  const written = write(tree, meanings, program);
  if ('why' in written) return { kind: 'unsupported', why: written.why };
  const { source, run } = program.compile(written.text);
  return { kind: 'source', source, run };
}

/** The expression as a part of a program; or what of it cannot be. */
export function write(tree: TreeNode, meanings: Meanings, program: Program): Code | { readonly why: string } {
  try {
    return new Writer(meanings, program).write(tree);
  } catch (error) {
    if (error instanceof Unsupported) return { why: error.message };
    throw error;
  }
}

/** Members that an object has though nobody gave them to it. */
const isInherited = (name: string): boolean => name in Object.prototype;

const ARITHMETIC: ReadonlySet<unknown> = new Set(['+', '-', '*', '/', '%', '<', '<=', '>', '>=']);
const ITEMS_MAX = 8;

class Writer {
  readonly #meanings: Meanings;
  readonly #program: Program;

  constructor(meanings: Meanings, program: Program) {
    this.#meanings = meanings;
    this.#program = program;
  }

  write(node: TreeNode): Code {
    if ((node.predicate ?? []).length > 0) throw new Unsupported('a predicate');
    if (node.group !== undefined) throw new Unsupported('a grouping');
    if (node.keepArray === true) throw new Unsupported('[] behind a value');
    switch (node.type) {
      case 'string':
        return { text: JSON.stringify(node.value), type: 'text' };
      case 'number':
      case 'value':
        return literal(node.value);
      case 'path':
        return this.#path(node);
      case 'binary':
        return this.#binary(node);
      case 'condition':
        return this.#condition(node);
      case 'block':
        return this.#block(node);
      case 'function':
        return this.#call(node);
      default:
        throw new Unsupported(NAMES.get(node.type) ?? node.type);
    }
  }

  #path(node: TreeNode): Code {
    const names = plainNames(node);
    if (names === null) {
      const shape = pathShape(node);
      if (shape === null) throw new Unsupported('a path with more than names');
      return shape.kind === 'called' ? this.#called(shape) : this.#filtered(shape);
    }
    keepOwn(names);
    return { text: this.#program.path(names), type: 'any' };
  }

  /** `a.b.$f(1)`: a function of the text at the end of a path. */
  #called({ before, call }: Extract<PathShape, { kind: 'called' }>): Code {
    keepOwn(before);
    const { procedure, arguments: given = [] } = call;
    const name = procedure?.type === 'variable' ? String(procedure.value) : '';
    const key = `${name}${given.length + 1}`;
    const isKnown = OF_CONTEXT.has(key) && this.#meanings.nativeNamed(name) !== undefined;
    if (!isKnown || !given.every(isLiteral)) throw new Unsupported('a call at the end of a path');
    const value = this.#temporary();
    const values = [value, ...given.map((argument) => this.write(argument).text)];
    const called = `f.${key}(${values.join()})`;
    return {
      text: `(${value}=${this.#program.path(before)},typeof ${value}==='string'?${called}:${value}===undefined?undefined:leave())`,
      type: 'any',
    };
  }

  /** `a.b[c].d`: items of a list, by their place or by what is said of each. */
  #filtered({ before, filter, after }: Extract<PathShape, { kind: 'filtered' }>): Code {
    keepOwn([...before, ...after]);
    const list = this.#reached(before);
    const rest = this.#constant(after);
    if (filter.type === 'number')
      return { text: `atPlace(${list},${Math.floor(filter.value as number)},${rest})`, type: 'any' };
    const { text, type } = new Writer(this.#meanings, new ReadInPlace(this.#program)).write(filter);
    const wanted = type === 'boolean' ? text : `isWanted(${text})`;
    return { text: `wantedOf(${list},(i)=>${wanted},${rest})`, type: 'any' };
  }

  /** What stands at a path without lists on the way: what follows would be done for each of their items. */
  #reached(names: readonly string[]): string {
    const last = names.at(-1) ?? '';
    if (names.length === 1) return this.#program.path(names);
    const around = this.#temporary();
    return (
      `(${around}=${this.#program.path(names.slice(0, -1))},Array.isArray(${around})?leave():` +
      `typeof ${around}==='object'&&${around}!==null?${around}[${JSON.stringify(last)}]:undefined)`
    );
  }

  #binary(node: TreeNode): Code {
    const { lhs, rhs, value } = node;
    if (lhs === undefined || isPairs(lhs) || rhs === undefined) throw new Unsupported('an operator');
    switch (value) {
      case 'and':
        return { text: `(${this.#truth(lhs)}&&${this.#truth(rhs)})`, type: 'boolean' };
      case 'or':
        return { text: `(${this.#truth(lhs)}||${this.#truth(rhs)})`, type: 'boolean' };
      case '=':
      case '!=':
        return this.#equality(lhs, rhs, value === '!=');
      case 'in':
        return this.#membership(lhs, rhs);
      case '&':
        return { text: `short(${this.#joined(node)})`, type: 'text' };
      default: {
        if (!ARITHMETIC.has(value)) throw new Unsupported(`the operator ${String(value)}`);
        const [left, right] = [this.write(lhs), this.write(rhs)];
        return { text: `o[${JSON.stringify(value)}](${left.text},${right.text})`, type: 'any' };
      }
    }
  }

  #truth(node: TreeNode): string {
    const { text, type } = this.write(node);
    return type === 'boolean' ? text : `isTruthy(${text})`;
  }

  #equality(left: TreeNode, right: TreeNode, isNegated: boolean): Code {
    const [one, other] = [this.write(left), this.write(right)];
    const isPlain = isLiteral(left) || isLiteral(right);
    if (!isPlain) {
      const equal = `isEqual(${one.text},${other.text})`;
      if (!isNegated) return { text: equal, type: 'boolean' };
      const [a, b] = [this.#temporary(), this.#temporary()];
      return {
        text: `(${a}=${one.text},${b}=${other.text},${a}!==undefined&&${b}!==undefined&&!isEqual(${a},${b}))`,
        type: 'boolean',
      };
    }
    if (!isNegated) return { text: `(${one.text}===${other.text})`, type: 'boolean' };
    const [value, fixed] = isLiteral(right) ? [one, other] : [other, one];
    const name = this.#temporary();
    return { text: `((${name}=${value.text})!==undefined&&${name}!==${fixed.text})`, type: 'boolean' };
  }

  #membership(left: TreeNode, right: TreeNode): Code {
    const value = this.write(left).text;
    const isList = right.type === 'unary' && right.value === '[' && (right.predicate ?? []).length === 0;
    const items = isList && right.group === undefined ? (right.expressions ?? []) : null;
    if (items?.every(isLiteral) !== true) {
      return { text: `isIn(${value},${this.write(right).text})`, type: 'boolean' };
    }
    if (items.length === 0) return { text: `(${value},false)`, type: 'boolean' };
    if (items.length > ITEMS_MAX) {
      const set = this.#constant(new Set(items.map((item) => item.value)));
      return { text: `${set}.has(${value})`, type: 'boolean' };
    }
    const name = this.#temporary();
    const [first = '', ...more] = items.map((item) => literal(item.value).text);
    const others = more.map((item) => `||${name}===${item}`).join('');
    return { text: `((${name}=${value})===${first}${others})`, type: 'boolean' };
  }

  /** `a & b & c` as one sum of texts. */
  #joined(node: TreeNode): string {
    const isJoint =
      node.type === 'binary' &&
      node.value === '&' &&
      (node.predicate ?? []).length === 0 &&
      node.group === undefined &&
      node.keepArray !== true;
    if (isJoint && node.lhs !== undefined && !isPairs(node.lhs) && node.rhs !== undefined) {
      return `${this.#joined(node.lhs)}+${this.#joined(node.rhs)}`;
    }
    const { text, type } = this.write(node);
    return type === 'text' ? text : `text(${text})`;
  }

  #condition(node: TreeNode): Code {
    const { condition, then, else: otherwise } = node;
    if (condition === undefined || then === undefined) throw new Unsupported('a choice');
    const held = this.write(then);
    const other = otherwise === undefined ? NOTHING : this.write(otherwise);
    const type = held.type === other.type ? held.type : 'any';
    // What stands left of `??` and `?:` is in the tree twice, and need be evaluated once only.
    const isFallback = this.#isExistence(condition) || isSameTree(condition, then);
    if (!isFallback) return { text: `(${this.#truth(condition)}?${held.text}:${other.text})`, type };
    const value = this.#temporary();
    const holds = this.#isExistence(condition) ? `${value}!==undefined` : `isTruthy(${value})`;
    return { text: `(${value}=${held.text},${holds}?${value}:${other.text})`, type };
  }

  /** The condition of `a ?? b`, as the parser makes it: nobody has written it, so it stands nowhere. */
  #isExistence({ type, procedure, position }: TreeNode): boolean {
    if (type !== 'function' || position !== undefined || procedure?.value !== 'exists') return false;
    return this.#meanings.nativeNamed('exists') !== undefined;
  }

  #block(node: TreeNode): Code {
    const [only, ...more] = node.expressions ?? [];
    if (only === undefined || more.length > 0) throw new Unsupported('a block of several expressions');
    return this.write(only);
  }

  #call({ procedure, arguments: given = [] }: TreeNode): Code {
    const name = procedure?.type === 'variable' ? String(procedure.value) : '';
    const isRefined = (procedure?.predicate ?? []).length > 0 || procedure?.group !== undefined;
    if (isRefined) throw new Unsupported('a call of another function');
    const handedIn = this.#meanings.handedIn(name);
    if (handedIn !== undefined) {
      const [only, ...others] = given;
      if (handedIn.quick !== undefined && only !== undefined && others.length === 0) {
        const value = this.#temporary();
        const [all, quick] = [this.#constant(handedIn), this.#constant(handedIn.quick)];
        const whole = `handed(${all},[${value}])`;
        return {
          text:
            `(${value}=${this.write(only).text},${value}===undefined?undefined:` +
            `typeof ${value}==='string'?${quick}(${value})??${whole}:${whole})`,
          type: 'any',
        };
      }
      const values = given.map((argument) => this.write(argument).text).join();
      return { text: `handed(${this.#constant(handedIn)},[${values}])`, type: 'any' };
    }
    if (this.#meanings.nativeNamed(name) === undefined) throw new Unsupported('a call of another function');
    const [first, ...more] = given;
    if (first !== undefined && more.length === 0) {
      const value = this.#temporary();
      if (name === 'exists') return { text: `(${this.write(first).text}!==undefined)`, type: 'boolean' };
      if (name === 'boolean' || name === 'not') {
        const sign = name === 'not' ? '!' : '';
        const text = `(${value}=${this.write(first).text},${value}===undefined?undefined:${sign}isTruthy(${value}))`;
        return { text, type: 'any' };
      }
    }
    const table = name === 'lookup' && more.length === 1 ? tableOf(first) : null;
    if (table !== null) {
      const value = this.#temporary();
      const found = `typeof ${value}==='string'?${this.#constant(table)}.get(${value}):`;
      const key = more[0] === undefined ? '' : this.write(more[0]).text;
      return { text: `(${value}=${key},${found}${value}===undefined?undefined:leave())`, type: 'any' };
    }
    const key = `${name}${given.length}`;
    if (!Object.hasOwn(INLINE, key)) throw new Unsupported(`the function $${name}`);
    return { text: `f.${key}(${given.map((argument) => this.write(argument).text).join()})`, type: 'any' };
  }

  #temporary(): string {
    return this.#program.temporary();
  }

  #constant(value: unknown): string {
    return this.#program.constant(value);
  }
}

function keepOwn(names: readonly string[]): void {
  if (names.some(isInherited)) throw new Unsupported('a name that every object has');
}

/** Functions that take the text at the end of a path as their first argument; the others are numbers. */
const OF_CONTEXT: ReadonlySet<string> = new Set([
  'lowercase1',
  'uppercase1',
  'trim1',
  'length1',
  'substring2',
  'substring3',
]);

/** An object that is written with texts as names and nothing but literals; null: it is not. */
function tableOf(node: TreeNode | undefined): ReadonlyMap<string, unknown> | null {
  const { type, value, lhs, predicate, group, keepArray } = node ?? { type: '' };
  if (type !== 'unary' || value !== '{' || lhs === undefined || !isPairs(lhs)) return null;
  if (predicate !== undefined || group !== undefined || keepArray === true) return null;
  if (!lhs.every(([key, member]) => key.type === 'string' && isLiteral(key) && isLiteral(member)))
    return null;
  const table = new Map(lhs.map(([key, member]) => [String(key.value), member.value]));
  const isReserved = table.has('_jsonata_lambda') || table.has('_jsonata_function');
  return table.size === lhs.length && !isReserved ? table : null;
}

const NOTHING: Code = { text: 'undefined', type: 'any' };

const isLiteral = ({ type, predicate, group, keepArray }: TreeNode): boolean =>
  ['string', 'number', 'value'].includes(type) &&
  predicate === undefined &&
  group === undefined &&
  keepArray !== true;

function literal(value: unknown): Code {
  if (typeof value === 'string') return { text: JSON.stringify(value), type: 'text' };
  if (typeof value === 'boolean') return { text: String(value), type: 'boolean' };
  if (typeof value === 'number')
    return { text: `(${Object.is(value, -0) ? '-0' : String(value)})`, type: 'any' };
  if (value === null) return { text: 'null', type: 'any' };
  throw new Unsupported('a literal');
}

/** What people call the parts that are left to closures. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['unary', 'a list, an object or a minus'],
  ['variable', 'a variable'],
  ['bind', 'a variable'],
  ['lambda', 'a function of its own'],
  ['partial', 'a partial application'],
  ['apply', 'the operator ~>'],
  ['transform', 'a transformation'],
  ['regex', 'a regular expression'],
  ['wildcard', 'a wildcard'],
  ['descendant', 'a wildcard'],
  ['parent', 'the operator %'],
]);

const isSameTree = (one: TreeNode, other: TreeNode): boolean => written(one) === written(other);

const written = (node: TreeNode): string =>
  JSON.stringify(node, (_, value: unknown) => (value instanceof RegExp ? String(value) : value));
