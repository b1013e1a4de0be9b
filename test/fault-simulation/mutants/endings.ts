import { minutes } from '../../../engine/domain/instant.ts';
import { QUIET, REOPENED } from './focuses.ts';
import type { Mutant } from './mutant.ts';

/** Resolved, closed, kept, and in the place of another. */
export const ENDINGS_MUTANTS: readonly Mutant[] = [
  {
    name: 'closing without resolving',
    because: 'closed says more than resolved',
    file: 'engine/plan/plan-outbound.ts',
    find: `        ...(isResolved
          ? []`,
    replace: `        ...(isResolved || agreed !== 'never'
          ? []`,
    focus: QUIET,
  },
  {
    name: 'a ticket re-opened there is closed as if it were resolved',
    because: 'ours has been resolved all the time',
    file: 'engine/runtime/open-again.ts',
    find: `        lane: withState(lane, { reopenedThere: true }),`,
    replace: `        lane: withState(lane, {}),`,
    focus: { contract: 'globex', tickets: 25, actionsPerTicket: 30, activeMs: minutes(15) },
  },
  {
    name: 'a replaced ticket does not say what it had to say',
    because: 'the new one has what the provider says, and that is what counts now',
    file: 'engine/runtime/apply-message.ts',
    find: `    if (await hasUnsentComments(contract, tx, ready, now)) return { kind: 'speak-first', lane: ready };`,
    replace: ``,
    focus: REOPENED,
  },
  {
    name: 'a replaced ticket names itself',
    because: 'both have the same title, so who would notice',
    file: 'engine/runtime/open-again.ts',
    find: `{ [onOld]: number }`,
    replace: `{ [onOld]: ticket.number }`,
    focus: REOPENED,
  },
  {
    name: 'a replaced ticket keeps its number',
    because: 'whose number it was can be told from it later',
    file: 'engine/runtime/open-again.ts',
    find: `  await tx.itsm.setProviderNumber(ticket.key, null, now);`,
    replace: ``,
    focus: REOPENED,
  },
  {
    name: 'comments after the close',
    because: 'the status is the most important change',
    file: 'engine/plan/plan-outbound.ts',
    find: `  const actions = inOrder(first, inOrder(notesGoOn, endings));`,
    replace: `  const actions = inOrder(endings, inOrder(first, notesGoOn));`,
    focus: { tickets: 20, actionsPerTicket: 16 },
  },
  {
    name: 'what ends a ticket does not wait for its files',
    because: 'the file is on its way already',
    file: 'engine/plan/plan-outbound.ts',
    find: `  if (first.length === 0 && awaited.length > 0) {`,
    replace: `  if (first.length === 0 && awaited.length > 99) {`,
    focus: { contract: 'acme', rates: { 'lost request': 0.2 }, actionsPerTicket: 16 },
  },
  {
    name: 'fields within a resolution',
    because: 'one call less',
    file: 'engine/plan/plan-outbound.ts',
    find: `[ending('resolve', 'resolved', closeNotes, 'the ticket is resolved')]`,
    replace: `[ending('resolve', 'resolved', closeNotes, 'the ticket is resolved')].map(
        (resolution) => ({ ...resolution, fields: { ...changedFields(shadow, wanted), status, closeNotes } }) as Action,
      )`,
    focus: QUIET,
  },
  {
    name: 'closed ticket written to',
    because: 'the provider says no if it does not want it',
    file: 'engine/plan/plan-outbound.ts',
    find: `  const ended = hasEnded(agreed) ? agreed : lane.state.endedThere;`,
    replace: `  const ended = agreed === 'cancelled' ? agreed : lane.state.endedThere;`,
    focus: QUIET,
  },
  {
    name: 'substitutes forgotten',
    because: 'the refused value may be welcome the next time',
    file: 'engine/plan/plan-outbound.ts',
    find: `  const wanted = substitute(mapped.payload, lane.state.substitutes);
  const status = wanted.status;`,
    replace: `  const wanted = mapped.payload;
  const status = wanted.status;`,
    focus: { unknownGroup: true, tickets: 2, actionsPerTicket: 4, activeMs: minutes(3), latencyMsMax: 4000 },
  },
  {
    name: 'kept internal said again and again',
    because: 'the provider has changed it, so it is told again',
    file: 'engine/plan/plan-outbound.ts',
    find: `    if (lane.state.keptInternal || isDone(wanted.status)) return [];`,
    replace: `    if (isDone(wanted.status)) return [];`,
    focus: QUIET,
  },
];
