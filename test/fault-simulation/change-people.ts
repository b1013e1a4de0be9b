import type { JsonObject } from '../../engine/domain/json.ts';
import {
  APPEARS_AT,
  CHANGE_STATES,
  CHANGE_TYPES,
  type ChangeType,
} from '../../engine/domain/provider-change.ts';
import type { Ticket, TicketComment } from '../../engine/domain/ticket.ts';
import { hasEnded, type ChangeResult, type DeskChangeUpdate } from '../../adapters/simulator/change-desk.ts';
import type { ProviderChange } from '../../adapters/simulator/provider-change.ts';
import type { Chance } from './chance.ts';
import type { Decided } from './history.ts';
import { dateOf, nextText, put, type Offered, type Subject } from './people.ts';
import type { World } from './world.ts';

/** What people on either side do with a change, in the words of rules/initech. The row here is made by the engine. */

const CLOSE_CODES = [
  'Successful',
  'Successful with issues',
  'Successful Outside Change Window',
  'Unsuccessful',
] as const;
const APPROVERS = ['change-manager@initech.example', 'payroll-owner@initech.example'] as const;
const BOARD = [
  { name: 'Change Manager', email: 'change-manager@initech.example' },
  { name: 'Owner of Payroll', email: 'payroll-owner@initech.example' },
  null,
] as const;

/** Somebody at the provider begins a draft. */
export function draftThere(
  world: World,
  subject: Subject,
  chance: Chance,
  type: ChangeType = chance.pick([...CHANGE_TYPES, 'Normal'] as const),
): void {
  const shortDescription = `${nextText(subject)} is to be changed`;
  subject.providerTicket = noteChange(world, 'begins a draft', () =>
    world.changes.draft({ type, shortDescription }),
  );
}

/** Somebody at the provider takes a change as it is one step on, or back. */
export function workOnChangeThere(world: World, subject: Subject, chance: Chance): void {
  const change = theirs(world, subject);
  if (change === null) return;
  const { changes } = world;
  const { ticketNumber: number, type, state } = change;
  const text = nextText(subject);
  const act = (words: string, does: () => ChangeResult) => (): void => void noteChange(world, words, does);
  const edit = act('edits', () => changes.update(number, editOf(chance, text)));
  const comment = act('comments', () =>
    changes.comment(number, {
      body: `d${subject.index % 40}.${(subject.comments += 1)}`,
      message: world.settings.leavesNumberOut ? { clientTicketNumber: '' } : {},
    }),
  );
  const appear = act('hands on', () => changes.update(number, { state: moved(APPEARS_AT[type]) }));
  const redraft = act('redrafts', () => changes.redraft(number));
  const cancel = act('cancels', () => changes.cancel(number, { closeNotes: `${text} was given up.` }));
  const close = act('closes', () =>
    changes.close(number, { closeCode: chance.pick(CLOSE_CODES), closeNotes: `${text} is done.` }),
  );
  if (state === 'New') {
    const isKnown = change.isAnnounced;
    // As far as it is no draft for others, but for its own type it is.
    const early = act('hands on too early', () => changes.update(number, { state: 'Assess' }));
    chance.weighted([
      [8, appear],
      [type === 'Normal' ? 0 : 3, early],
      [2, edit],
      [isKnown ? 1 : 0, comment],
      [isKnown ? 1 : 0, cancel],
    ])();
    return;
  }
  if (hasEnded(change)) {
    // A change that was cancelled is taken up again, in one step or two.
    chance.weighted([
      [2, comment],
      [state === 'Cancelled' ? 2 : 0, redraft],
      [state === 'Cancelled' ? 2 : 0, appear],
    ])();
    return;
  }
  const open = change.approvals.filter((one) => one.state === 'requested');
  const next = CHANGE_STATES[CHANGE_STATES.indexOf(state) + 1] ?? 'Review';
  chance.weighted([
    [4, edit],
    [4, comment],
    [
      change.approvals.length > 5 ? 0 : 5,
      act('asks', () => changes.requestApproval(number, { approverEmail: chance.pick(APPROVERS) })),
    ],
    [next === 'Closed' ? 0 : 4, act('moves', () => changes.update(number, { state: moved(next) }))],
    [open.length === 0 ? 0 : 1, act('asks no more', () => withdraw(world, change, chance))],
    [0.4, act('rejects', () => changes.update(number, { approval: 'rejected' }))],
    [2.5, redraft],
    [1, cancel],
    [next === 'Closed' ? 4 : 0.7, close],
  ])();
}

/** Somebody at the client works on the change that stands for the provider's now, if there is one. */
export async function workOnChangeHere(world: World, subject: Subject, chance: Chance): Promise<void> {
  const ticket = await world.ticketOf(subject);
  if (ticket === null) return;
  const rows = ticket.change?.approvals ?? [];
  const undecided = rows.filter(({ fields }) => fields.decision === 'open');
  const decided = rows.filter(({ fields }) => fields.decision !== 'open');
  const decide = (from: typeof rows, words: readonly Decided['decision'][]) => (): Promise<void> => {
    const row = chance.pick(from);
    const others = words.filter((word) => word !== row.fields.decision);
    return decideHere(world, subject, row.key, chance.pick(others), chance.pick(BOARD));
  };
  await chance.weighted<() => Promise<unknown>>([
    [undecided.length === 0 ? 0 : 9, decide(undecided, ['approved', 'approved', 'rejected'])],
    // Somebody thinks better of it.
    [decided.length === 0 ? 0 : 1.5, decide(decided, ['approved', 'rejected', 'open'])],
    [4, () => commentOnChange(world, subject, chance.is(0.75))],
    [1, () => changeChange(world, subject, { plan: `${nextText(subject)}: bring cake.` })],
  ])();
}

/** Somebody at the client decides on one approval. */
export async function decideHere(
  world: World,
  subject: Subject,
  key: string,
  decision: Decided['decision'],
  by: (typeof BOARD)[number],
): Promise<void> {
  const ticket = await world.ticketOf(subject);
  const row = ticket?.change?.approvals.find((one) => one.key === key);
  if (ticket?.change === undefined || row === undefined) return;
  const at = dateOf(world, subject);
  const fields = { decision, decided_by: by, reason: `${nextText(subject)} was seen.` };
  const approvals = ticket.change.approvals.map((one) =>
    one === row ? { ...row, fields: { ...row.fields, ...fields } } : one,
  );
  const said = { approval: row.approvalId ?? '', decision };
  await put(world, { ...ticket, change: { approvals } }, {}, at, false, null, said);
}

export async function commentOnChange(world: World, subject: Subject, travels: boolean): Promise<void> {
  const ticket = await world.ticketOf(subject);
  if (ticket === null) return;
  const at = dateOf(world, subject);
  const comment: TicketComment = {
    key: String(world.nextKey('comments of changes')),
    fields: {
      body: `c${subject.index % 40}.${(subject.comments += 1)}`,
      author: 'Change Manager',
      shared: travels,
    },
  };
  await put(world, { ...ticket, comments: [...ticket.comments, comment] }, {}, at, false, comment.key);
}

/** Somebody at the client gives fields of the change these values: they stay here. */
async function changeChange(world: World, subject: Subject, fields: JsonObject): Promise<void> {
  const ticket: Ticket | null = await world.ticketOf(subject);
  if (ticket === null) return;
  const at = dateOf(world, subject);
  await put(world, { ...ticket, fields: { ...ticket.fields, ...fields } }, fields, at, false, null);
}

function theirs(world: World, { providerTicket }: Subject): ProviderChange | null {
  return providerTicket === null ? null : (world.tenant.change(providerTicket) ?? null);
}

function withdraw({ changes }: World, change: ProviderChange, chance: Chance): ChangeResult {
  const open = change.approvals.filter((one) => one.state === 'requested');
  return changes.withdrawApproval(change.ticketNumber, chance.pick(open).approvalId);
}

/** A state that an update may move a change to. */
const moved = (state: string): NonNullable<DeskChangeUpdate['state']> =>
  state as NonNullable<DeskChangeUpdate['state']>;

function editOf(chance: Chance, text: string): DeskChangeUpdate {
  const day = String(chance.int(1, 28)).padStart(2, '0');
  return chance.weighted<() => DeskChangeUpdate>([
    [3, () => ({ shortDescription: `${text} is to be changed otherwise` })],
    [2, () => ({ risk: chance.pick(['Low', 'Moderate', 'High']) })],
    [2, () => ({ implementationPlan: `${text}: stop, patch, start.` })],
    [1, () => ({ backoutPlan: `${text}: put it back.`, description: `${text} in detail.` })],
    // Summer time ends there in the middle of it.
    [2, () => ({ startDate: `2026-11-${day} 05:30:00`, endDate: `2026-11-${day} 07:30:00` })],
    [1, () => ({ riskAssessment: chance.pick([text, { risk: text }, [{ question: text, answer: 'no' }]]) })],
  ])();
}

/** Notes what the desk did; returns the change's number. */
export function noteChange(
  world: World,
  words: string,
  does: () => ChangeResult,
  offered?: Offered,
): string | null {
  const happening = world.history.next();
  const result = does();
  if (result.kind === 'impossible') return null;
  const { change, message } = result;
  const messages = message === null ? [] : [message.id];
  if (message !== null && world.strikes('sender duplicate')) {
    const twin = world.tenant.queue.duplicate(message.id, 'sender');
    if (twin !== null) messages.push(twin.id);
    world.history.inject('sender duplicate', null, `${message.transactionType} is sent twice`, [
      change.ticketNumber,
    ]);
  }
  const { ticketNumber: providerTicket } = change;
  world.history.changeDeeds.push({
    ...happening,
    providerTicket,
    after: change,
    messages,
    words,
    ...(message === null || offered === undefined ? {} : { file: offered(message, providerTicket) }),
  });
  return providerTicket;
}
