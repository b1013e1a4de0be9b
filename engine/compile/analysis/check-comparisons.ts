import { CODES } from '../codes.ts';
import { spotIn } from '../compile-expression-at.ts';
import { literalList, literalRange, literalValue, plainPath, type Literal } from '../expression/parse.ts';
import { operandsOf, type TreeNode } from '../../jsonata/tree.ts';
import { suggestion } from '../yaml/did-you-mean.ts';
import { expressionsOf, type Subject, type WrittenExpression } from './subject.ts';
import { canBe, type Term, type Terms } from './terms.ts';

/** Comparisons with a value that the compared name never has. Gives the expressions that have one. */
export function checkComparisons(subject: Subject, terms: Terms): ReadonlySet<WrittenExpression> {
  const told = new Set<WrittenExpression>();
  for (const expression of expressionsOf(subject)) {
    for (const { path, literal } of comparisonsIn(expression.tree)) {
      const term = terms(expression.input, path);
      const value = literalValue(literal);
      if (term === null || value === undefined || canBe(term, value)) continue;
      const { offset, length } = literalRange(expression.scalar.text, literal);
      const message = `"${path.join('.')}" is never ${shown(value)}: ${what(term, value)}.`;
      subject.report.add(
        CODES.neverEqual,
        spotIn(expression.scalar, offset, length),
        message,
        hintFor(term, value, expression, path),
      );
      told.add(expression);
    }
  }
  return told;
}

interface Comparison {
  readonly path: readonly string[];
  readonly literal: TreeNode;
}

/** `path = literal`, turned round too, and `path in [literals]`, where names are those of the whole input. */
function comparisonsIn(node: TreeNode): readonly Comparison[] {
  if (node.type === 'path' || node.type === 'lambda' || node.type === 'transform') return [];
  const below = operandsOf(node).flatMap(comparisonsIn);
  if (node.type !== 'binary' || !['=', '!=', 'in'].includes(String(node.value))) return below;
  const [left, right] = operandsOf(node);
  if (left === undefined || right === undefined) return below;
  const leftPath = plainPath(left);
  const rightPath = plainPath(right);
  if (leftPath !== null) {
    const literals = (node.value === 'in' ? literalList(right) : [right]) ?? [];
    return [...below, ...literals.map((literal) => ({ path: leftPath, literal }))];
  }
  return rightPath !== null && node.value !== 'in' ? [...below, { path: rightPath, literal: left }] : below;
}

const shown = (value: Literal): string => (typeof value === 'string' ? `'${value}'` : String(value));

const KINDS = { text: 'a text', number: 'a number', boolean: 'true or false' } as const;

const what = (term: Term, value: Literal): string =>
  term.words !== null && typeof value === 'string' ? 'there is no such value' : `it is ${KINDS[term.type]}`;

function hintFor(term: Term, value: Literal, { input }: WrittenExpression, path: readonly string[]): string {
  if (term.words !== null && typeof value === 'string') return suggestion(value, term.words, 'its values');
  const name = path.join('.');
  const inItsm = input === 'ticket' || input === 'comment';
  if (term.type === 'boolean') return `Write ${name} alone, or $not(${name}).`;
  if (term.type === 'number') return `Numbers stand without quotes: ${name} = ${Number(value) || 8}.`;
  const declare = inItsm ? ' Or give the field its type in the ITSM file.' : '';
  return `Put it in quotes: '${String(value)}'.${declare}`;
}
