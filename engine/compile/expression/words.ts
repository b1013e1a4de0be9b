import type { Phrase, PhrasePart } from '../../domain/phrase.ts';
import { literalList, literalValue, plainPath, type Literal } from './parse.ts';
import type { TreeNode } from '../../jsonata/tree.ts';

/**
 * An expression in words, for people who do not program. Null where the words would not say surely and wholly what the
 * expression says: then its source says it best.
 */
export const valueInWords = (node: TreeNode): Phrase | null => orNull(() => value(node));
export const conditionInWords = (node: TreeNode): Phrase | null => orNull(() => condition(node, 'alone'));

/** Does it yield something whatever its input? */
export function yieldsAlways(node: TreeNode): boolean {
  const literal = literalValue(node);
  if (literal !== undefined) return literal !== null;
  const inner = unwrapped(node);
  if (inner !== node) return yieldsAlways(inner);
  if (isRefined(node)) return false;
  if (node.type === 'binary') return ALWAYS_YIELDING.has(node.value);
  const sides = node.type === 'condition' ? [node.then, node.else] : [undefined];
  return sides.every((part) => part !== undefined && yieldsAlways(part));
}

const ALWAYS_YIELDING: ReadonlySet<unknown> = new Set(['&', '=', '!=', 'in', 'and', 'or']);

class NoWords extends Error {}

function orNull(words: () => Phrase): Phrase | null {
  try {
    return words();
  } catch (error) {
    if (error instanceof NoWords) return null;
    throw error;
  }
}

const said = (text: string): PhrasePart => ({ kind: 'text', text });

function value(node: TreeNode): Phrase {
  const literal = literalValue(node);
  if (literal !== undefined) return [quoted(literal)];
  const path = plainPath(node);
  if (path !== null) return [{ kind: 'name', text: path.join('.') }];
  if (isRefined(node)) throw new NoWords();
  switch (node.type) {
    case 'block':
      return value(only(node.expressions));
    case 'condition':
      return choice(node);
    case 'function':
      return call(node);
    case 'binary':
      if (node.value !== '&') throw new NoWords();
      return [...side(left(node)), said(' followed by '), ...side(right(node))];
    default:
      throw new NoWords();
  }
}

/**
 * `a ? b : c ? d : e` → b if a; d if c, otherwise e. An else that is not written yields nothing. What is put together of
 * several comes behind its condition, which would else seem to belong to its last part alone.
 */
function choice(node: TreeNode): Phrase {
  const { condition: chosen, then } = node;
  if (chosen === undefined || then === undefined) throw new NoWords();
  const words = condition(chosen, 'alone');
  const first =
    unwrapped(then).type === 'binary'
      ? [said('if '), ...words, said(': '), ...side(then)]
      : [...side(then), said(' if '), ...words];
  if (node.else === undefined) return [...first, said(', otherwise nothing')];
  const other = unwrapped(node.else);
  return other.type === 'condition' && !isRefined(other)
    ? [...first, said('; '), ...choice(other)]
    : [...first, said(', otherwise '), ...side(node.else)];
}

/** A choice within something longer would be taken for a part of the whole. */
function side(node: TreeNode): Phrase {
  if (unwrapped(node).type === 'condition') throw new NoWords();
  return value(node);
}

/** Functions of one value, by what is said behind it. */
const BEHIND: ReadonlyMap<string, string> = new Map([
  ['lowercase', ' in small letters'],
  ['uppercase', ' in capital letters'],
  ['trim', ' without blanks around it'],
  ['date', ' as date and time'],
  ['string', ' as text'],
  ['number', ' as number'],
]);

function call(node: TreeNode): Phrase {
  const behind = BEHIND.get(calledName(node));
  const given = node.arguments ?? [];
  const [argument] = given;
  if (behind === undefined || argument === undefined || given.length !== 1) throw new NoWords();
  // `a followed by b in small letters` would leave open whether a is meant too.
  if (!isSimple(argument)) throw new NoWords();
  return [...value(argument), said(behind)];
}

/** Words of comparisons. A missing operand makes every one of them false: hence "anything but". */
const COMPARED: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ['=', ' is '],
  ['!=', ' is anything but '],
  ['<', ' is less than '],
  ['<=', ' is at most '],
  ['>', ' is more than '],
  ['>=', ' is at least '],
]);

function condition(node: TreeNode, within: 'alone' | 'and' | 'or'): Phrase {
  if (isRefined(node)) throw new NoWords();
  if (node.type === 'block') return condition(only(node.expressions), within);
  if (node.type === 'binary' && (node.value === 'and' || node.value === 'or')) {
    const word = node.value;
    const joined = [...condition(left(node), word), said(` ${word} `), ...condition(right(node), word)];
    return within === 'alone' || within === word ? joined : [said('('), ...joined, said(')')];
  }
  if (node.type === 'binary') return comparison(node);
  if (node.type === 'function') return test(node);
  const literal = literalValue(node);
  if (literal === true) return [said('always')];
  if (literal === false) return [said('never')];
  if (plainPath(node) === null) throw new NoWords();
  return [...value(node), said(' is set')];
}

function comparison(node: TreeNode): Phrase {
  const subject = left(node);
  if (!isSimple(subject)) throw new NoWords();
  if (node.value === 'in') {
    const items = literalList(right(node))
      ?.map(literalValue)
      .filter((item) => item !== undefined);
    if (items === undefined || items.length === 0) throw new NoWords();
    return [...value(subject), said(' is '), ...listed(items)];
  }
  const word = COMPARED.get(node.value);
  if (word === undefined || !isSimple(right(node))) throw new NoWords();
  return [...value(subject), said(word), ...value(right(node))];
}

function test(node: TreeNode): Phrase {
  const [first, second, ...more] = node.arguments ?? [];
  if (first === undefined || more.length > 0 || !isSimple(first)) throw new NoWords();
  const name = calledName(node);
  if (name === 'contains' && second !== undefined && literalValue(second) !== undefined) {
    return [...value(first), said(' contains '), ...value(second)];
  }
  if (second !== undefined || plainPath(first) === null) throw new NoWords();
  if (name === 'exists') return [...value(first), said(' is there')];
  if (name === 'not') return [...value(first), said(' is there and not set')];
  throw new NoWords();
}

/** “A”, “B” or “C” */
function listed(items: readonly Literal[]): Phrase {
  return items.flatMap((item, index) => {
    const before = index === 0 ? '' : index === items.length - 1 ? ' or ' : ', ';
    return before === '' ? [quoted(item)] : [said(before), quoted(item)];
  });
}

const quoted = (literal: Literal): PhrasePart =>
  typeof literal === 'string'
    ? { kind: 'literal', text: literal }
    : literal === true
      ? said('yes')
      : literal === false
        ? said('no')
        : said(literal === null ? 'nothing' : String(literal));

/** A value that words can be put behind: a path, a literal, or one of these in small letters and so on. */
function isSimple(node: TreeNode): boolean {
  if (isRefined(node)) return false;
  return plainPath(node) !== null || literalValue(node) !== undefined || BEHIND.has(calledName(node));
}

function calledName(node: TreeNode): string {
  const callee = node.type === 'function' ? node.procedure : undefined;
  return callee?.type === 'variable' && !isRefined(callee) ? String(callee.value) : '';
}

const isRefined = (node: TreeNode): boolean =>
  (node.predicate ?? []).length > 0 || node.group !== undefined || node.keepArray === true;

function unwrapped(node: TreeNode): TreeNode {
  const [inner, ...more] = node.type === 'block' && !isRefined(node) ? (node.expressions ?? []) : [];
  return inner === undefined || more.length > 0 ? node : unwrapped(inner);
}

function only(nodes: readonly TreeNode[] | undefined): TreeNode {
  const [node, ...more] = nodes ?? [];
  if (node === undefined || more.length > 0) throw new NoWords();
  return node;
}

function left(node: TreeNode): TreeNode {
  if (node.lhs === undefined || Array.isArray(node.lhs)) throw new NoWords();
  return node.lhs as TreeNode;
}

function right(node: TreeNode): TreeNode {
  if (node.rhs === undefined) throw new NoWords();
  return node.rhs;
}
