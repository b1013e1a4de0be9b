import type { Contract } from '../../engine/domain/contract.ts';
import type { Expression } from '../../engine/domain/expression.ts';
import { placeText } from '../../engine/domain/place.ts';

/** How the expressions of a contract run: how many as generated source, and of each other one, why not. */
export function waysOfExpressions(contract: Contract): readonly string[] {
  const expressions = expressionsOf(contract);
  const slower = expressions.flatMap(({ source, place, way }) =>
    way.kind === 'source'
      ? []
      : [
          `${placeText(place)}:${place.column} runs as closures for ${way.why}: ${source.replace(/\s+/g, ' ')}`,
        ],
  );
  const fast = expressions.length - slower.length;
  return [
    `${fast} of ${expressions.length} expressions run as generated source, ${slower.length} as closures`,
    ...slower,
  ];
}

/** All of them, as far as the contract keeps them one by one. */
export const expressionsOf = (contract: Contract): readonly Expression[] =>
  expressionsWithin(contract, new Set());

function expressionsWithin(value: unknown, seen: Set<object>): readonly Expression[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (isExpression(value)) return [value];
  const parts: Iterable<unknown> =
    value instanceof Map || value instanceof Set ? value.values() : Object.values(value);
  return [...parts].flatMap((part) => expressionsWithin(part, seen));
}

const isExpression = (value: object): value is Expression => 'evaluate' in value && 'reads' in value;
