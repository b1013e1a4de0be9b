import type { Chance } from './chance.ts';
import { compare, type Comparison } from './compare.ts';
import { Grammar, textOf, type Phrase } from './grammar.ts';
import { drawInput } from './inputs.ts';
import type { Bindings } from './oracle.ts';

/** An expression that was drawn, the values of its variables, and inputs for it, one after the other. */
export interface Drawn {
  readonly phrase: Phrase;
  readonly bindings: Bindings;
  readonly input: () => unknown;
}

export interface Finding {
  readonly source: string;
  readonly input: string;
  readonly bindings: Bindings;
  readonly comparison: Extract<Comparison, { kind: 'different' }>;
}

export interface Totals {
  evaluations: number;
  values: number;
  errors: number;
  bounded: number;
  readonly defects: Map<string, number>;
  readonly findings: Finding[];
}

/** Inputs that one expression is evaluated on. */
const INPUTS_EACH = 8;
const DEPTH_MAX = 4;
const FINDINGS_MAX = 10;

/** Draws expressions of the grammar, and what looks like tickets for them. */
export function drawing(draw: Chance): () => Drawn {
  const grammar = new Grammar(draw);
  return () => ({
    phrase: grammar.expression(1 + draw.below(DEPTH_MAX)),
    bindings: {},
    input: () => drawInput(draw),
  });
}

/** Compares so many evaluations with the library's. */
export async function fuzz(
  evaluations: number,
  draw: () => Drawn,
  seen: (totals: Totals) => void = () => undefined,
): Promise<Totals> {
  const totals: Totals = {
    evaluations: 0,
    values: 0,
    errors: 0,
    bounded: 0,
    defects: new Map(),
    findings: [],
  };
  while (totals.evaluations < evaluations && totals.findings.length < FINDINGS_MAX) {
    const drawn = draw();
    for (let count = 0; count < INPUTS_EACH; count++) {
      const input = drawn.input();
      totals.evaluations++;
      const comparison = await compare(textOf(drawn.phrase), input, drawn.bindings);
      if (comparison.kind === 'same') totals[comparison.outcome === 'value' ? 'values' : 'errors']++;
      else if (comparison.kind === 'bounded') totals.bounded++;
      else if (comparison.kind === 'defect') {
        for (const name of comparison.names) totals.defects.set(name, (totals.defects.get(name) ?? 0) + 1);
      } else {
        totals.findings.push(await shrink(drawn, input, comparison));
        break;
      }
    }
    seen(totals);
  }
  return totals;
}

/** A smaller expression from which the library never comes back says nothing of the one that was drawn. */
const isTelling = (found: Comparison): found is Finding['comparison'] =>
  found.kind === 'different' && !(found.theirs.kind === 'error' && found.theirs.code === 'D1012');

/** The smallest expression, of those with smaller parts in the place of larger ones, that still differs; then the input. */
async function shrink(
  { phrase, bindings }: Drawn,
  input: unknown,
  first: Finding['comparison'],
): Promise<Finding> {
  let [smallest, given, comparison] = [phrase, input, first];
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const smaller of smallerThan(smallest)) {
      const found = await compare(textOf(smaller), given, bindings);
      if (!isTelling(found) || textOf(smaller).length >= textOf(smallest).length) continue;
      [smallest, comparison, isSmaller] = [smaller, found, true];
      break;
    }
    for (const smaller of isSmaller ? [] : smallerInputs(given)) {
      const found = await compare(textOf(smallest), smaller, bindings);
      if (!isTelling(found)) continue;
      [given, comparison, isSmaller] = [smaller, found, true];
      break;
    }
  }
  return { source: textOf(smallest), input: JSON.stringify(given), bindings, comparison };
}

function* smallerThan(phrase: Phrase): Generator<Phrase> {
  for (const [index, part] of phrase.parts.entries()) {
    if (typeof part === 'string') continue;
    yield part;
    const instead = (replacement: Phrase): Phrase => ({ parts: phrase.parts.with(index, replacement) });
    for (const text of ['1', 'a', '$x', '[]', ''])
      if (textOf(part) !== text) yield instead({ parts: [text] });
    for (const smaller of smallerThan(part)) yield instead(smaller);
  }
}

function* smallerInputs(input: unknown): Generator {
  if (typeof input !== 'object' || input === null) return;
  if (Array.isArray(input)) {
    for (const [index, item] of input.entries()) {
      yield input.toSpliced(index, 1);
      for (const smaller of smallerInputs(item)) yield input.with(index, smaller);
    }
    return;
  }
  for (const [key, member] of Object.entries(input)) {
    yield Object.fromEntries(Object.entries(input).filter(([name]) => name !== key));
    for (const smaller of smallerInputs(member)) yield { ...input, [key]: smaller };
  }
}
