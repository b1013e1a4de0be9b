import { JsonataError } from '../failure.ts';
import { frameOf, type Frame, type Tuple } from '../frame.ts';
import { append, isList, itemsOf } from '../list.ts';
import { meter } from '../meter.ts';
import type { Pairs } from '../tree.ts';
import type { Compiler } from './compiler.ts';

interface Group {
  data: unknown;
  readonly pair: number;
}

/** `{key: value, …}`: groups values by their keys; of one value, or nothing, it makes an object. */
export function compileGroup(
  { lhs, position }: { readonly lhs: Pairs; readonly position?: number | undefined },
  compiler: Compiler,
): (input: unknown, frame: Frame) => unknown {
  const pairs = lhs.map(([key, value]) => [compiler.compile(key), compiler.compile(value)] as const);
  return (input, frame) => {
    meter.step();
    const isReduced = isList(input) && input.tupleStream === true;
    const all = itemsOf(input);
    const items: readonly unknown[] = all.length === 0 && !isReduced ? [undefined] : all;
    const groups = Object.create(null) as Record<string, Group>;
    for (const item of items) {
      const within = isReduced ? frameOf(frame, item as Tuple) : frame;
      const context = isReduced ? (item as Tuple)['@'] : item;
      for (const [pair, [keyOf]] of pairs.entries()) {
        const key = keyOf(context, within);
        if (key === undefined) continue;
        if (typeof key !== 'string') throw new JsonataError('T1003', { position, value: key });
        if (key === '_jsonata_lambda' || key === '_jsonata_function') {
          throw new JsonataError('D1013', { position, value: key });
        }
        const group = groups[key];
        if (group === undefined) groups[key] = { data: item, pair };
        else if (group.pair !== pair) throw new JsonataError('D1009', { position, value: key });
        else group.data = append(group.data, item);
      }
    }
    const result = Object.create(null) as Record<string, unknown>;
    for (const key of Object.keys(groups)) {
      const group = groups[key];
      if (group === undefined) continue;
      const { data, pair } = group;
      const valueOf = pairs[pair]?.[1];
      const value = isReduced ? reduced(data, frame, valueOf) : valueOf?.(data, frame);
      if (value !== undefined) result[key] = value;
    }
    return result;
  };
}

function reduced(
  data: unknown,
  frame: Frame,
  valueOf: ((input: unknown, frame: Frame) => unknown) | undefined,
): unknown {
  const { '@': context, ...names } = joined(data);
  return valueOf?.(context, frameOf(frame, names));
}

/** The tuples of a group as one: each name with all its values. */
function joined(data: unknown): Tuple {
  if (!isList(data)) return data as Tuple;
  const result = Object.create(null) as Tuple;
  Object.assign(result, data[0]);
  for (const tuple of data.slice(1) as Tuple[]) {
    for (const name of Object.keys(tuple)) result[name] = append(result[name], tuple[name]);
  }
  return result;
}
