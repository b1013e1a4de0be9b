import type { Defect } from './oracle.ts';

/**
 * What the library (2.2.2) does wrong, each as a change of its text that mends just that. A difference is explained by a
 * defect if, and only if, the library mended so yields what ours does. docs/expressions.md lists them for people.
 */
export const DEFECTS: readonly Defect[] = [
  {
    name: 'a regular expression or signature left of ?? or ?: is lost',
    replacements: [
      ['JSON.parse(JSON.stringify(left))', 'cloneSyntax(left)'],
      [
        'var operators = {\n',
        `var cloneSyntax = function (node) {
          if (Array.isArray(node)) return node.map(cloneSyntax);
          if (typeof node !== 'object' || node === null || node instanceof RegExp || node.validate) return node;
          var copy = {};
          Object.keys(node).forEach(function (key) { copy[key] = cloneSyntax(node[key]); });
          return copy;
        };
        var operators = {\n`,
      ],
    ],
  },
  {
    name: 'the parts of a list or object are evaluated side by side',
    replacements: [
      [
        `let generators = await Promise.all(expr.expressions
                    .map(async (item, idx) => {
                        environment.isParallelCall = idx > 0
                        return [item, await evaluate(item, input, environment)]
                    }));`,
        `let generators = [];
        for (const item of expr.expressions) generators.push([item, await evaluate(item, input, environment)]);`,
      ],
      [
        `let generators = await Promise.all(utils.keys(groups).map(async (key, idx) => {`,
        `let generators = [];
        const evaluateEntry = (async (key, idx) => {`,
      ],
      [
        `return [key, await evaluate(expr.lhs[entry.exprIndex][1], context, env)];
        }));`,
        `return [key, await evaluate(expr.lhs[entry.exprIndex][1], context, env)];
        });
        for (const key of utils.keys(groups)) generators.push(await evaluateEntry(key, 0));`,
      ],
    ],
  },
  {
    name: 'the input, and what was read from it, is written to',
    replacements: [
      [
        `if (input.length === 0 && !reduce) {
            input.push(undefined);`,
        `if (input.length === 0 && !reduce) {
            input = [undefined];`,
      ],
      [
        `            resultSequence.keepSingleton = true;
        }

        if (Object.prototype`,
        `            if (resultSequence && isSequence(resultSequence)) resultSequence.keepSingleton = true;
        }

        if (Object.prototype`,
      ],
    ],
  },
  {
    name: 'a call of null, and at the end of a function of anything that is no function, breaks without a code',
    replacements: [
      [`if(typeof proc === 'object') {`, `if(typeof proc === 'object' && proc !== null) {`],
      [
        `if(result.body.procedure.type === 'variable') {
                next.token = result.body.procedure.value;
            }
            next.position = result.body.procedure.position;`,
        `if(isFunction(next)) {
                if(result.body.procedure.type === 'variable') next.token = result.body.procedure.value;
                next.position = result.body.procedure.position;
            }`,
      ],
    ],
  },
  {
    name: 'a function that is handed on by ~>, ahead of time, or by a call at the end of a function, cannot be called',
    replacements: [
      [
        `evaluatedArgs.push(applyto.context);`,
        `const left = applyto.context;
            if(isFunction(left) && !left.apply) {
                const closure = async function (...params) { return await apply(left, params, null, environment); };
                closure.arity = getFunctionArity(left);
                evaluatedArgs.push(closure);
            } else {
                evaluatedArgs.push(left);
            }`,
      ],
      [
        `evaluatedArgs.push(await evaluate(arg, input, environment));`,
        `const ahead = await evaluate(arg, input, environment);
                if(isFunction(ahead) && !ahead.apply) {
                    const closure = async function (...params) { return await apply(ahead, params, null, environment); };
                    closure.arity = getFunctionArity(ahead);
                    closure.original = ahead;
                    evaluatedArgs.push(closure);
                } else {
                    evaluatedArgs.push(ahead);
                }`,
      ],
      ['comp = comparator;', 'comp = (a, b) => comparator.apply(undefined, [a, b]);'],
      [
        `evaluatedArgs.push(await evaluate(result.body.arguments[ii], result.input, result.environment));`,
        `const handed = await evaluate(result.body.arguments[ii], result.input, result.environment);
                if(isFunction(handed) && !handed.apply) {
                    const closure = async function (...params) { return await apply(handed, params, null, environment); };
                    closure.arity = getFunctionArity(handed);
                    evaluatedArgs.push(closure);
                } else {
                    evaluatedArgs.push(handed);
                }`,
      ],
    ],
  },
  {
    name: 'an error about a function, or about what is within itself, breaks while its message is written',
    replacements: [
      [
        `return JSON.stringify(err[arguments[1]]);`,
        `try { return JSON.stringify(err[arguments[1]]); } catch (e) { return '…'; }`,
      ],
    ],
  },
  {
    name: 'what stands behind a call at the end of a function is forgotten',
    replacements: [
      [
        `if (expr.type === 'function' && !expr.predicate) {`,
        `if (expr.group || expr.keepArray || expr.predicate) {
                result = expr;
            } else if (expr.type === 'function') {`,
      ],
    ],
  },
  {
    name: 'a function that is a parameter cannot be applied partially',
    replacements: [
      [
        `closure.arity = getFunctionArity(arg);`,
        `closure.arity = getFunctionArity(arg); closure.original = arg;`,
      ],
      [
        `if (isLambda(proc)) {
            result = partialApplyProcedure`,
        `while (proc && proc.original) proc = proc.original;
        if (isLambda(proc)) {
            result = partialApplyProcedure`,
      ],
    ],
  },
  {
    name: 'a function, or nothing, as the replacement of a text is not called: its own source is put in',
    replacements: [
      ['replacer = replacement;', 'replacer = replacement || function () {};'],
      [
        `result += replacement;`,
        `var own = replacement;
                    if (typeof own === 'function' || own && own.apply) {
                        own = await own.apply(self, [{ match: pattern, start: index, end: index + pattern.length, groups: [], next: function () {} }]);
                    }
                    if (typeof own !== 'string') throw { code: 'D3012', value: own };
                    result += own;`,
      ],
    ],
  },
  {
    name: 'a regular expression applied to a function goes through its own source',
    replacements: [
      [
        `re.lastIndex = fromIndex || 0;
            var match`,
        `re.lastIndex = fromIndex || 0;
            if (isFunction(str)) str = '';
            var match`,
      ],
      [
        're.exec(str)',
        `re.exec((function spelt(value) {
                if (isFunction(value)) return '';
                return Array.isArray(value) ? value.map((item) => item == null ? '' : spelt(item)).join() : value;
            })(str))`,
      ],
    ],
  },
  {
    name: 'a transformation writes to what a $clone of the own hands it',
    replacements: [
      [
        'var matches = await evaluate(expr.pattern, result, environment);',
        `result = (function copyOf(value) {
                if (Array.isArray(value)) return Object.assign([], value, value.map(copyOf));
                if (typeof value !== 'object' || value === null || isFunction(value)) return value;
                return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf(member)]));
            })(result);
            var matches = await evaluate(expr.pattern, result, environment);`,
      ],
    ],
  },
  {
    name: 'a function as the update of a transformation is merged, with what it is made of',
    replacements: [
      [
        `if(updateType !== 'object' || update === null`,
        `if(updateType !== 'object' || isFunction(update) || update === null`,
      ],
    ],
  },
];
