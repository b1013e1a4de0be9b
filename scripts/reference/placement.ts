import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import { compileSample, SAMPLES, writtenIn, type CompiledSample } from './samples.ts';
import { resolve, valuesOf, type Schema } from './schema.ts';
import type { Path } from './sections.ts';

/** An example where it stands: a part of a file, with nothing but the way to it. */
export interface Placement {
  readonly fragment: Json;
  /** How many mappings and lists lead to the example. */
  readonly depth: number;
}

/** Why an example stands nowhere, for whoever wrote it. */
export interface Misplaced {
  readonly faults: readonly string[];
}

/**
 * Puts an example where it may be written, in one of the sample contracts, and compiles that. An example is good if
 * there is a place in a sample where nothing at all is said of it.
 */
export function placeExample(
  file: string,
  root: Schema,
  places: readonly Path[],
  value: Json,
): Placement | Misplaced {
  const asked = JSON.stringify([file, places, value]);
  const known = placed.get(asked);
  if (known !== undefined) return known;
  const found = findPlace(file, root, places, value);
  placed.set(asked, found);
  return found;
}

const placed = new Map<string, Placement | Misplaced>();

function findPlace(file: string, root: Schema, places: readonly Path[], value: Json): Placement | Misplaced {
  const faults = new Set<string>();
  for (const { compiled, fragment, depth } of placements(file, root, places, value)) {
    if (compiled.diagnostics.length === 0) return { fragment, depth };
    for (const { code, message } of compiled.diagnostics) faults.add(`${code} ${message}`);
  }
  return { faults: [...faults] };
}

export interface Placed extends Placement {
  readonly compiled: CompiledSample;
  /** The same sample with nothing written at that place. */
  readonly compileWithout: () => CompiledSample;
}

/** The sample contracts, with a value at each place where it may be written. */
export function* placements(
  file: string,
  root: Schema,
  places: readonly Path[],
  value: Json,
): Generator<Placed> {
  // What leads to the place stands in the sample, mostly; where it does not, the schema's examples lead there.
  for (const withExamples of [false, true]) {
    for (const sample of SAMPLES) {
      for (const path of places) {
        const written = writtenIn(sample, file);
        for (const { whole, without, fragment } of attempts(
          written,
          path,
          { schema: root, root, withExamples },
          value,
        )) {
          const compileWithout = (): CompiledSample => compileSample(sample, file, without);
          yield {
            fragment,
            depth: path.length,
            compiled: compileSample(sample, file, whole),
            compileWithout,
          };
        }
      }
    }
  }
}

/** What leads from the top to a place. */
interface Lead {
  readonly schema: Schema;
  readonly root: Schema;
  /** Beside what is written, also the mappings that the schema shows. */
  readonly withExamples: boolean;
}

interface Attempt {
  readonly whole: Json;
  /** The whole without the value; undefined keys are not written. */
  readonly without: Json | undefined;
  readonly fragment: Json;
}

/** The ways to write a value at a path: at each item of a list, under each name, in each mapping that could stand there. */
function* attempts(written: Json | undefined, path: Path, by: Lead, value: Json): Generator<Attempt> {
  const { schema, root, withExamples } = by;
  const [step, ...rest] = path;
  const resolved = resolve(schema, root);
  if (step === undefined) {
    yield { whole: value, without: undefined, fragment: value };
    if (isJsonObject(written) && isJsonObject(value))
      yield { whole: { ...written, ...value }, without: undefined, fragment: value };
  } else if (step === '[]') {
    const items: readonly (Json | undefined)[] = isList(written) ? written : withExamples ? [undefined] : [];
    for (const [at, item] of items.entries()) {
      const put = (inner: Json | undefined): Json => items.with(at, inner) as Json;
      for (const attempt of attempts(item, rest, { ...by, schema: resolved.items ?? {} }, value))
        yield {
          whole: put(attempt.whole),
          without: put(attempt.without),
          fragment: [attempt.fragment],
        };
    }
  } else {
    const shown = withExamples ? (resolved['x-examples'] ?? []).filter(isJsonObject) : [];
    const maps = [...(isJsonObject(written) ? [written] : []), ...shown, ...(withExamples ? [{}] : [])];
    const next = resolved.properties?.[step] ?? valuesOf(resolved) ?? {};
    for (const map of maps) {
      for (const name of step === '*' ? namesFor(value, [map, ...shown]) : [step]) {
        const put = (inner: Json | undefined): Json => ({ ...map, [name]: inner }) as Json;
        for (const attempt of attempts(map[name], rest, { ...by, schema: next }, value))
          yield {
            whole: put(attempt.whole),
            without: put(attempt.without),
            fragment: { [name]: attempt.fragment },
          };
      }
    }
  }
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** Names of the user's own under which a value could stand: first where an example has just this value. */
function namesFor(value: Json, maps: readonly JsonObject[]): ReadonlySet<string> {
  const entries = maps.flatMap((map) => Object.entries(map));
  const text = JSON.stringify(value);
  const same = entries.filter(([, other]) => JSON.stringify(other) === text);
  return new Set([...same, ...entries].map(([name]) => name));
}
