import type { ErrorAction, ErrorRule } from '../domain/contract.ts';
import { PATIENCE_MS_MIN, RESENDS_MAX } from '../domain/limits.ts';
import { CODES } from './codes.ts';
import { compileExpressionAt } from './compile-expression-at.ts';
import { checkNames } from './compile-rules.ts';
import { compileValues } from './compile-values.ts';
import { durationText, parseDurationRange } from './duration.ts';
import { ANSWER } from './message-shapes.ts';
import type { Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenErrorRule } from './written-contract.ts';

export function compileErrors(
  written: Written<readonly WrittenErrorRule[]> | null,
  scope: Scope,
): readonly ErrorRule[] {
  const rules = written?.items() ?? [];
  checkNames(rules, scope);
  return rules.flatMap((rule) => {
    const when = compileExpressionAt(rule.get('when'), ANSWER, scope);
    const then = compileAction(rule.get('then'), scope);
    if (when === null || then === null) return [];
    return [{ name: rule.get('name')?.text ?? '', place: rule.place, when, then }];
  });
}

/** `park`, `stop`, `{ replace }` or `{ resend_after, at_most }`. */
function compileAction(written: Written<WrittenErrorRule['then']> | null, scope: Scope): ErrorAction | null {
  if (written === null) return null;
  if (written.text === 'park' || written.text === 'stop') return { kind: written.text };
  if (!written.isMap) return null;
  const replace = written.get('replace');
  const resend = written.get('resend_after');
  if (replace === null && resend === null && written.get('at_most') !== null) return null; // the schema has said so
  if ((replace === null) === (resend === null)) {
    const message =
      replace === null ? 'Nothing says what happens then.' : 'Two things cannot happen at once.';
    scope.report.add(
      CODES.notAllowed,
      written.key,
      message,
      'Either replace or resend_after; or the word park or stop.',
    );
    return null;
  }
  return replace !== null
    ? { kind: 'replace', fields: compileValues(replace, scope) }
    : compileResend(written, scope);
}

function compileResend(written: Written<WrittenErrorRule['then']>, scope: Scope): ErrorAction | null {
  const after = written.get('resend_after');
  if (after?.text == null) return null;
  const range = parseDurationRange(after.text);
  if (range === null) {
    const message = `"${after.text}" is not a range of time.`;
    scope.report.add(CODES.badDuration, after, message, 'The shorter first: 60s..120s.');
    return null;
  }
  if (range.min < PATIENCE_MS_MIN) {
    const message = `${durationText(range.min)} is too soon: the first send may still take effect.`;
    const hint = `At least ${PATIENCE_MS_MIN / 1000}s: the bridge asks for 60s to 120s of patience.`;
    scope.report.add(CODES.impatient, after, message, hint);
  }
  const atMost = Number(written.get('at_most')?.text ?? RESENDS_MAX);
  return { kind: 'resend', afterMsMin: range.min, afterMsMax: range.max, atMost };
}
