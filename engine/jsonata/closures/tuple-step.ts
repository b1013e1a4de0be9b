import { frameOf, type Frame, type Tuple } from '../frame.ts';
import { createSequence, isList, push, type List } from '../list.ts';
import { meter } from '../meter.ts';
import type { Step } from './path.ts';

/** One step of a path whose values go on with the names bound on the way: by `@`, `#`, or for a `%` further on. */
export function tupleStep(step: Step, input: List, before: List | undefined, frame: Frame): List {
  const { node, sort, stages } = step;
  let result: List;
  if (sort === null) result = evaluated(step, before ?? input.map((item): Tuple => ({ '@': item })), frame);
  else if (before !== undefined) result = sort(before, frame) as List;
  else {
    result = createSequence();
    result.tupleStream = true;
    (sort(input, frame) as List).forEach((item, place) => {
      push(result, { '@': item, [String(node.index)]: place });
    });
  }
  return stages.reduce<unknown>((tuples, stage) => stage(tuples, frame), result) as List;
}

function evaluated({ node, run }: Step, before: readonly unknown[], frame: Frame): List {
  const { focus, index, ancestor } = node;
  const results = createSequence();
  results.tupleStream = true;
  for (const from of before as readonly Tuple[]) {
    meter.step();
    const found = run(from['@'], frameOf(frame, from));
    if (found === undefined) continue;
    const values: List = isList(found) ? found : [found];
    values.forEach((value, place) => {
      const tuple = Object.assign(Object.create(null) as Tuple, from);
      if (values.tupleStream === true) Object.assign(tuple, value);
      else {
        if (focus === undefined || focus === '') tuple['@'] = value;
        else {
          tuple[focus] = value;
          tuple['@'] = from['@'];
        }
        if (index !== undefined && index !== '') tuple[index] = place;
        if (ancestor !== undefined) tuple[ancestor.label] = from['@'];
      }
      push(results, tuple);
    });
  }
  return results;
}
