import { errorWords } from '../../domain/error-words.ts';
import { EXPRESSION_REGEX_SIZE_MAX } from '../../domain/limits.ts';
import { closest } from '../yaml/did-you-mean.ts';
import { CODES, type Code } from '../codes.ts';
import { FUNCTION_NAMES, isFunctionName, UNPREDICTABLE_FUNCTIONS } from './functions.ts';
import { UnsupportedRegex } from './regex-dialect.ts';
import { compileRegex } from './regex-engine.ts';
import { tokensOf } from './tokens.ts';
import { allNodes, type TreeNode } from '../../jsonata/tree.ts';

/** Something wrong in an expression; `offset` and `length` are of its text. */
export interface Mistake {
  readonly code: Code;
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly hint: string | null;
}

/** What is wrong in an expression that can be read. */
export function mistakesIn(source: string, tree: TreeNode): readonly Mistake[] {
  const nodes = [...allNodes(tree)];
  const bound = new Set(nodes.flatMap(namesBoundBy));
  const mistakes = nodes.map((node) => mistakeOf(source, node, bound)).filter((mistake) => mistake !== null);
  // What stands left of ?? and ?: is in the tree twice.
  return [
    ...new Map(mistakes.map((mistake) => [`${mistake.code.code} ${mistake.offset}`, mistake])).values(),
  ];
}

/** Variables that `:=`, parameters, `@` and `#` bring in. Scopes are not told apart: a wrong one is rare. */
function namesBoundBy(node: TreeNode): readonly string[] {
  const names: string[] = [];
  if (node.type === 'bind' && node.lhs !== undefined && 'value' in node.lhs)
    names.push(String(node.lhs.value));
  if (node.type === 'lambda') names.push(...(node.arguments ?? []).map((argument) => String(argument.value)));
  if (node.focus !== undefined) names.push(node.focus);
  if (node.index !== undefined) names.push(node.index);
  for (const filter of node.stages ?? []) if (filter.type === 'index') names.push(String(filter.value));
  return names;
}

function mistakeOf(source: string, node: TreeNode, bound: ReadonlySet<string>): Mistake | null {
  if (node.type === 'variable') return variableMistake(node, bound);
  if (node.type === 'function' || node.type === 'partial') return callMistake(node);
  if (node.value instanceof RegExp) return regexMistake(source, node.value, node.position ?? 0);
  return null;
}

/** The `/` that opens the regular expression ending at `end`. */
const regexStart = (source: string, end: number): number =>
  tokensOf(source).find((token) => token.end === end)?.start ?? end - 1;

/** What RE2 cannot do, or what makes too large a program of it. */
function regexMistake(source: string, regex: RegExp, end: number): Mistake | null {
  const start = regexStart(source, end);
  const code = CODES.unsupportedRegex;
  try {
    const size = compileRegex(regex).programSize();
    if (size <= EXPRESSION_REGEX_SIZE_MAX) return null;
    const message = `This regular expression takes ${size} instructions; ${EXPRESSION_REGEX_SIZE_MAX} are allowed.`;
    return {
      code,
      offset: start,
      length: end - start,
      message,
      hint: 'Count less, or test for less at once.',
    };
  } catch (error) {
    if (error instanceof UnsupportedRegex) {
      const { offset, length, hint } = error;
      const message = `In this regular expression, ${error.message}: that is not available.`;
      return { code, offset: start + 1 + offset, length, message, hint };
    }
    const reason = errorWords(error).replace('error parsing regexp: ', '');
    const message = `This regular expression cannot be used: ${reason}.`;
    const hint = 'Regular expressions are those of RE2: https://github.com/google/re2/wiki/Syntax.';
    return { code, offset: start, length: end - start, message, hint };
  }
}

function variableMistake(node: TreeNode, bound: ReadonlySet<string>): Mistake | null {
  const name = String(node.value);
  const length = name.length + 1;
  const at = { offset: Math.max(0, (node.position ?? length) - length), length };
  if (UNPREDICTABLE_FUNCTIONS.includes(name)) {
    const message = `$${name} is not allowed: its result cannot be foreseen, and a preview must say what will happen.`;
    return {
      ...at,
      code: CODES.unpredictable,
      message,
      hint: 'Build the value from the fields of the input.',
    };
  }
  if (name === '' || name === '$' || bound.has(name) || isFunctionName(name)) return null;
  const near = closest(name, [...bound, ...FUNCTION_NAMES]);
  return {
    ...at,
    code: CODES.unknownFunction,
    message: `There is no function or variable $${name}.`,
    hint: near === null ? 'Functions are those of JSONata 2.2, and $date(value).' : `Did you mean $${near}?`,
  };
}

/** `contains(a, b)` without the dollar sign. */
function callMistake(node: TreeNode): Mistake | null {
  const callee = node.procedure;
  const name = callee?.type === 'path' && callee.steps?.length === 1 ? callee.steps[0] : undefined;
  if (name?.type !== 'name') return null;
  const written = String(name.value);
  const near = closest(written, FUNCTION_NAMES);
  return {
    code: CODES.unknownFunction,
    offset: Math.max(0, (name.position ?? 0) - written.length),
    length: written.length,
    message: `"${written}" is not a function: functions begin with $.`,
    hint: near === null ? null : `Did you mean $${near}?`,
  };
}

/** Habits from other languages, by the text around the place where reading broke off. */
const HABITS: readonly (readonly [RegExp, string])[] = [
  [/==/, 'Two things are compared with a single =.'],
  [/&&/, 'Conditions are joined with the word and.'],
  [/\|\|/, 'Conditions are joined with the word or.'],
];

/** What the library threw while reading: an object with code, position and message, or an Error without a place. */
export function syntaxMistake(source: string, error: unknown): Mistake {
  if (error instanceof RangeError) {
    const message = 'This expression is nested too deeply.';
    return { code: CODES.expressionTooLarge, offset: 0, length: 1, message, hint: 'Split it up.' };
  }
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly position?: unknown;
    readonly token?: unknown;
    readonly message?: unknown;
  };
  const end = typeof thrown.position === 'number' ? Math.min(thrown.position, source.length) : null;
  const token = typeof thrown.token === 'string' && thrown.token !== '(end)' ? thrown.token : '';
  const isBehind = end !== null && token !== '' && source.slice(0, end).endsWith(token);
  const offset =
    end === null ? 0 : isBehind ? end - token.length : Math.min(end, Math.max(0, source.length - 1));
  const around = source.slice(Math.max(0, offset - 2), offset + 2);
  const reason = thrown.code === 'S0201' ? `"${token}" is not expected here` : String(thrown.message);
  return {
    code: CODES.expressionSyntax,
    offset,
    length: isBehind ? token.length : 1,
    message: `This is not a JSONata expression: ${reason.replace(/\.$/, '')}.`,
    hint: HABITS.find(([pattern]) => pattern.test(around))?.[1] ?? null,
  };
}
