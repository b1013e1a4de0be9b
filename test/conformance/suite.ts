import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { compileJsonata } from '../../engine/jsonata/compile-jsonata.ts';
import type { Limits } from '../../engine/jsonata/meter.ts';

/** One case of a suite in the format of JSONata's own: what an expression yields, or the code of its error. */
export interface SuiteCase {
  readonly group: string;
  readonly case: string;
  readonly expr: string;
  readonly data?: unknown;
  /** A name in datasets.json, instead of `data`; null: no input. */
  readonly dataset?: string | null;
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly undefinedResult?: boolean;
  readonly code?: string;
  readonly token?: string;
  readonly error?: { readonly code: string; readonly token?: string; readonly position?: number };
  readonly timelimit?: number;
  readonly unordered?: boolean;
}

export interface Suite {
  readonly cases: readonly SuiteCase[];
  readonly datasets: Readonly<Record<string, unknown>>;
}

export type Verdict =
  | { readonly kind: 'passed'; readonly way: 'source' | 'closures' }
  /** The case tests the time box of an evaluator that was bounded by the clock. */
  | { readonly kind: 'time-box' }
  | { readonly kind: 'failed'; readonly expected: string; readonly found: string };

/** The folder has `cases.jsonl`, a case a line, and `datasets.json`. */
export function readSuite(folder: string): Suite {
  const lines = readFileSync(path.join(folder, 'cases.jsonl'), 'utf8').split('\n');
  const cases = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as SuiteCase);
  const datasets = JSON.parse(readFileSync(path.join(folder, 'datasets.json'), 'utf8')) as Suite['datasets'];
  return { cases, datasets };
}

/** Bounds that no case comes near, but one that runs for ever. */
const LIMITS: Limits = {
  steps: 100_000_000,
  depth: 2_000,
  sequence: 20_000_000,
  size: 1_000_000_000,
  valueDepth: 1_000,
  picture: 100_000,
};
/** What the old evaluator's test harness threw where its time or stack was up. */
const TIME_BOX = 'U1001';
const NOW = Date.UTC(2026, 10, 23);

export function judge(entry: SuiteCase, { datasets }: Suite): Verdict {
  const expected = expectedOf(entry);
  if ('code' in expected && expected.code === TIME_BOX) return { kind: 'time-box' };
  const input = typeof entry.dataset === 'string' ? datasets[entry.dataset] : entry.data;
  const { found, way } = outcomeOf(entry.expr, structuredClone(input), entry.bindings ?? {});
  const isRight =
    'code' in expected
      ? 'code' in found &&
        Object.entries(expected).every(([key, value]) => isDeepStrictEqual(found[key], value))
      : !('code' in found) && isSame(found.value, expected.value, entry.unordered === true);
  if (isRight) return { kind: 'passed', way };
  return { kind: 'failed', expected: JSON.stringify(expected), found: JSON.stringify(found) };
}

type Outcome = { readonly value: unknown } | ({ readonly code: unknown } & Readonly<Record<string, unknown>>);

function expectedOf({ error, code, token, undefinedResult, result }: SuiteCase): Outcome {
  if (error !== undefined) return error;
  if (code !== undefined) return { code, ...(token === undefined ? {} : { token }) };
  return { value: undefinedResult === true ? undefined : result };
}

function outcomeOf(expr: string, input: unknown, bindings: Readonly<Record<string, unknown>>) {
  let way: 'source' | 'closures' = 'closures';
  try {
    const compiled = compileJsonata(expr, { variables: Object.keys(bindings), limits: LIMITS });
    way = compiled.way.kind;
    return { found: { value: plain(compiled.evaluate(input, bindings, NOW)) } satisfies Outcome, way };
  } catch (error) {
    const details = error as Error & Readonly<Record<string, unknown>>;
    const found = Object.assign({ message: details.message }, details, {
      code: details.code ?? String(details),
    });
    return { found, way };
  }
}

/** Without the marks on lists, and with a function as the suite writes one: as an empty text. */
const plain = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : typeof value === 'function'
      ? ''
      : (JSON.parse(
          JSON.stringify(value, (_, member: unknown) => (typeof member === 'function' ? '' : member)),
        ) as unknown);

function isSame(found: unknown, expected: unknown, isUnordered: boolean): boolean {
  if (!isUnordered || !Array.isArray(found) || !Array.isArray(expected))
    return isDeepStrictEqual(found, expected);
  const sorted = (list: readonly unknown[]): readonly string[] =>
    list.map((item) => JSON.stringify(item)).sort();
  return isDeepStrictEqual(sorted(found), sorted(expected));
}
