import jsonata from 'jsonata';
import { native, type Callable, type Native } from '../callable.ts';
import { nativeValue } from '../apply.ts';
import { createSequence } from '../list.ts';
import { meter } from '../meter.ts';
import type { Signature } from '../signature.ts';
import { each, filter, map, reduce, sift, single, sort } from './higher-order.ts';
import { contains, match, replace, split } from './matching.ts';

/** Functions that the library has; `now`, `millis` and `eval` are made elsewhere. */
const NAMES =
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match ' +
  'contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power ' +
  'random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert ' +
  'type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl ' +
  'toMillis fromMillis clone';

/** As the library's evaluator has it. */
interface LibraryFunction {
  readonly implementation: (this: Focus, ...given: unknown[]) => unknown;
  readonly signature?: Signature;
}

/** What the library's functions need of an evaluation. */
interface Focus {
  readonly createSequence: () => unknown[];
  readonly options: { readonly sequence: number };
  readonly environment: { readonly timestamp: Date };
}

const FOCUS: Focus = {
  createSequence: (...given: unknown[]) => {
    const sequence = createSequence();
    sequence.push(...given);
    return sequence;
  },
  get options() {
    return meter.limits;
  },
  environment: {
    get timestamp() {
      return new Date(meter.now);
    },
  },
};

/** The library's own wait for what they call back: these do not. */
const SYNCHRONOUS: Readonly<Record<string, unknown>> = {
  map,
  filter,
  single,
  reduce,
  each,
  sift,
  sort,
  contains,
  match,
  replace,
  split,
};

/** The functions of the language: the library's own implementations wherever they do not wait. */
export const NATIVES: ReadonlyMap<string, Native> = new Map(await Promise.all(NAMES.split(' ').map(named)));

async function named(name: string): Promise<readonly [string, Native]> {
  const { implementation, signature } = (await jsonata(`$${name}`).evaluate({})) as LibraryFunction;
  const run = (SYNCHRONOUS[name] ?? implementation) as LibraryFunction['implementation'];
  const parameters = parametersOf(implementation);
  return [name, native(name, parameters, signature, (given) => Reflect.apply(run, FOCUS, given))];
}

/** By the function's own text, as the library reads them for partial application. */
export function parametersOf(implementation: (...given: never[]) => unknown): readonly string[] {
  const [, listed = ''] = /\(([^)]*)\)/.exec(implementation.toString()) ?? [];
  return listed.split(',').map((parameter) => parameter.trim());
}

/** The same as values that an expression can hand around. */
export const NATIVE_VALUES: ReadonlyMap<string, Callable> = new Map(
  [...NATIVES].map(([name, of]) => [name, nativeValue(of)]),
);

/** `$now(picture?, zone?)` and `$millis()`, with time standing still. */
export function clockOf(now: number): Readonly<Record<'now' | 'millis', Callable>> {
  const shown = NATIVES.get('fromMillis');
  return {
    now: nativeValue(
      native('now', ['picture', 'timezone'], NOW_SIGNATURE, ([picture, timezone], around) =>
        shown?.implementation([now, picture, timezone], around),
      ),
    ),
    millis: nativeValue(native('millis', [''], MILLIS_SIGNATURE, () => now)),
  };
}

async function signatureOf(source: string): Promise<Signature | undefined> {
  return ((await jsonata(source).evaluate({})) as LibraryFunction).signature;
}

const NOW_SIGNATURE = await signatureOf('$now');
const MILLIS_SIGNATURE = await signatureOf('$millis');
export const EVAL_SIGNATURE = await signatureOf('$eval');
export const TRANSFORM_SIGNATURE = await signatureOf('|a|{}|');
