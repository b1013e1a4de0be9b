import type { Branch } from '../../domain/expression.ts';
import type { Place } from '../../domain/place.ts';
import { allParts, type Part } from './parts.ts';

/** A choice within an expression: `? :`, `??` or `?:`. */
export interface Choice {
  /** What the library knows it by: just past its `?`, `??` or `?:`. */
  readonly position: number;
  /** The side taken if the condition holds, or if the value is there; and the other one. */
  readonly sides: readonly [Branch, Branch];
}

/** Every choice, also those in predicates and functions, in the order written. */
export function choicesOf(source: string, root: Part, placeAt: (offset: number) => Place): readonly Choice[] {
  const branch = (side: Branch['side'], { start, end }: Part): Branch => ({
    side,
    place: placeAt(start),
    text: source.slice(start, end),
  });
  const choices: Choice[] = [];
  for (const { kind, position, operands } of allParts(root)) {
    const [first, second, third] = operands;
    if (first === undefined || second === undefined) continue;
    if (kind === 'fallback') {
      choices.push({ position, sides: [branch('value', first), branch('fallback', second)] });
    } else if (kind === 'condition') {
      const unwritten = { ...first, end: first.start };
      choices.push({ position, sides: [branch('then', second), branch('else', third ?? unwritten)] });
    }
  }
  return choices.sort((a, b) => a.position - b.position);
}
