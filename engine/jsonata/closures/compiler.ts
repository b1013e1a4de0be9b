import { settled } from '../list.ts';
import { meter } from '../meter.ts';
import { NATIVE_VALUES } from '../functions/natives.ts';
import { Thunk, type Callable } from '../callable.ts';
import type { Run } from '../run.ts';
import { allNodes, type TreeNode } from '../tree.ts';
import { compileApply } from './apply-operator.ts';
import { compileBinary } from './binary.ts';
import { compileCall } from './call.ts';
import { compileDescendants, compileName, compileVariable, compileWildcard } from './reading.ts';
import { compileFilter } from './filter.ts';
import { compileBind, compileBlock, compileCondition } from './flow.ts';
import { compileGroup } from './group.ts';
import { compileLambda } from './lambda.ts';
import { compilePartial } from './partial.ts';
import { compilePath } from './path.ts';
import { compileRegex, type RegexEngine } from './regex.ts';
import { compileTransform } from './transform.ts';
import { compileUnary } from './unary.ts';

/** Is told each part as its evaluation begins and ends; `result` is what it came to before single values are unwrapped. */
export interface Tracer {
  entered(node: TreeNode): void;
  left(node: TreeNode, result: unknown): void;
}

/** Functions by their names. */
export type Functions = Readonly<Record<string, (...given: unknown[]) => unknown>>;

export interface CompilerOptions {
  /** Names of the variables that evaluations will bring. */
  readonly variables: readonly string[];
  /** Functions besides those of the language. Default: none. */
  readonly functions?: Functions;
  readonly regexEngine: RegexEngine;
  /** Null: nothing is traced, and costs nothing. */
  readonly tracer: (() => Tracer | null) | null;
  /** Whether what is around it may have given other meanings to any names. Default: no. */
  readonly mayRebind?: boolean;
}

/** Parts whose result is never a sequence of its own making: what they hand on was settled before. */
const SETTLED: ReadonlySet<string> = new Set([
  'string',
  'number',
  'value',
  'regex',
  'lambda',
  'partial',
  'transform',
]);

const CALLING_BACK: ReadonlySet<string> = new Set(
  'map filter single reduce each sift sort match contains replace split'.split(' '),
);

/** Makes closures of a syntax tree: all of the language, exactly as the library evaluates it, without its waiting. */
export class Compiler {
  readonly regexEngine: RegexEngine;
  readonly #tracer: (() => Tracer | null) | null;
  /** Names that may mean something else than the function of the language; null: any name. */
  readonly #rebound: ReadonlySet<string> | null;
  readonly #mayRebind: boolean;
  /** Names that the expression binds. */
  readonly #bound: ReadonlySet<string>;
  readonly #functions: Functions;
  /** How often each name of a variable is written. */
  readonly #uses = new Map<string, number>();
  readonly #handedAround: ReadonlySet<string>;
  /** Levels of parts around the one that is compiled, within its function. */
  #level = 0;
  #levelMax = 0;

  constructor(
    tree: TreeNode,
    { variables, functions = {}, regexEngine, tracer, mayRebind = false }: CompilerOptions,
  ) {
    this.regexEngine = regexEngine;
    this.#tracer = tracer;
    const nodes = [...allNodes(tree)];
    this.#bound = new Set(nodes.flatMap(namesBoundBy));
    this.#functions = functions;
    // What `$eval` runs may bind any name.
    this.#mayRebind = mayRebind || nodes.some(isEval);
    const brought = [...variables, ...Object.keys(functions)];
    this.#rebound = this.#mayRebind ? null : new Set([...brought, ...this.#bound]);
    const called = new Set(nodes.map((node) => (node.type === 'function' ? node.procedure : undefined)));
    const values = nodes.filter((node) => node.type === 'variable' && !called.has(node));
    this.#handedAround = new Set(values.map(({ value }) => String(value)));
    for (const { type, value } of nodes) {
      if (type === 'variable') this.#uses.set(String(value), (this.#uses.get(String(value)) ?? 0) + 1);
    }
  }

  /** Levels of parts within each other. */
  get nesting(): number {
    return this.#levelMax;
  }

  get level(): number {
    return this.#level;
  }

  /** `isTail`: what it yields is what the function around it yields, so that a call may be left to whoever called that. */
  compile(node: TreeNode, isTail = false): Run {
    this.#level++;
    this.#levelMax = Math.max(this.#levelMax, this.#level);
    const filters = (node.predicate ?? []).map((filter) => compileFilter(filter, this));
    const group = node.type === 'path' || node.group === undefined ? null : compileGroup(node.group, this);
    const isRefined = filters.length > 0 || group !== null || node.keepArray === true;
    let run = this.#part(node, isTail && !isRefined);
    for (const filter of filters) run = then(run, filter);
    if (group !== null) run = then(run, group);
    this.#level--;
    if (this.#tracer !== null) run = traced(node, run, this.#tracer);
    return SETTLED.has(node.type) && !isRefined ? run : settling(run, node.keepArray === true);
  }

  get isTracing(): boolean {
    return this.#tracer !== null;
  }

  /** Compiles what begins anew: the body of a function. */
  compileBody(node: TreeNode): Run {
    const level = this.#level;
    this.#level = 0;
    const run = this.compile(node, true);
    this.#level = level;
    return run;
  }

  /** The function of the language that a name certainly stands for. */
  nativeNamed(name: string): Callable | undefined {
    return this.#rebound === null || this.#rebound.has(name) ? undefined : NATIVE_VALUES.get(name);
  }

  /**
   * Whether a call of a function of the language is always the last one of it when it fails, so that where that was need not
   * be remembered: unless it is handed around, or calls what may call it again.
   */
  isLastCall(name: string): boolean {
    return !this.#handedAround.has(name) && (!CALLING_BACK.has(name) || this.#uses.get(name) === 1);
  }

  /** The function handed in that a name certainly stands for. */
  handedIn(name: string): ((...given: unknown[]) => unknown) | undefined {
    return this.#mayRebind || this.#bound.has(name) || !Object.hasOwn(this.#functions, name)
      ? undefined
      : this.#functions[name];
  }

  /** Whether a part needs a frame for variables of its own. */
  bindsWithin(node: TreeNode): boolean {
    return this.#rebound === null || [...allNodes(node)].some(({ type }) => type === 'bind');
  }

  #part(node: TreeNode, isTail: boolean): Run {
    switch (node.type) {
      case 'path':
        return compilePath(node, this);
      case 'binary':
        return compileBinary(node, this);
      case 'unary':
        return compileUnary(node, this);
      case 'name':
        return compileName(node);
      case 'string':
      case 'number':
      case 'value': {
        const { value } = node;
        return () => value;
      }
      case 'wildcard':
        return compileWildcard();
      case 'descendant':
        return compileDescendants();
      case 'parent': {
        const label = node.slot?.label ?? '';
        return (_, frame) => frame.lookup(label);
      }
      case 'condition':
        return compileCondition(node, this, isTail);
      case 'block':
        return compileBlock(node, this, isTail);
      case 'bind':
        return compileBind(node, this);
      case 'regex':
        return compileRegex(node, this.regexEngine);
      case 'function':
        return compileCall(node, this);
      case 'variable':
        return compileVariable(node, this);
      case 'lambda':
        return compileLambda(node, this, isTail);
      case 'partial':
        return compilePartial(node, this);
      case 'apply':
        return compileApply(node, this);
      case 'transform':
        return compileTransform(node, this);
      default:
        return () => undefined;
    }
  }
}

const then =
  (first: Run, second: (value: unknown, frame: Parameters<Run>[1]) => unknown): Run =>
  (input, frame) =>
    second(first(input, frame), frame);

const settling =
  (run: Run, keepsArray: boolean): Run =>
  (input, frame) => {
    const result = run(input, frame);
    return typeof result === 'object' ? settled(result, keepsArray) : result;
  };

const traced =
  (node: TreeNode, run: Run, tracer: () => Tracer | null): Run =>
  (input, frame) => {
    meter.step();
    const trace = tracer();
    trace?.entered(node);
    const result = run(input, frame);
    // A call that is left to somebody else comes to nothing here.
    if (!(result instanceof Thunk)) trace?.left(node, result);
    return result;
  };

/** Variables that `:=`, parameters, `@` and `#` bring in. */
function namesBoundBy(node: TreeNode): readonly string[] {
  const names: string[] = [];
  if (node.type === 'bind') names.push(String((node.lhs as TreeNode).value));
  if (node.type === 'lambda') names.push(...(node.arguments ?? []).map(({ value }) => String(value)));
  if (node.focus !== undefined) names.push(node.focus);
  if (node.index !== undefined) names.push(node.index);
  for (const stage of node.stages ?? []) if (stage.type === 'index') names.push(String(stage.value));
  return names;
}

const isEval = ({ type, value }: TreeNode): boolean => type === 'variable' && value === 'eval';
