import type { Evidence, Finding, Oracle } from '../evidence.ts';
import { changedOnly } from './changed-only.ts';
import { closedIsClosed } from './closed-is-closed.ts';
import { convergence } from './convergence.ts';
import { deleteAfterCommit } from './delete-after-commit.ts';
import { filesOnce } from './files-once.ts';
import { laneOrder } from './lane-order.ts';
import { loud } from './loud.ts';
import { noEcho } from './no-echo.ts';
import { notesOnce } from './notes-once.ts';
import { oneAnswer } from './one-answer.ts';
import { oneCreate } from './one-create.ts';
import { patience } from './patience.ts';

/** One for each invariant. */
export const ORACLES: readonly Oracle[] = [
  oneCreate,
  changedOnly,
  notesOnce,
  filesOnce,
  oneAnswer,
  laneOrder,
  noEcho,
  deleteAfterCommit,
  patience,
  convergence,
  closedIsClosed,
  loud,
];

/** Everything that ought not to be, by every oracle. */
export async function findingsOf(evidence: Evidence): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const oracle of ORACLES) {
    for (const found of await oracle.check(evidence)) findings.push({ oracle: oracle.name, ...found });
  }
  return findings;
}
