import type { Expression } from '../domain/expression.ts';
import { CODES } from './codes.ts';
import { suggestion } from './yaml/did-you-mean.ts';
import type { RootName } from './expression/reads.ts';
import { compileExpression } from './expression/compile-expression.ts';
import type { Spot } from './report.ts';
import type { InputShape, Scope } from './scope.ts';
import type { Written, WrittenScalar } from './yaml/written.ts';

/** Compiles the expression written there and reports its mistakes where they stand. Null if there are any. */
export function compileExpressionAt(
  written: Written<string> | null,
  input: InputShape,
  scope: Scope,
): Expression | null {
  const scalar = written?.scalar ?? null;
  if (scalar === null || typeof scalar.value !== 'string' || scalar.text === '') return null;
  const { expression, roots, mistakes } = compileExpression(scalar.text, scalar, scope.timeZone);
  for (const { code, offset, length, message, hint } of mistakes) {
    scope.report.add(code, spotIn(scalar, offset, length), message, hint);
  }
  for (const root of roots) {
    const isTold = mistakes.some(({ offset, length }) => offset + length === root.position);
    if (!isTold) checkRoot(root, scalar, input, scope);
  }
  return expression;
}

/** A stretch of the expression as it stands in the file; cut at the end of the line. */
export function spotIn(scalar: WrittenScalar, offset: number, length: number): Spot {
  const place = scalar.placeAt(offset);
  const last = scalar.placeAt(offset + Math.max(0, length - 1));
  return { place, length: last.line === place.line ? last.column - place.column + 1 : 1 };
}

function checkRoot(root: RootName, scalar: WrittenScalar, input: InputShape, scope: Scope): void {
  if (input.names === null) return;
  const part = input.names.get(root.name);
  if (part === undefined) {
    const message = `"${root.name}" is not a name that ${input.what} has.`;
    const hint = suggestion(root.name, input.names.keys(), `what ${input.what} has`);
    scope.report.add(CODES.unknownName, nameSpot(scalar, root), message, hint);
    return;
  }
  const { below } = root;
  if (below === null || part === 'anything') return;
  if (part === 'value') {
    const message = `"${root.name}" is a plain value: it has no part "${below.name}".`;
    scope.report.add(CODES.unknownSubField, nameSpot(scalar, below), message, `Write ${root.name} alone.`);
  } else if (!part.has(below.name)) {
    const message = `"${root.name}" has no part "${below.name}".`;
    const hint = suggestion(below.name, part, `what ${root.name} has`);
    scope.report.add(CODES.unknownSubField, nameSpot(scalar, below), message, hint);
  }
}

/** Names may be written in backquotes or quotes, which count as part of them. */
function nameSpot(scalar: WrittenScalar, name: { readonly name: string; readonly position: number }): Spot {
  const quotes = '`\'"'.includes(scalar.text[name.position - 1] ?? ' ') ? 2 : 0;
  const length = name.name.length + quotes;
  return spotIn(scalar, Math.max(0, name.position - length), length);
}
