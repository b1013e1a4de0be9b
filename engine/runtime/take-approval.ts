import type { Lane } from '../domain/lane.ts';
import { UNKNOWN_CHANGE, withApproval, type KnownApproval } from '../domain/provider-change.ts';
import { isRequested } from '../decide/decide-change.ts';
import { textIn } from '../map/change-message.ts';
import { mapMessage } from '../map/inbound.ts';
import { sameValue } from '../map/same-value.ts';
import type { ChangeStep } from './apply-change.ts';
import { fitColumns, withReasons } from './fit-columns.ts';
import type { Applied } from './open-ticket.ts';
import { parkOn, ticketGone } from './park.ts';
import { withState } from './step.ts';

/**
 * Stores what the provider asks one of the client's approvers. The same approval again is the same row: it may say that
 * nobody is asked any more.
 */
export async function takeApproval(step: ChangeStep, lane: Lane): Promise<Applied> {
  const { changes, tx, change, now } = step;
  const { context } = change;
  const id = textIn(context, 'approvalId');
  const known = lane.state.change ?? UNKNOWN_CHANGE;
  const say = (outcome: Applied['outcome'], summary: string, state = known): Applied => ({
    lane: withState(lane, { change: state }),
    outcome,
    summary: `approval ${id}: ${summary}`,
    rule: null,
    detail: { approval: id },
  });
  if (lane.clientTicket === null) return say('dropped', 'the change is not here');
  if (known.over !== null) return say('dropped', 'the change is over here, nobody is asked');
  if (changes.approvals === null) return say('dropped', 'the contract takes no approvals');

  const rules = changes.approvals.fields;
  const said = mapMessage(rules.values(), context, 'everything', {}, now);
  parkOn(said.faults);
  const mapped = fitColumns(rules.values(), said.fields);

  const ticket = await tx.itsm.ticket(lane.clientTicket, true);
  if (ticket === null) throw ticketGone(lane);
  const earlier = known.approvals.find((one) => one.id === id);
  const row = ticket.change?.approvals.find(
    ({ key, approvalId }) => key === earlier?.key || approvalId === id,
  );
  const isWithdrawn = !isRequested(context);
  const state: KnownApproval['state'] = isWithdrawn ? 'withdrawn' : 'requested';
  if (row === undefined && earlier !== undefined) return say('applied', 'its row is gone');
  const key = row?.key ?? (await tx.itsm.insertApproval(ticket.key, id, mapped.fields, now));
  if (row !== undefined) {
    const write = Object.fromEntries(
      Object.entries(mapped.fields).filter(([field, value]) => !sameValue(row.fields[field], value)),
    );
    // A row that the client's process has decided keeps what it says.
    if (earlier === undefined || isWithdrawn) await tx.itsm.updateApproval(ticket.key, key, write, now);
  }
  if (earlier === undefined) {
    const added: KnownApproval = { id, key, state, answer: null, told: null };
    const summary = isWithdrawn ? 'not asked for any more' : `asked of ${textIn(context, 'approverEmail')}`;
    return say('applied', withReasons(summary, mapped.reasons), {
      ...known,
      approvals: [...known.approvals, added],
    });
  }
  if (earlier.state !== 'requested' || !isWithdrawn) return say('duplicate', 'known already');
  return say('applied', 'not asked for any more', withApproval(known, id, { state }));
}
