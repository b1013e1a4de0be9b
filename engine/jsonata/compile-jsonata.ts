import type { Way } from '../domain/expression.ts';
import type { Code, Program } from '../domain/program.ts';
import { nativeValue } from './apply.ts';
import { native } from './callable.ts';
import { Compiler, type Functions, type Tracer } from './closures/compiler.ts';
import type { RegexEngine } from './closures/regex.ts';
import { completed, JsonataError } from './failure.ts';
import { Frame } from './frame.ts';
import { clockOf, EVAL_SIGNATURE, NATIVE_VALUES } from './functions/natives.ts';
import { isList, isSequence, sequenceOf } from './list.ts';
import { LIMITS, meter, type Limits } from './meter.ts';
import { parseJsonata } from './parse.ts';
import type { Run } from './run.ts';
import { generate, write, type Generated } from './source/generate.ts';
import { allNodes, type TreeNode } from './tree.ts';

export interface JsonataOptions {
  /** Names, without `$`, of the variables that each evaluation brings. Default: none. */
  readonly variables?: readonly string[];
  /** Functions besides those of the language, by their names without `$`. They must not wait. Default: none. */
  readonly functions?: Functions;
  /** Default: those of engine/domain/limits.ts. */
  readonly limits?: Limits;
  /** Default: JavaScript's own. */
  readonly regexEngine?: RegexEngine;
  /** Whether source is generated where it can be. Default: yes. */
  readonly generates?: boolean;
}

/** What an evaluation brings by those names. */
export type Variables = Readonly<Record<string, unknown>>;

/** An expression, compiled once. An evaluation changes nothing of its input, and sees time stand still at `now` (milliseconds). */
export interface Jsonata {
  readonly tree: TreeNode;
  readonly way: Way;
  /** What it yields, possibly with marks on its lists; undefined: nothing. Throws an error with the code of JSONata or of a bound. */
  evaluate(input: unknown, variables: Variables, now: number): unknown;
  /** The same as a part of a program, which throws where `evaluate` is to be asked; null: it cannot be one. */
  written(program: Program): Code | null;
  /** The same, part by part told to a tracer. Slower. */
  trace(input: unknown, variables: Variables, now: number, tracer: Tracer): unknown;
}

/** Throws, where it cannot be read, what the library's parser throws: an object with a code and a position. */
export function compileJsonata(source: string, options: JsonataOptions = {}): Jsonata {
  const { variables = [], functions = {}, limits = LIMITS, regexEngine = RegExp, generates = true } = options;
  const tree = parseJsonata(source);
  const base = new Frame(NATIVE_FRAME, { eval: evalOf(variables, regexEngine), ...functions });
  const needsClock = [...allNodes(tree)].some(isClock);
  const rootOf = (input: unknown, given: Variables, now: number): Frame =>
    new Frame(needsClock ? new Frame(base, { ...clockOf(now) }) : base, { ...given, $: input });
  let tracer: Tracer | null = null;
  const closuresOf = (isTraced: boolean) => {
    const compiler = new Compiler(tree, {
      variables,
      functions,
      regexEngine,
      tracer: isTraced ? () => tracer : null,
    });
    const run = compiler.compile(tree);
    const { nesting } = compiler;
    return (input: unknown, given: Variables, now: number): unknown => {
      try {
        return meter.during(limits, nesting, now, () => run(whole(input), rootOf(input, given, now)));
      } catch (error) {
        throw completed(error);
      }
    };
  };
  const plain = lazily(() => closuresOf(false));
  const traced = lazily(() => closuresOf(true));
  const meanings = lazily(() => new Compiler(tree, { variables, functions, regexEngine, tracer: null }));
  const generated = lazily((): Generated =>
    generates ? generate(tree, meanings()) : { kind: 'unsupported', why: 'nothing is generated' },
  );
  let run: ((input: object) => unknown) | null | undefined;
  return {
    tree,
    get way(): Way {
      const made = generated();
      return made.kind === 'source' ? SOURCE : { kind: 'closures', why: made.why };
    },
    evaluate: (input, given, now) => {
      if (run === undefined) {
        const made = generated();
        run = made.kind === 'source' ? made.run : null;
      }
      if (run !== null && typeof input === 'object' && input !== null && !Array.isArray(input)) {
        try {
          return run(input);
        } catch {
          // Closures know the exact error, or go on where generated source does not.
        }
      }
      return plain()(input, given, now);
    },
    written: (program) => {
      // What cannot be written is told without leaving anything behind in the program.
      const code = generated().kind === 'source' ? write(tree, meanings(), program) : null;
      return code === null || 'why' in code ? null : code;
    },
    trace: (input, given, now, listener) => {
      const outer = tracer;
      tracer = listener;
      try {
        return traced()(input, given, now);
      } finally {
        tracer = outer;
      }
    },
  };
}

const SOURCE: Way = { kind: 'source' };

const NATIVE_FRAME = new Frame(null, Object.fromEntries(NATIVE_VALUES));

/** An input that is a list counts as one value. */
function whole(input: unknown): unknown {
  if (!isList(input) || isSequence(input)) return input;
  const wrapper = sequenceOf(input);
  wrapper.outerWrapper = true;
  return wrapper;
}

const isClock = ({ type, value }: TreeNode): boolean =>
  type === 'variable' && (value === 'now' || value === 'millis' || value === 'eval');

/** `$eval(source, context?)`: compiled anew each time. */
function evalOf(variables: readonly string[], regexEngine: RegexEngine) {
  const run = (
    source: string | undefined,
    context: unknown,
    around: { readonly input: unknown; readonly frame: Frame },
  ) => {
    if (source === undefined) return undefined;
    const part = failingAs('D3120', (): Run => {
      const tree = parseJsonata(source);
      return new Compiler(tree, { variables, regexEngine, tracer: null, mayRebind: true }).compile(tree);
    });
    const input = context === undefined ? around.input : whole(context);
    return failingAs('D3121', () => part(input, around.frame));
  };
  return nativeValue(
    native('eval', ['expr', 'focus'], EVAL_SIGNATURE, ([source, context], around) =>
      run(source as string | undefined, context, around),
    ),
  );
}

function failingAs<Result>(code: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const { message, code: own } = completed(error);
    // A bound stays one.
    if (typeof own === 'string' && !/^[STDU]\d{4}$/.test(own)) throw error;
    throw new JsonataError(code, { value: message });
  }
}

/** Makes something when it is first asked for. */
function lazily<Made>(make: () => Made): () => Made {
  let made: { readonly value: Made } | null = null;
  return () => (made ??= { value: make() }).value;
}
