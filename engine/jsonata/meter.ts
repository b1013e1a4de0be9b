import {
  EXPRESSION_DEPTH_MAX,
  EXPRESSION_PICTURE_LENGTH_MAX,
  EXPRESSION_SEQUENCE_MAX,
  EXPRESSION_SIZE_MAX,
  EXPRESSION_STEPS_MAX,
  EXPRESSION_VALUE_DEPTH_MAX,
} from '../domain/limits.ts';
import { BoundReached, JsonataError } from './failure.ts';

/** What one evaluation may use up. */
export interface Limits {
  /** Parts evaluated, and 100 characters or values handed to a function or made by it. */
  readonly steps: number;
  /** Levels of calls and constructs within each other, beyond those that the expression is written with. */
  readonly depth: number;
  /** Values in a list. */
  readonly sequence: number;
  /** Characters, values and keys of any value. */
  readonly size: number;
  /** Levels of nesting of such a value. */
  readonly valueDepth: number;
  /** Characters of a picture of a number or date. */
  readonly picture: number;
}

export const LIMITS: Limits = {
  steps: EXPRESSION_STEPS_MAX,
  depth: EXPRESSION_DEPTH_MAX,
  sequence: EXPRESSION_SEQUENCE_MAX,
  size: EXPRESSION_SIZE_MAX,
  valueDepth: EXPRESSION_VALUE_DEPTH_MAX,
  picture: EXPRESSION_PICTURE_LENGTH_MAX,
};

/** Characters, values and keys, and levels of nesting. What occurs twice counts twice. */
interface Size {
  readonly weight: number;
  readonly depth: number;
}

/** Where a function was called, and by which name. */
export interface Mark {
  readonly token: unknown;
  readonly position: number | undefined;
}

const SCALAR: Size = { weight: 1, depth: 0 };
/** While it is being weighed: what is found within itself never ends. */
const ENDLESS: Size = { weight: Infinity, depth: Infinity };
/** Characters and values that cost as much as one step. */
const WEIGHT_PER_STEP = 100;

/** What the evaluation under way has used up: the same expression on the same input always the same. */
class Meter {
  limits = LIMITS;
  /** The instant at which time stands still, in milliseconds. */
  now = 0;
  #steps = 0;
  #depth = 0;
  #depthMax = 0;
  #sizes: WeakMap<object, Size> | null = null;
  #marks: WeakMap<object, Mark> | null = null;

  /** Measures one evaluation. Evaluations are synchronous, so there is one at a time; one within another counts for itself. */
  during<Result>(limits: Limits, nesting: number, now: number, evaluate: () => Result): Result {
    const outer = {
      limits: this.limits,
      now: this.now,
      steps: this.#steps,
      depth: this.#depth,
      depthMax: this.#depthMax,
      sizes: this.#sizes,
      marks: this.#marks,
    };
    this.limits = limits;
    this.now = now;
    this.#steps = 0;
    this.#depth = 0;
    this.#depthMax = limits.depth + nesting;
    this.#sizes = null;
    this.#marks = null;
    try {
      return evaluate();
    } finally {
      this.limits = outer.limits;
      this.now = outer.now;
      this.#steps = outer.steps;
      this.#depth = outer.depth;
      this.#depthMax = outer.depthMax;
      this.#sizes = outer.sizes;
      this.#marks = outer.marks;
    }
  }

  /** Remembers where a function was called last, as the library does: its errors are said to be there. */
  mark(callee: object, mark: Mark): void {
    this.#marks ??= new WeakMap();
    this.#marks.set(callee, mark);
  }

  markOf(callee: object): Mark | undefined {
    return this.#marks?.get(callee);
  }

  /** Counts work that begins. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > this.limits.steps) throw tooManySteps(this.limits.steps);
  }

  /** Counts what a function goes through or has made. */
  work(weight: number): void {
    this.step(Math.ceil(weight / WEIGHT_PER_STEP));
  }

  /** A call made so many levels below the one around it. */
  enter(levels: number): void {
    this.#depth += levels;
    if (this.#depth > this.#depthMax) throw new JsonataError('D1011', { value: this.limits.depth });
  }

  leave(levels: number): void {
    this.#depth -= levels;
  }

  /** A value was changed in place: what was known of sizes holds no longer. */
  forget(): void {
    this.#sizes = null;
  }

  /** Goes into a value that is nested so many levels deep in another. */
  descend(level: number): void {
    if (level > this.limits.valueDepth) throw tooDeep(this.limits.valueDepth);
  }

  /** How much there is of a value. Throws where it is more than an expression may have at any time. */
  weigh(value: unknown): number {
    if (typeof value === 'string') return this.#kept(value.length + 1);
    if (typeof value !== 'object' || value === null) return 1;
    const { weight, depth } = this.#sizeOf(value, 0);
    this.descend(depth);
    return this.#kept(weight);
  }

  #kept(weight: number): number {
    if (weight > this.limits.size) throw tooLarge(this.limits.size);
    return weight;
  }

  #sizeOf(value: unknown, level: number): Size {
    if (typeof value === 'string') return { weight: value.length + 1, depth: 0 };
    if (typeof value !== 'object' || value === null) return SCALAR;
    this.#sizes ??= new WeakMap();
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    this.descend(level);
    this.#sizes.set(value, ENDLESS);
    if (Array.isArray(value) && value.length > this.limits.sequence) {
      throw new JsonataError('D2015', { value: value.length });
    }
    let weight = 1;
    let depth = 0;
    const count = (member: unknown): void => {
      const size = this.#sizeOf(member, level + 1);
      weight += size.weight;
      depth = Math.max(depth, size.depth + 1);
      if (weight > this.limits.size) throw tooLarge(this.limits.size);
    };
    if (Array.isArray(value)) value.forEach(count);
    else {
      for (const [key, member] of Object.entries(value)) {
        weight += key.length;
        count(member);
      }
    }
    const size = { weight, depth };
    this.#sizes.set(value, size);
    return size;
  }
}

export const meter = new Meter();

const tooManySteps = (steps: number): BoundReached =>
  new BoundReached('steps', `it took more than ${steps} steps; let it do less, or look at fewer values`);

export const tooLarge = (size: number): BoundReached =>
  new BoundReached(
    'size',
    `a value in it has more than ${size} characters and values; take a part of it, for example with $substring`,
  );

const tooDeep = (levels: number): BoundReached =>
  new BoundReached('depth', `a value in it is nested more than ${levels} levels deep`);
