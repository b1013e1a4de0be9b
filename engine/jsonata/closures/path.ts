import type { Frame, Tuple } from '../frame.ts';
import { createSequence, isList, isSequence, push, sequenceOf, type List } from '../list.ts';
import { meter } from '../meter.ts';
import type { Run } from '../run.ts';
import type { TreeNode } from '../tree.ts';
import { collected } from './collect.ts';
import type { Compiler } from './compiler.ts';
import { compileStage, type FilterRun } from './filter.ts';
import { compileGroup } from './group.ts';
import { plainNames, readNames } from './plain-path.ts';
import { compileSort, type SortRun } from './sort.ts';
import { tupleStep } from './tuple-step.ts';

export interface Step {
  readonly node: TreeNode;
  readonly run: Run;
  /** Of `^(…)`. */
  readonly sort: SortRun | null;
  readonly stages: readonly FilterRun[];
}

export function compileStep(node: TreeNode, compiler: Compiler): Step {
  const stages = (node.stages ?? []).map((stage) => compileStage(stage, compiler));
  if (node.type === 'sort') {
    return { node, run: () => undefined, sort: compileSort(node, compiler), stages };
  }
  return { node, run: compiler.compile(node), sort: null, stages };
}

/** `a.b[c].d`: each step is evaluated for each value of the one before. */
export function compilePath(node: TreeNode, compiler: Compiler): Run {
  const names = compiler.isTracing ? null : plainNames(node);
  if (names !== null) return (input) => readNames(input, names);
  const nodes = node.steps ?? [];
  const steps = nodes.map((step) => compileStep(step, compiler));
  const isAbsolute = nodes[0]?.type === 'variable';
  const group = node.group === undefined ? null : compileGroup(node.group, compiler);
  const isTuple = node.tuple === true;
  const keepsSingleton = node.keepSingletonArray === true;

  return (input, frame) => {
    meter.step();
    let sequence: List = isList(input) && !isAbsolute ? input : sequenceOf(input);
    let result: unknown;
    let tuples: List = [];
    let hasTuples = false;
    let isTupleStream = false;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index];
      if (step === undefined) break;
      if (step.node.tuple === true) isTupleStream = true;
      if (index === 0 && step.node.consarray === true) result = step.run(sequence, frame);
      else if (isTupleStream) {
        tuples = tupleStep(step, sequence, hasTuples ? tuples : undefined, frame);
        hasTuples = true;
      } else result = stepThrough(step, sequence, frame, index === steps.length - 1);
      if (!isTupleStream && isNothing(result)) break;
      if (step.node.focus === undefined) sequence = result as List;
    }
    if (isTupleStream) result = isTuple ? tuples : valuesOf(tuples);
    if (keepsSingleton) result = keptSingleton(result);
    return group === null ? result : group(isTupleStream ? tuples : result, frame);
  };
}

/** What has no values; a function is one, whatever its length. */
const isNothing = (result: unknown): boolean =>
  result === undefined || (typeof result !== 'function' && (result as List).length === 0);

function valuesOf(tuples: List): List {
  const values = createSequence();
  for (const tuple of tuples) push(values, (tuple as Tuple)['@']);
  return values;
}

/** A list that is not a sequence stays a list anyway; it may be the input's own, so it is not marked. */
function keptSingleton(result: unknown): unknown {
  const kept =
    isList(result) && result.cons === true && result.sequence !== true ? sequenceOf(result) : result;
  if (isSequence(kept)) kept.keepSingleton = true;
  return kept;
}

function stepThrough({ run, sort, stages }: Step, input: List, frame: Frame, isLast: boolean): unknown {
  if (sort !== null) return stages.reduce<unknown>((value, stage) => stage(value, frame), sort(input, frame));
  const results: unknown[] = [];
  for (const item of steppedThrough(input)) {
    let result = run(item, frame);
    for (const stage of stages) result = stage(result, frame);
    if (result !== undefined) push(results, result);
  }
  return collected(results, isLast);
}

/** What a list at the beginning of a path came to may be no list any more: of a text, its characters are gone through. */
const steppedThrough = (input: unknown): readonly unknown[] => {
  if (isList(input)) return input;
  return typeof input === 'string' ? input.split('') : [];
};
