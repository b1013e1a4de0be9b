import type { Rule } from '../domain/contract.ts';
import { CODES } from './codes.ts';
import { compileExpressionAt } from './compile-expression-at.ts';
import type { InputShape, Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenRule } from './written-contract.ts';

/** Named conditions: triggers, filters. */
export function compileRules(
  written: Written<readonly WrittenRule[]> | null,
  input: InputShape,
  scope: Scope,
): readonly Rule[] {
  const rules = written?.items() ?? [];
  checkNames(rules, scope);
  return rules.flatMap((rule) => {
    const when = compileExpressionAt(rule.get('when'), input, scope);
    return when === null ? [] : [{ name: rule.get('name')?.text ?? '', when, place: rule.place }];
  });
}

/** The journal tells rules apart by their names. */
export function checkNames(rules: readonly Written<WrittenRule>[], scope: Scope): void {
  const lines = new Map<string, number>();
  for (const rule of rules) {
    const name = rule.get('name');
    if (name?.text == null) continue;
    const first = lines.get(name.text);
    if (first === undefined) lines.set(name.text, name.place.line);
    else {
      const message = `The name "${name.text}" is already given on line ${first}.`;
      scope.report.add(
        CODES.duplicateName,
        name,
        message,
        'Give each its own: the journal tells them apart by it.',
      );
    }
  }
}
