import { frameOf, type Frame, type Tuple } from '../frame.ts';
import { createSequence, isList, itemsOf, push, type List } from '../list.ts';
import { meter } from '../meter.ts';
import type { Filter } from '../tree.ts';
import { isListOfNumbers, isNumeric, isTruthy } from '../values.ts';
import type { Compiler } from './compiler.ts';
import { nodeOf } from './node-of.ts';

/** Takes values out of what came before: by their place, or by what an expression says of them. */
export type FilterRun = (value: unknown, frame: Frame) => unknown;

/** A stage of a path step: a predicate, or `#$name`, which numbers the tuples. */
export function compileStage(stage: Filter, compiler: Compiler): FilterRun {
  if (stage.type !== 'index') return compileFilter(stage, compiler);
  const name = String(stage.value);
  return (tuples) => {
    (tuples as Tuple[]).forEach((tuple, place) => {
      tuple[name] = place;
    });
    return tuples;
  };
}

export function compileFilter(filter: Filter, compiler: Compiler): FilterRun {
  const node = nodeOf(filter.expr);
  if (node.type === 'number') return byPlace(Math.floor(node.value as number));
  const predicate = compiler.compile(node);
  return (value, frame) => {
    const results = resultsFor(value);
    const items = itemsOf(value);
    for (let index = 0; index < items.length; index++) {
      meter.step();
      const item = items[index];
      const said =
        items.tupleStream === true
          ? predicate((item as Tuple)['@'], frameOf(frame, item as Tuple))
          : predicate(item, frame);
      const places = isNumeric(said) ? [said] : said;
      if (!isListOfNumbers(places)) {
        if (isTruthy(places)) push(results, item);
        continue;
      }
      for (const written of places) {
        const place = Math.floor(written);
        if ((place < 0 ? items.length + place : place) === index) push(results, item);
      }
    }
    return results;
  };
}

function byPlace(place: number): FilterRun {
  return (value) => {
    const items = itemsOf(value);
    const item = items[place < 0 ? items.length + place : place];
    if (isList(item)) return item;
    const results = resultsFor(value);
    if (item !== undefined) results.push(item);
    return results;
  };
}

function resultsFor(value: unknown): List {
  const results = createSequence();
  if (isList(value) && value.tupleStream === true) results.tupleStream = true;
  return results;
}
