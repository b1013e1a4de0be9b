import { UPDATE_FIELDS, type UpdateField } from '../domain/payload.ts';
import { checkBridgeValue } from './check-bridge-values.ts';
import type { Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenValues } from './written-contract.ts';

/** Payload fields with literal values, in the provider's words. */
export function compileValues(
  written: Written<WrittenValues> | null,
  scope: Scope,
): Readonly<Partial<Record<UpdateField, string>>> {
  const values: Partial<Record<UpdateField, string>> = {};
  for (const field of UPDATE_FIELDS) {
    const value = written?.get(field) ?? null;
    if (value?.text == null) continue;
    checkBridgeValue(field, value.text, value, scope.report);
    values[field] = value.text;
  }
  return values;
}
