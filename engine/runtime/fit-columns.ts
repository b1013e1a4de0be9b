import type { Contract, FieldRule } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { KeptTexts } from '../domain/kept-text.ts';
import type { Lane } from '../domain/lane.ts';
import { fitRow, type FittedRow } from '../map/fit-column.ts';
import { goesOn } from '../wire/fit-text.ts';
import { parkOn } from './park.ts';
import type { Transaction } from './ports.ts';
import { withState } from './step.ts';
import { OWN_NAME } from './tell-in-comment.ts';
import { commentRules, insertComment } from './write-comment.ts';

/** The row as its columns take it. Throws ParkLane where the contract says that it is not to be made to fit. */
export function fitColumns(rules: Iterable<FieldRule>, fields: JsonObject): FittedRow {
  const fitted = fitRow(rules, fields);
  parkOn(fitted.faults);
  return fitted;
}

/** The lane that knows what is missing in what was just written. */
export function withKept(lane: Lane, { fields, kept }: FittedRow): Lane {
  const before = Object.entries(lane.state.kept).filter(([field]) => !(field in fields));
  return withState(lane, { kept: { ...Object.fromEntries(before), ...kept } });
}

/**
 * Writes the rests of texts that go on in a comment; those that were told so before are not told again. Returns what was done
 * to make them fit.
 */
export async function tellRests(
  contract: Contract,
  tx: Transaction,
  lane: Lane,
  before: KeptTexts,
  { kept }: FittedRow,
  now: Instant,
): Promise<readonly string[]> {
  const rules = commentRules(contract, lane);
  const reasons: string[] = [];
  for (const [field, { stored, rest }] of Object.entries(kept)) {
    if (rules === null || rest === null || !goesOn(stored)) continue;
    const earlier = before[field]?.rest ?? null;
    if (earlier === rest) continue;
    const opening = earlier === null ? `[${field} goes on:]` : `[${field} has changed; it goes on:]`;
    const notes = {
      type: 'comments',
      id: '',
      body: `${opening}\n${rest}`,
      commenter: OWN_NAME,
      commenterEmail: '',
    };
    reasons.push(...(await insertComment(tx, lane, rules, notes, null, now)));
  }
  return reasons;
}

/** A summary, and what was done to make texts fit. */
export const withReasons = (summary: string, ...reasons: (readonly string[])[]): string =>
  [summary, ...reasons.flat()].join('; ');
