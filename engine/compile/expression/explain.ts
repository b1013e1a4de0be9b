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

/** The parts that were evaluated, in their order. What says the same twice is said once. */
function operandsIn(writing: Writing, trace: Trace): readonly Operand[] {
  const operands: Operand[] = [];
  for (const { part, text, place } of shownParts(writing)) {
    if (!trace.wasEvaluated(part)) continue;
    const value = shown(trace.resultOf(part));
    if (value === undefined) continue;
    const isSame = (other: Operand): boolean =>
      other.text === text && JSON.stringify(other.value) === JSON.stringify(value);
    if (!operands.some(isSame)) operands.push({ text, place, value });
  }
  return operands;
}

/** A part with what does not change from one evaluation to the next. */
interface ShownPart extends Pick<Operand, 'text' | 'place'> {
  readonly part: Part;
}

/** By the expression's root. */
const allShown = new WeakMap<Part, readonly ShownPart[]>();

/**
 * The parts in the expression's own context, each before what it is a part of. What stands in predicates and functions has no
 * single value, and a name in there does not mean what it says elsewhere.
 */
function shownParts({ source, root, placeAt }: Writing): readonly ShownPart[] {
  const known = allShown.get(root);
  if (known !== undefined) return known;
  const parts: ShownPart[] = [];
  const visit = (part: Part): void => {
    for (const below of part.operands) visit(below);
    if (!SHOWN.has(part.kind)) return;
    parts.push({ part, text: source.slice(part.start, part.end), place: placeAt(part.start) });
  };
  visit(root);
  allShown.set(root, parts);
  return parts;
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
