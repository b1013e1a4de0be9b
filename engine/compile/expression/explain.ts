import type { Evaluation, Explanation, Operand } from '../../domain/expression.ts';
import type { Json } from '../../domain/json.ts';
import type { Place } from '../../domain/place.ts';
import type { Choice } from './branches.ts';
import { allParts, type Part } from './parts.ts';
import { plainResult } from './result.ts';
import type { Trace } from './trace.ts';

/** An expression as it is written. */
export interface Writing {
  readonly source: string;
  readonly root: Part;
  readonly choices: readonly Choice[];
  readonly placeAt: (offset: number) => Place;
}

const SHOWN: ReadonlySet<Part['kind']> = new Set([
  'path',
  'wildcard',
  'variable',
  'call',
  'operation',
  'apply',
]);

/** What a person wants to see of an evaluation, from what was seen of it. */
export function explanationOf(writing: Writing, trace: Trace, evaluation: Evaluation): Explanation {
  const missing = evaluation.kind === 'nothing' ? missingIn(writing, trace) : [];
  return {
    evaluation,
    operands: operandsIn(writing, trace),
    taken: trace.taken(writing.choices),
    missing: missing.map(({ start, end }) => operand(writing, start, end, null)),
  };
}

/**
 * The parts that were evaluated in the expression's own context, each before what it is a part of. What stands in
 * predicates and functions has no single value, and a name in there does not mean what it says elsewhere.
 */
function operandsIn(writing: Writing, trace: Trace): readonly Operand[] {
  const operands = new Map<string, Operand>();
  const visit = (part: Part): void => {
    for (const below of part.operands) visit(below);
    if (!SHOWN.has(part.kind) || !trace.wasEvaluated(part)) return;
    const value = shown(trace.resultOf(part));
    if (value === undefined) return;
    const shownOperand = operand(writing, part.start, part.end, value);
    const identity = JSON.stringify([shownOperand.text, value]);
    if (!operands.has(identity)) operands.set(identity, shownOperand);
  };
  visit(writing.root);
  return [...operands.values()];
}

/** Undefined for what is no value, like a function. */
function shown(result: unknown): Json | undefined {
  try {
    return result === undefined ? null : plainResult(result);
  } catch {
    return undefined;
  }
}

type Extent = Pick<Part, 'start' | 'end'>;

/** Why the whole yields nothing: follows what came to nothing down to where nothing below it did. */
function missingIn({ source, root }: Writing, trace: Trace): readonly Extent[] {
  const seen = new Set<Part>();
  const causes = (part: Part): readonly Extent[] => {
    if (seen.has(part)) return [part];
    seen.add(part);
    const below = wanting(part);
    return below.length === 0 ? [part] : below;
  };
  const causesAmong = (parts: readonly Part[]): readonly Extent[] =>
    parts.filter((part) => trace.isMissing(part)).flatMap(causes);

  const wanting = (part: Part): readonly Extent[] => {
    switch (part.kind) {
      case 'path':
        return [wantingStep(part, trace)];
      case 'variable':
        return causesAmong(boundTo(part));
      case 'condition':
        // Of the sides, only the one taken was evaluated.
        return causesAmong(part.operands.slice(1));
      case 'block':
        return causesAmong(part.operands.slice(-1));
      default:
        return causesAmong(part.operands);
    }
  };

  /** The value that a variable got, where there is only one that it can have. */
  const boundTo = (variable: Part): readonly Part[] => {
    const name = source.slice(variable.start, variable.bareEnd);
    const binds = [...allParts(root)].filter(({ kind, inner: [target] }) => {
      return kind === 'bind' && target !== undefined && source.slice(target.start, target.end) === name;
    });
    return binds.length === 1 ? (binds[0]?.operands ?? []) : [];
  };
  return causes(root);
}

/** Of a path, as far as its values went: up to the first step that yielded nothing, or whose predicate left nothing. */
function wantingStep(path: Part, trace: Trace): Extent {
  const { start } = path;
  // A text is the name of a field only within a path.
  if (path.operands[0]?.kind === 'literal') return path;
  let before: Part['steps'][number] | null = null;
  for (const step of path.steps) {
    if (step.position === 0) continue;
    // Not come to: what was before it was taken away by its predicate, or is a list without anything in it.
    if (!trace.wasStepped(step.position) && before !== null && before.end > before.bareEnd) {
      return { start, end: before.end };
    }
    if (!trace.hasYielded(step.position)) return { start, end: step.bareEnd };
    before = step;
  }
  return path;
}

function operand({ source, placeAt }: Writing, start: number, end: number, value: Json | null): Operand {
  return { text: source.slice(start, end), place: placeAt(start), value };
}
