import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { Json } from '../../engine/domain/json.ts';

/** What can go wrong between a client and the provider. */
export type Fault =
  /** The answer comes late; with `late`, so does the effect: a client that gave up finds it done later. */
  | { readonly kind: 'delay'; readonly ms: Milliseconds; readonly effect?: 'at-once' | 'late' }
  /** No effect and no answer. */
  | { readonly kind: 'drop-request'; readonly how?: Silence }
  /** The effect happens, the answer is lost. */
  | { readonly kind: 'drop-answer'; readonly how?: Silence }
  /** Another answer; the effect happens only with `effect: true`. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: Json;
      readonly retryAfterSeconds?: number;
      readonly effect?: boolean;
    };

/** The connection is reset (default), or stays open with nothing coming. */
export type Silence = 'reset' | 'hang';

export type FaultRule = Fault & {
  /** What it happens to; nothing given: every request. */
  readonly match?: {
    readonly method?: string;
    /** Part of the path as it came. */
    readonly path?: string;
    /** A regular expression on the path as it came. */
    readonly pathPattern?: string;
    /** The client's path segment. */
    readonly client?: string;
  };
  /** The first so many matching requests are let through. Default 0. */
  readonly skip?: number;
  /** How many matching requests it happens to after that. Default: all. */
  readonly times?: number;
};

interface Counted {
  readonly rule: FaultRule;
  readonly pattern: RegExp | null;
  matched: number;
}

/** The rules that are switched on. The first one whose turn it is decides; rules before it have counted the request. */
export class Faults {
  #rules: Counted[] = [];

  /** Throws a SyntaxError on a `pathPattern` that is no regular expression; then no rule is added. */
  add(rules: readonly FaultRule[]): void {
    const added = rules.map((rule) => {
      const pattern = rule.match?.pathPattern;
      return { rule, pattern: pattern === undefined ? null : new RegExp(pattern, 'u'), matched: 0 };
    });
    this.#rules.push(...added);
  }

  clear(): void {
    this.#rules = [];
  }

  /** With how often each has matched so far. */
  list(): readonly (FaultRule & { readonly matched: number })[] {
    return this.#rules.map(({ rule, matched }) => ({ ...rule, matched }));
  }

  /** What happens to this request. Counts, so ask once per request. */
  choose(request: { readonly method: string; readonly rawPath: string }): Fault | null {
    for (const counted of this.#rules) {
      if (!matches(counted, request)) continue;
      counted.matched += 1;
      const skip = counted.rule.skip ?? 0;
      const last = counted.rule.times === undefined ? Infinity : skip + counted.rule.times;
      if (counted.matched > skip && counted.matched <= last) return counted.rule;
    }
    return null;
  }
}

function matches(
  { rule, pattern }: Counted,
  request: { readonly method: string; readonly rawPath: string },
): boolean {
  const { method, path, client } = rule.match ?? {};
  return (
    (method === undefined || method === request.method) &&
    (path === undefined || request.rawPath.includes(path)) &&
    (pattern === null || pattern.test(request.rawPath)) &&
    (client === undefined || request.rawPath.split('/')[1] === client)
  );
}
