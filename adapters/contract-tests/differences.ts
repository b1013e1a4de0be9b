import { isJsonObject, type Json } from '../../engine/domain/json.ts';

/** Where two documents differ: `['sends', 0, 'create', 'priority']`. */
export type Path = readonly (string | number)[];

export const isSame = (one: Json, other: Json): boolean => differences(one, other).length === 0;

/** The innermost places at which two documents differ; of a list that has more, or fewer, the item. The order of keys means nothing. */
export function differences(
  one: Json | undefined,
  other: Json | undefined,
  path: Path = [],
): readonly Path[] {
  if (Array.isArray(one) && Array.isArray(other)) {
    const [left, right] = [one as readonly Json[], other as readonly Json[]];
    const length = Math.max(left.length, right.length);
    return Array.from({ length }, (_, index) =>
      differences(left[index], right[index], [...path, index]),
    ).flat();
  }
  if (isJsonObject(one) && isJsonObject(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].flatMap((name) => differences(one[name], other[name], [...path, name]));
  }
  return one === other ? [] : [path];
}
