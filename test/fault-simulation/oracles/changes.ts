import type { ProviderChange } from '../../../adapters/simulator/provider-change.ts';
import { hasEnded } from '../../../adapters/simulator/change-desk.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import { sentComments, whole, type Evidence } from '../evidence.ts';
import { expectedChange, type ExpectedRow } from '../expected-changes.ts';
import { bareNumber } from '../provider-numbers.ts';
import { textOf } from '../text-of.ts';
import { outOfOrder } from './comment-order.ts';

interface Fault {
  readonly tickets: readonly string[];
  readonly words: string;
}

const ofEach = (
  evidence: Evidence,
  faultsOf: (change: ProviderChange, ours: readonly Ticket[]) => readonly string[],
): readonly Fault[] =>
  evidence.world.tenant.changes().flatMap((change) => {
    const { ticketNumber } = change;
    return faultsOf(change, evidence.changesOf(ticketNumber)).map((words) => ({
      tickets: [ticketNumber],
      words,
    }));
  });

/** Ours is made once, and once more each time that it is assessed again; the last alone is named on both sides. */
export const changesMade = (evidence: Evidence): readonly Fault[] =>
  ofEach(evidence, (change, ours) => {
    const expected = expectedChange(evidence, change);
    if (expected !== null && expected.rows.length !== ours.length)
      return [`${expected.rows.length} changes of ours were to be made, ${ours.length} are here`];
    const last = ours.at(-1);
    const faults = ours
      .filter((row) => row !== last && row.providerNumber !== null)
      .map(({ number, providerNumber }) => `${number} was replaced, and names ${providerNumber ?? ''} still`);
    if (last !== undefined && bareNumber(last.providerNumber ?? '') !== bareNumber(change.ticketNumber))
      faults.push(`${last.number} names ${last.providerNumber ?? 'nothing'}`);
    if (change.clientTicketNumber !== (last?.number ?? ''))
      faults.push(
        `the provider knows ${last?.number ?? 'nothing of ours'} as "${change.clientTicketNumber}"`,
      );
    return faults;
  });

/** Each of ours says what the provider last said of it, but for what people here have written over since. */
export const changesDiffer = (evidence: Evidence): readonly Fault[] =>
  ofEach(evidence, (change, ours) =>
    (expectedChange(evidence, change)?.rows ?? []).flatMap((expected, index) => {
      const row = ours[index];
      return row === undefined ? [] : fieldFaults(evidence, row, expected);
    }),
  );

function fieldFaults(evidence: Evidence, row: Ticket, { fields }: ExpectedRow): readonly string[] {
  const edits = evidence.editsOf(row);
  return [...fields].flatMap(([field, { value, order }]) => {
    const held = textOf(row.fields[field]);
    const edit = edits.findLast((one) => field in one.fields && one.order > order);
    const [whose, last] =
      edit === undefined ? ['theirs', value] : ['a person here', textOf(edit.fields[field])];
    return held === last ? [] : [`${field} of ${row.number}: ours "${held}", and ${whose} said "${last}"`];
  });
}

/** Every comment on a change arrives once, in order, both ways. */
export const notesOfChanges = (evidence: Evidence): readonly Fault[] =>
  ofEach(evidence, (change, ours) => [
    ...goingOut(evidence, change, ours),
    ...comingIn(evidence, change, ours),
  ]);

function goingOut(evidence: Evidence, change: ProviderChange, ours: readonly Ticket[]): readonly string[] {
  const arrived = whole(change.comments.filter(({ by }) => by === 'client').map(({ body }) => body));
  const expected = expectedChange(evidence, change);
  if (expected === null) return [];
  return ours.flatMap((row, index) => {
    const edits = evidence.editsOf(row);
    const calls = evidence.callsOf(row.number).filter(({ kind }) => kind === 'notes');
    const written = edits.flatMap((edit) =>
      edit.comment?.travels === true ? [{ ...edit, comment: edit.comment }] : [],
    );
    const faults: string[] = [];
    for (const { comment, order } of written) {
      const { body } = comment;
      const count = arrived.filter((one) => one === body).length;
      const doubtful = calls.filter(
        (call) => evidence.endOf(call) === 'ambiguous' && sentComments(call).includes(body),
      ).length;
      const isLate = order > (expected.rows[index]?.replacedAt ?? Infinity);
      if (count === 0 && !isLate && !hadEnded(evidence, change, order))
        faults.push(`"${body}" has not arrived`);
      if (count > 1 && count > doubtful + 1)
        faults.push(`"${body}" is there ${count} times, ${doubtful} answers were missing`);
    }
    for (const { comment } of edits)
      if (comment?.travels === false && arrived.includes(comment.body))
        faults.push(`"${comment.body}" is not for the provider`);
    return [...faults, ...outOfOrder(written, arrived)];
  });
}

/** The provider's change takes nothing more, or took nothing for a while after that moment. */
const hadEnded = (evidence: Evidence, change: ProviderChange, order: number): boolean => {
  const deeds = evidence.world.history.changeDeeds.filter(
    ({ providerTicket }) => providerTicket === change.ticketNumber,
  );
  const then = deeds.findLast((deed) => deed.order < order);
  return [...(then === undefined ? [] : [then]), ...deeds.filter((deed) => deed.order > order)].some(
    ({ after }) => hasEnded(after),
  );
};

function comingIn(evidence: Evidence, change: ProviderChange, ours: readonly Ticket[]): readonly string[] {
  const idle = expectedChange(evidence, change)?.idle;
  if (idle === undefined) return [];
  const here = ours.flatMap(({ comments }) => comments.map(({ fields }) => textOf(fields.body)));
  const faults: string[] = [];
  for (const { body, by } of change.comments) {
    if (by !== 'provider') continue;
    const count = here.filter((one) => one === body).length;
    const deed = evidence.world.history.changeDeeds.find(
      ({ providerTicket, after }) =>
        providerTicket === change.ticketNumber && after.comments.some((one) => one.body === body),
    );
    if (count !== 1 && !(deed?.messages ?? []).some((id) => idle.has(id)))
      faults.push(`their "${body}" is here ${count} times`);
  }
  return faults;
}

/** What goes to a change that the provider had ended, as was known here. */
export const callsToEnded = (evidence: Evidence): readonly Fault[] =>
  evidence.world.history.calls.flatMap((call) => {
    const { change, kind, request, providerTicket } = call;
    if (change === null || !hasEnded(change) || kind === 'return-number') return [];
    const ended = evidence.world.history.changeDeeds.findLast(
      (deed) => deed.providerTicket === providerTicket && deed.order < (call.handled?.order ?? 0),
    );
    const isKnown = ended?.messages.some(
      (id) => (evidence.settled.get(id)?.order ?? Infinity) < evidence.intendedAt(call),
    );
    if (isKnown !== true) return [];
    return [
      { tickets: [change.ticketNumber], words: `${request.path} goes to a change that is ${change.state}` },
    ];
  });
