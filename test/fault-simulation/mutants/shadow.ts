import { UNANSWERED, CROSSING, REOPENED } from './focuses.ts';
import type { Mutant } from './mutant.ts';

/** What both sides agree on, and what goes out of it. */
export const SHADOW_MUTANTS: readonly Mutant[] = [
  {
    name: 'shadow moved whole',
    because: 'the message is applied, so both sides have what the row says',
    file: 'engine/plan/move-shadow.ts',
    find: `  const fields: { [field in UpdateField]?: string } = { ...shadow.fields };`,
    replace: `  const fields: { [field in UpdateField]?: string } = { ...shadow.fields, ...after };`,
    focus: CROSSING,
  },
  {
    name: 'shadow not moved by a message',
    because: 'only our own calls are what we agreed to',
    file: 'engine/runtime/write-update.ts',
    find: `withState(moved(after.payload, restsOf(after.shortened)), {`,
    replace: `withState(lane, {`,
  },
  {
    name: 'unsure ignored',
    because: 'the value is the same as the one that was agreed',
    file: 'engine/plan/changed-fields.ts',
    find: `=> (is !== was || isUnsure(shadow, field) ? is : undefined);`,
    replace: `=> (is !== was ? is : undefined);`,
    focus: UNANSWERED,
  },
  {
    name: 'everything is sent',
    because: 'an update with all fields cannot miss one',
    file: 'engine/plan/changed-fields.ts',
    find: `  return changed;`,
    replace: `  const { status, closeNotes, ...all } = now;
  return Object.keys(changed).length > 0 ? { ...all, ...changed } : changed;`,
  },
  {
    name: 'nothing is unsure before a call',
    because: 'the answer will tell',
    file: 'engine/plan/move-shadow.ts',
    find: `    unsure: union(shadow.unsure, names),
    sent`,
    replace: `    unsure: shadow.unsure,
    sent`,
    focus: UNANSWERED,
  },
  {
    name: 'a message that crosses our call is newer',
    because: 'it arrives later',
    file: 'engine/plan/move-shadow.ts',
    find: `if (sent === undefined || sentAt > sent.to) return 'newer';`,
    replace: `if (sent === undefined || sentAt >= sent.from) return 'newer';`,
    focus: { rates: { 'late effect': 0.6 }, latencyMsMax: 5000, actionsPerTicket: 30 },
  },
  {
    name: 'an ending in doubt',
    because: 'a closing crosses our calls as any other change does',
    file: 'engine/plan/move-shadow.ts',
    find: `    if (field === 'status' && ended !== null) {`,
    replace: `    if (field === 'status' && ended === 'never') {`,
    focus: {
      rates: { 'slow network': 0.2, 'too many requests': 0.3, 'bridge unreachable': 0.2 },
      latencyMsMax: 1500,
    },
  },
  {
    name: 'an update without an answer counts as sent',
    because: 'nearly always it has arrived',
    file: 'engine/runtime/confirm-outcome.ts',
    find: `export const doubtful = (lane: Lane, intent: Intent): Lane =>
  withState(lane, intent.kind === 'create' ? { link: 'unknown' } : {});`,
    replace: `export const doubtful = (lane: Lane, intent: Intent): Lane =>
  withState(lane, intent.kind === 'create' ? { link: 'unknown' } : intent.kind === 'update' ? { intent: null, shadow: confirmCall(lane.state.shadow, intent.fields, { from: intent.at, to: intent.at }) } : {});`,
    focus: UNANSWERED,
  },
  {
    name: 'what was sent to an ended ticket counts as later than its end',
    because: 'it was sent later',
    file: 'engine/plan/settle-conflict.ts',
    find: `  const sentSince = !ended && fields`,
    replace: `  const sentSince = fields`,
    focus: { ...REOPENED, actionsPerTicket: 20, rates: { 'slow network': 0.4 } },
  },
];
