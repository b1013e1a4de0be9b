import { DELETED } from './focuses.ts';
import type { Mutant } from './mutant.ts';

/** What changed here is found, and what is gone. */
export const DETECTION_MUTANTS: readonly Mutant[] = [
  {
    name: 'cursor without overlap',
    because: 'everything before the cursor was seen',
    file: 'engine/runtime/detect.ts',
    find: ` - source.overlapMs;`,
    replace: `;`,
    focus: { rates: { 'late commit': 0.4 } },
  },
  {
    name: 'the cursor passes the second of the last row',
    because: 'rows of that second were read',
    file: 'engine/runtime/detect.ts',
    find: ` - source.overlapMs;`,
    replace: ` + 1000;`,
    focus: { rates: { 'late commit': 0.4 } },
  },
  {
    name: 'a ticket is not looked at once more',
    because: 'a row that was seen with this date is seen',
    file: 'engine/runtime/detect.ts',
    find: `now + source.settleMs, now + source.overlapMs);`,
    replace: `now + source.settleMs, null);`,
    focus: { rates: { 'late commit': 0.8 } },
  },
  {
    name: 'a deleted ticket is forgotten',
    because: 'what is not there has nothing to say',
    file: 'engine/runtime/detect-deleted.ts',
    find: `if (missing.has(clientTicket)) await`,
    replace: `if (missing.has(clientTicket) && last < id) await`,
    focus: DELETED,
  },
  {
    name: 'a deleted ticket is cancelled again and again',
    because: 'it is still gone',
    file: 'engine/plan/plan-deleted.ts',
    find: `if ((hasEnded(fields.status) && !isDoubtful) || lane.state.endedThere !== null)`,
    replace: `if (lane.state.endedThere !== null)`,
    focus: DELETED,
  },
  {
    name: 'a file of a deleted ticket is fetched',
    because: 'a file is not a word about the ticket',
    file: 'engine/runtime/apply-message.ts',
    find: `    case 'attach': {
      const gone = await goneRule(runtime, tx, lane);`,
    replace: `    case 'attach': {
      const gone = null as string | null;`,
    focus: DELETED,
  },
  {
    name: 'a create in doubt is settled by its row alone',
    because: 'where there is no row there is nothing to link',
    file: 'engine/runtime/gone-ticket.ts',
    find: `contract.outbound.deleted !== null && state.intent?.kind === 'create';`,
    replace: `contract.outbound.deleted !== null && state.intent?.kind === 'create' && state.link === 'unlinked';`,
    focus: { ...DELETED, rates: { 'lost answer': 0.45 }, returnNumber: 'never' },
  },
];
