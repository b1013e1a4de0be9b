import type { Contract, FieldRule } from '../../engine/domain/contract.ts';
import type { Limit, Observer, SeenEvaluation, SeenField } from '../../engine/domain/observation.ts';
import { isTrue } from '../../engine/map/condition.ts';
import { asText } from '../../engine/map/field.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import {
  appendKey,
  branchKey,
  conditionKey,
  COVERAGE_KINDS,
  coverageItems,
  AFTER_CLOSED_KEY,
  DELETED_KEY,
  entryKey,
  fieldRules,
  filledKey,
  limitKey,
  otherwiseKey,
  reopenKey,
  type CoverageItem,
  type CoverageKind,
  type Direction,
} from './coverage-items.ts';
import { fieldKey } from './recorder.ts';
import { decidingRules, reopenPolicies } from './what-decided.ts';

/** How much of a contract its tests have met. */
export interface CoverageReport {
  readonly kinds: readonly { readonly kind: CoverageKind; readonly met: number; readonly total: number }[];
  /** In the order of the files. */
  readonly missed: readonly CoverageItem[];
  readonly met: number;
  readonly total: number;
  /** Whole, rounded down: 100 only if nothing is missed. */
  readonly percent: number;
}

/** Counts what was met, over all tests of one contract. Only what was really evaluated counts, in whichever test. */
export class Coverage implements Observer {
  readonly #items: readonly CoverageItem[];
  readonly #directions: ReadonlyMap<string, Direction>;
  readonly #met = new Set<string>();

  constructor(contract: Contract) {
    this.#items = coverageItems(contract);
    this.#directions = new Map(fieldRules(contract).map(([rule, direction]) => [fieldKey(rule), direction]));
  }

  evaluated({ expression, explanation }: SeenEvaluation): void {
    const { evaluation, taken } = explanation;
    for (const branch of taken) this.#met.add(branchKey(branch));
    if (evaluation.kind === 'failed') return;
    const value = evaluation.kind === 'value' ? evaluation.value : null;
    // What the expression is, a condition or the value of a line, its place says: only one of the keys is asked for.
    this.#met.add(conditionKey(expression, isTrue(value)));
    const text = value === null ? null : asText(value);
    this.#met.add(appendKey(expression, text !== null && text.trim() !== ''));
  }

  filled({ rule, from, entry }: SeenField): void {
    if (from === 'expression' || from === 'entry' || from === 'otherwise')
      this.#met.add(filledKey(rule, 'filled'));
    if (from === 'default') this.#met.add(filledKey(rule, 'default'));
    if (from === 'left-out') this.#met.add(filledKey(rule, 'left out'));
    if (from === 'otherwise' && rule.table !== null) this.#met.add(otherwiseKey(rule.table));
    const direction = this.#directions.get(fieldKey(rule));
    if (entry !== null && direction !== undefined) this.#met.add(entryKey(entry, direction));
  }

  limited(rule: FieldRule, by: Limit): void {
    this.#met.add(limitKey(rule, by));
  }

  /** What a whole test shows, and no single evaluation. */
  played(rehearsal: Rehearsal): void {
    for (const policy of reopenPolicies(rehearsal)) this.#met.add(reopenKey(policy));
    const decided = decidingRules(rehearsal);
    for (const key of [DELETED_KEY, AFTER_CLOSED_KEY]) if (decided.includes(key)) this.#met.add(key);
  }

  report(): CoverageReport {
    const isMet = ({ key }: CoverageItem): boolean => this.#met.has(key);
    const kinds = COVERAGE_KINDS.map((kind) => {
      const items = this.#items.filter((item) => item.kind === kind);
      return { kind, met: items.filter(isMet).length, total: items.length };
    }).filter(({ total }) => total > 0);
    const missed = this.#items.filter((item) => !isMet(item));
    const total = this.#items.length;
    const met = total - missed.length;
    return {
      kinds,
      missed: [...missed].sort(byPlace),
      met,
      total,
      percent: total === 0 ? 100 : Math.floor((100 * met) / total),
    };
  }
}

const byPlace = ({ place: a }: CoverageItem, { place: b }: CoverageItem): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
