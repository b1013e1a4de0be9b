import { compileJsonata, type Jsonata } from '../../engine/jsonata/compile-jsonata.ts';
import { LIMITS } from '../../engine/jsonata/meter.ts';
import { NATIVES } from '../../engine/jsonata/functions/natives.ts';
import { DEFECTS } from './defects.ts';
import { errorOutcome, isSame, NOW, Oracle, valueOutcome, type Bindings, type Outcome } from './oracle.ts';

/** More than the library needs for anything that is drawn; what goes beyond is left out and counted. */
const WIDE = { ...LIMITS, steps: 2_000_000, depth: 600 };
const BOUNDS: ReadonlySet<string> = new Set(['steps', 'size', 'depth', 'picture', 'regex', 'D1011', 'D2015']);
const NAMES = [...NATIVES.keys()];

const library = new Oracle([]);
const mended = DEFECTS.map((defect) => ({ defect, oracle: new Oracle([defect]) }));
const allMended = new Oracle(DEFECTS);
/** As it is, the library would not come back from these. */
const LOSES = /(?=[^]*[?][?:])(?=[^]*(?:\/|\)<))/;

export type Comparison =
  | { readonly kind: 'same'; readonly outcome: Outcome['kind'] }
  | { readonly kind: 'bounded' }
  | { readonly kind: 'defect'; readonly names: readonly string[] }
  | { readonly kind: 'different'; readonly ours: Outcome; readonly theirs: Outcome };

const NOTHING = valueOutcome(undefined);

/** Evaluates an expression here and by the library. */
export async function compare(source: string, input: unknown, bindings: Bindings = {}): Promise<Comparison> {
  const [ours = NOTHING, generated = ours] = evaluateOurs(source, input, bindings);
  if (!isSame(ours, generated)) return { kind: 'different', ours: generated, theirs: ours };
  if (ours.kind === 'error' && BOUNDS.has(ours.code)) return { kind: 'bounded' };
  const isLost = LOSES.test(source);
  const theirs = isLost ? ours : await library.evaluate(source, input, NAMES, bindings);
  if (!isLost && isSame(ours, theirs)) return { kind: 'same', outcome: ours.kind };
  if (!isLost) {
    for (const { defect, oracle } of mended) {
      if (isSame(ours, await oracle.evaluate(source, input, NAMES, bindings)))
        return { kind: 'defect', names: [defect.name] };
    }
  }
  const all = await allMended.evaluate(source, input, NAMES, bindings);
  if (isSame(ours, all))
    return isLost ? { kind: 'same', outcome: ours.kind } : { kind: 'defect', names: ['several'] };
  return { kind: 'different', ours, theirs: isLost ? all : theirs };
}

/** The expression compiled last: one is evaluated on several inputs. */
let last: { readonly key: string; readonly ways: readonly Jsonata[] } | null = null;

/** As closures; and as generated source, where there is some: both are to come to the same. */
function evaluateOurs(source: string, input: unknown, bindings: Bindings): readonly Outcome[] {
  try {
    const variables = Object.keys(bindings);
    const key = [source, ...variables].join('\n');
    if (last?.key !== key) {
      const options = { limits: WIDE, variables };
      const compiled = compileJsonata(source, options);
      const closures = compileJsonata(source, { ...options, generates: false });
      last = { key, ways: compiled.way.kind === 'source' ? [closures, compiled] : [closures] };
    }
    return last.ways.map((way) => evaluated(way, frozen(input), frozen(bindings) as Bindings));
  } catch (error) {
    return [errorOutcome(error)];
  }
}

function evaluated(way: Jsonata, input: unknown, bindings: Bindings): Outcome {
  try {
    return valueOutcome(way.evaluate(input, bindings, NOW));
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('call stack')) {
      // The library's own way to write a large number in Roman letters; anything else would be an unbounded recursion of ours.
      if (error.stack?.includes('decimalToRoman') !== true) throw error;
      return { kind: 'error', code: 'D1011', token: null, position: null, message: null };
    }
    return errorOutcome(error);
  }
}

/** What is frozen cannot be written to unseen. */
function frozen(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
