import jsonata from 'jsonata';
import { EXPRESSION_PICTURE_LENGTH_MAX, EXPRESSION_SIZE_MAX } from '../../domain/limits.ts';
import { ExpressionFailure, tooLarge } from './failure.ts';
import { FUNCTION_NAMES } from './functions.ts';
import type { Meter } from './meter.ts';

/** A function of the library, as its evaluator wants it. */
interface Native {
  readonly _jsonata_function: true;
  readonly implementation: Implementation;
  readonly signature?: unknown;
}
type Implementation = (this: jsonata.Focus, ...given: unknown[]) => unknown;

/** The name, which no expression can write, under which an evaluation finds its meter. */
export const METER = '!meter';

export const meterOf = (environment: jsonata.Environment): Meter => environment.lookup(METER) as Meter;

/** Characters and values handed to a function that cost as much as one step. */
const WEIGHT_PER_STEP = 100;

const weightOf = (value: unknown): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : 0;

/** What some functions would make of their arguments at once, before anybody could weigh it. */
const FORESEEN: Readonly<Record<string, (...given: readonly unknown[]) => number>> = {
  pad: (_, width) => (typeof width === 'number' ? Math.abs(width) : 0),
  join: (parts, separator) => weightOf(parts) * weightOf(separator),
};

/** Work that grows faster than what the function is given: each value is compared with each other one. */
const LABOUR: Readonly<Record<string, (weight: number, first: unknown) => number>> = {
  distinct: (weight, first) => weight * weightOf(first),
};

/** Arguments that are pictures of a number or date. */
const PICTURE_AT: Readonly<Record<string, number>> = {
  formatNumber: 1,
  formatInteger: 1,
  parseInteger: 1,
  fromMillis: 1,
  toMillis: 1,
};

/** The library's functions, each kept within the bounds of the evaluation that calls it. */
export const METERED_FUNCTIONS: ReadonlyMap<string, unknown> = new Map(
  [...(await libraryFunctions())].map(([name, native]) => [name, metered(name, native)]),
);

async function libraryFunctions(): Promise<ReadonlyMap<string, Native>> {
  const functions = new Map<string, Native>();
  for (const name of FUNCTION_NAMES) {
    const found: unknown = await jsonata(`$${name}`).evaluate({});
    // The project's own are not the library's.
    if (found !== undefined) functions.set(name, found as Native);
  }
  return functions;
}

function metered(name: string, { implementation, ...rest }: Native): Native {
  const bounded: Implementation = function (...given) {
    const meter = meterOf(this.environment);
    const weight = given.reduce<number>((sum, argument) => sum + meter.weigh(argument), 0);
    meter.step(Math.ceil((LABOUR[name]?.(weight, given[0]) ?? weight) / WEIGHT_PER_STEP));
    if ((FORESEEN[name]?.(...given) ?? 0) > EXPRESSION_SIZE_MAX) throw tooLarge();
    const picture = given[PICTURE_AT[name] ?? Infinity];
    if (weightOf(picture) > EXPRESSION_PICTURE_LENGTH_MAX) {
      const message = `the picture for $${name} has more than ${EXPRESSION_PICTURE_LENGTH_MAX} characters`;
      throw new ExpressionFailure('picture', message);
    }
    return implementation.apply(this, given);
  };
  // The library reads from a function's own text how its arguments are called, and how many there are.
  Object.defineProperties(bounded, {
    length: { value: implementation.length },
    toString: { value: () => implementation.toString() },
  });
  return { ...rest, implementation: bounded };
}
