import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import vm from 'node:vm';

/** What an expression came to. */
export type Outcome =
  | { readonly kind: 'value'; readonly text: string }
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly token: unknown;
      readonly position: unknown;
      readonly message: unknown;
    };

/** A defect of the library: what is replaced in its text to mend it, and nothing else. */
export interface Defect {
  readonly name: string;
  readonly replacements: readonly (readonly [string, string])[];
}

/** Values of variables by their names, without `$`. */
export type Bindings = Readonly<Record<string, unknown>>;

type Library = (
  source: string,
  options?: { readonly timeout: number },
) => { evaluate(input: unknown, bindings?: Bindings): Promise<unknown> };

const PATH = createRequire(import.meta.url).resolve('jsonata');
const TEXT = readFileSync(PATH, 'utf8');

/** The instant at which time stands still for every evaluation. */
export const NOW = Date.UTC(2026, 10, 23);
const STANDING_STILL: readonly (readonly [string, string])[] = [
  ['timestamp = new Date();', `timestamp = new Date(${NOW});`],
];

/** The library with parts of its text replaced. `noted` is a function that those may call. */
export function loadLibrary(
  replacements: readonly (readonly [string, string])[],
  noted: (...given: never[]) => unknown = () => undefined,
): Library {
  let text = TEXT;
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`The library does not hold: ${from}`);
    text = text.replaceAll(from, () => to);
  }
  const module = { exports: {} as unknown };
  const load = vm.runInThisContext(`(function (module, exports, noted) {${text}\n})`) as (
    ...given: unknown[]
  ) => void;
  load(module, module.exports, noted);
  return module.exports as Library;
}

/** What the library is given before it counts as one that never comes back (D1012). */
const TIMEOUT_MS = 20_000;

/** The library, as it is or with defects mended. */
export class Oracle {
  readonly #library: Library;
  /** The expression read last: one is evaluated on several inputs. */
  #last: { readonly source: string; readonly compiled: ReturnType<Library> } | null = null;
  /** The library notes on its own functions where they were called last, for all time. */
  #natives: Promise<Record<string, unknown>[]> | null = null;

  constructor(mended: readonly Defect[]) {
    this.#library = loadLibrary([...STANDING_STILL, ...mended.flatMap(({ replacements }) => replacements)]);
  }

  async evaluate(
    source: string,
    input: unknown,
    natives: readonly string[],
    bindings: Bindings = {},
  ): Promise<Outcome> {
    this.#natives ??= Promise.all(
      natives.map(async (name) => (await this.#library(`$${name}`).evaluate({})) as Record<string, unknown>),
    );
    for (const native of await this.#natives) {
      delete native.token;
      delete native.position;
    }
    try {
      if (this.#last?.source !== source)
        this.#last = { source, compiled: this.#library(source, { timeout: TIMEOUT_MS }) };
      return valueOutcome(
        await this.#last.compiled.evaluate(structuredClone(input), structuredClone(bindings)),
      );
    } catch (error) {
      return errorOutcome(error);
    }
  }
}

/** Two values are the same if they are written the same. Functions are not told apart. */
export function valueOutcome(value: unknown): Outcome {
  return { kind: 'value', text: written(value, 0) };
}

function written(value: unknown, depth: number): string {
  if (depth > 60) return '…';
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => written(item, depth + 1)).join(',')}]`;
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) return 'function';
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${written(member, depth + 1)}`,
  );
  return `{${members.join(',')}}`;
}

export function errorOutcome(error: unknown): Outcome {
  const { code, token, position, message, value, value2 } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as Readonly<Record<string, unknown>>;
  // What breaks without a code breaks by chance: where it says it did is of no use.
  if (typeof code !== 'string')
    return { kind: 'error', code: 'broken', token: null, position: null, message: null };
  // Of a function, the library writes its program.
  const isSaid = !written([value, value2], 0).includes('function');
  return {
    kind: 'error',
    code,
    token: token ?? null,
    position: position ?? null,
    message: isSaid ? message : null,
  };
}

export const isSame = (one: Outcome, other: Outcome): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
