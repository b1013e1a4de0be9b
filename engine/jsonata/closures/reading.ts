import { append, createSequence, isList, push, type List } from '../list.ts';
import { meter } from '../meter.ts';
import type { Run } from '../run.ts';
import type { TreeNode } from '../tree.ts';
import { memberOf } from '../values.ts';
import type { Compiler } from './compiler.ts';

/** `$name`, `$` (the context) and `$$` (the input as a whole). */
export function compileVariable(node: TreeNode, compiler: Compiler): Run {
  const name = String(node.value);
  if (name === '') return (input) => (isList(input) && input.outerWrapper === true ? input[0] : input);
  const known = compiler.nativeNamed(name);
  return known === undefined ? (_, frame) => frame.lookup(name) : () => known;
}

export function compileName(node: TreeNode): Run {
  const name = String(node.value);
  return (input) => {
    meter.step();
    return lookUp(input, name);
  };
}

/** The member of that name: of an object, or of each object in a list, however deep. Only what is its own. */
export function lookUp(value: unknown, name: string, level = 0): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!isList(value)) return Object.hasOwn(value, name) ? memberOf(value, name) : undefined;
  meter.descend(level);
  const results = createSequence();
  for (const item of value) {
    meter.step();
    const found = lookUp(item, name, level + 1);
    if (isList(found)) for (const one of found) push(results, one);
    else if (found !== undefined) push(results, found);
  }
  return results;
}

/** `*` */
export function compileWildcard(): Run {
  return (input) => {
    meter.step();
    const whole = isList(input) && input.outerWrapper === true && input.length > 0 ? input[0] : input;
    let results: unknown = createSequence();
    if (typeof whole !== 'object' || whole === null) return results;
    for (const key of Object.keys(whole)) {
      meter.step();
      const value = memberOf(whole, key);
      if (isList(value)) results = append(results, flattened(value, [], 0));
      else push(results as List, value);
    }
    return results;
  };
}

function flattened(value: unknown, items: unknown[], level: number): unknown[] {
  if (isList(value)) {
    meter.step();
    meter.descend(level);
    for (const item of value) flattened(item, items, level + 1);
  } else push(items, value);
  return items;
}

/** `**` */
export function compileDescendants(): Run {
  return (input) => {
    if (input === undefined) return undefined;
    meter.work(meter.weigh(input));
    const results = createSequence();
    descend(input, results);
    return results.length === 1 ? results[0] : results;
  };
}

function descend(value: unknown, results: List): void {
  meter.step();
  if (isList(value)) {
    for (const item of value) descend(item, results);
    return;
  }
  push(results, value);
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) descend(memberOf(value, key), results);
}
