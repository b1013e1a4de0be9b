import {
  EXPRESSION_SEQUENCE_MAX,
  EXPRESSION_SIZE_MAX,
  EXPRESSION_STEPS_MAX,
  EXPRESSION_VALUE_DEPTH_MAX,
} from '../../domain/limits.ts';
import { ExpressionFailure, tooLarge } from './failure.ts';

/** Characters, values and keys, and levels of nesting. What occurs twice counts twice. */
interface Size {
  readonly weight: number;
  readonly depth: number;
}

const SCALAR: Size = { weight: 1, depth: 0 };
/** While it is being weighed: what is found within itself never ends. */
const ENDLESS: Size = { weight: Infinity, depth: Infinity };

/**
 * What one evaluation uses up: the same expression on the same input always the same, however busy the machine is.
 * The library's own clock only stands behind it.
 */
export class Meter {
  #steps = 0;
  #isOver = false;
  readonly #sizes = new WeakMap<object, Size>();

  /** Counts work that begins. The library does some things side by side: once one failed, the others end here too. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#isOver) throw new ExpressionFailure('over', 'another part of the expression failed');
    if (this.#steps <= EXPRESSION_STEPS_MAX) return;
    throw new ExpressionFailure(
      'steps',
      `it took more than ${EXPRESSION_STEPS_MAX} steps; let it do less, or look at fewer values`,
    );
  }

  end(): void {
    this.#isOver = true;
  }

  /** How much there is of a value. Throws where it is more than an expression may have at any time. */
  weigh(value: unknown): number {
    const { weight, depth } = this.#sizeOf(value, 0);
    if (weight > EXPRESSION_SIZE_MAX) throw tooLarge();
    if (depth > EXPRESSION_VALUE_DEPTH_MAX) throw tooDeep();
    return weight;
  }

  #sizeOf(value: unknown, level: number): Size {
    if (typeof value === 'string') return { weight: value.length + 1, depth: 0 };
    if (typeof value !== 'object' || value === null || isCallable(value)) return SCALAR;
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    if (level > EXPRESSION_VALUE_DEPTH_MAX) throw tooDeep();
    this.#sizes.set(value, ENDLESS);
    if (Array.isArray(value) && value.length > EXPRESSION_SEQUENCE_MAX) {
      throw new ExpressionFailure('D2015', 'too long');
    }
    let weight = 1;
    let depth = 0;
    for (const [key, member] of Object.entries(value)) {
      const size = this.#sizeOf(member, level + 1);
      weight += size.weight + (Array.isArray(value) ? 0 : key.length);
      depth = Math.max(depth, size.depth + 1);
      if (weight > EXPRESSION_SIZE_MAX) throw tooLarge();
    }
    const size = { weight, depth };
    this.#sizes.set(value, size);
    return size;
  }
}

/** The library's own functions and lambdas are marked objects. */
export const isCallable = (value: object): boolean =>
  '_jsonata_function' in value || '_jsonata_lambda' in value;

const tooDeep = (): ExpressionFailure =>
  new ExpressionFailure(
    'depth',
    `a value in it is nested more than ${EXPRESSION_VALUE_DEPTH_MAX} levels deep`,
  );
