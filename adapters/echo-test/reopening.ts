import type { ReopenPolicy } from '../../engine/domain/contract.ts';
import { hasEnded, isDone } from '../../engine/domain/payload.ts';
import { reopening } from '../../engine/runtime/open-again.ts';
import type { Echo } from './report.ts';
import { lanesOf, type Side } from './sides.ts';

/** What the contract says of the scratch ticket's re-opening, by its type; null: it is not done, so nothing re-opens it. */
export async function policyThere(far: Side): Promise<ReopenPolicy | null> {
  const lane = (await lanesOf(far)).at(-1);
  return lane !== undefined && isDone(lane.state.shadow.fields.status)
    ? reopening(far.runtime.contract, lane)
    : null;
}

/** The provider said that the ticket is closed: it takes nothing more, not even that it is open again. */
export async function hasEndedThere(far: Side): Promise<boolean> {
  const lane = (await lanesOf(far)).at(-1);
  return hasEnded(lane?.state.shadow.fields.status);
}

/** What came of the re-opening is what the contract says. */
export function isByPolicy(
  policy: ReopenPolicy,
  { outcome, rule }: Pick<NonNullable<Echo['came']>, 'outcome' | 'rule'>,
): boolean {
  switch (policy) {
    case 'reopen':
      return outcome === 'applied' && rule === null;
    case 'new-ticket':
    case 'comments-only':
      return (
        outcome === (policy === 'new-ticket' ? 'applied' : 'dropped') &&
        rule?.startsWith(`reopen: ${policy} (`) === true
      );
  }
}

const WORDS = {
  reopen: 'the scratch ticket is re-opened',
  'new-ticket': 'another scratch ticket takes its place',
  'comments-only': 'the Update is dropped, the comments are taken',
} as const satisfies Record<ReopenPolicy, string>;

export const policyText = (policy: ReopenPolicy): string =>
  `the contract's word for a re-opened ticket of this type is ${policy}: ${WORDS[policy]}`;
