import type { FieldRule } from '../../engine/domain/contract.ts';

/** A field's rule on one line, much as it is written. */
export function ruleText({ value, table, default: fallback, optional }: FieldRule): string {
  const source = value.source.trim().replaceAll(/\s+/g, ' ');
  const parts = [
    `value: ${source}`,
    ...(table === null ? [] : [`table: ${table.name}`]),
    ...(fallback === null ? [] : [`default: ${fallback}`]),
    ...(optional ? ['optional: true'] : []),
  ];
  return parts.length === 1 ? source : `{ ${parts.join(', ')} }`;
}
