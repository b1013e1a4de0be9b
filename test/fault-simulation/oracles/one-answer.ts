import type { Ticket } from '../../../engine/domain/ticket.ts';
import { hasEnded } from '../../../adapters/simulator/change-desk.ts';
import type { ProviderApproval, ProviderChange } from '../../../adapters/simulator/provider-change.ts';
import type { Evidence, Oracle } from '../evidence.ts';
import { expectedChange } from '../expected-changes.ts';
import type { Call, Edit } from '../history.ts';
import { textOf } from '../text-of.ts';
import { sentComments } from '../evidence.ts';

/** An approval is answered by the first decision alone; what is sent again is the same. */
export const oneAnswer: Oracle = {
  name: 'one-answer',
  check: (evidence) =>
    evidence.world.tenant.changes().flatMap((change) =>
      change.approvals.flatMap((approval) =>
        faultsOf(evidence, change, approval).map((words) => ({
          tickets: [change.ticketNumber],
          words: `approval ${approval.approvalId.slice(0, 8)} ${words}`,
        })),
      ),
    ),
};

function faultsOf(evidence: Evidence, change: ProviderChange, approval: ProviderApproval): readonly string[] {
  const calls = evidence.world.history.calls.filter(
    ({ kind, payload }) =>
      (kind === 'approve' || kind === 'reject') && payload.approvalId === approval.approvalId,
  );
  const rows = evidence.changesOf(change.ticketNumber).filter((row) => rowsOf(row, approval).length > 0);
  const decisions = evidence.world.history.edits.filter(
    ({ decision }) => decision?.approval === approval.approvalId,
  );
  return [
    ...calls.flatMap((call, index) =>
      answerFaults(evidence, approval, calls.slice(0, index), call, decisions),
    ),
    ...unanswered(evidence, change, approval, calls, decisions, rows),
    ...stored(evidence, change, approval, rows),
  ];
}

const rowsOf = ({ change }: Ticket, { approvalId }: ProviderApproval): readonly unknown[] =>
  (change?.approvals ?? []).filter((row) => row.approvalId === approvalId);

/** What one answer may not be, after those before it. */
function answerFaults(
  evidence: Evidence,
  approval: ProviderApproval,
  before: readonly Call[],
  call: Call,
  decisions: readonly Edit[],
): readonly string[] {
  const bound = before.find((one) => evidence.endOf(one) !== 'refused');
  const intended = evidence.intendedAt(call);
  if (bound !== undefined) {
    if (wordsOf(bound) !== wordsOf(call))
      return [`is answered "${wordsOf(call)}", after "${wordsOf(bound)}" may have been taken`];
    const known = before.find((one) => evidence.endOf(one) === 'acknowledged');
    return known !== undefined && (known.answered?.order ?? Infinity) < intended
      ? [`is answered once more, although the provider had taken "${wordsOf(known)}"`]
      : [];
  }
  const faults: string[] = [];
  const decided = decisions.findLast(({ order }) => order < intended)?.decision?.decision ?? 'open';
  if (decided !== (call.kind === 'approve' ? 'approved' : 'rejected'))
    faults.push(`is answered "${wordsOf(call)}", and what people had decided was ${decided}`);
  const withdrawn = evidence.world.history.changeDeeds.find(
    ({ after, messages }) =>
      after.approvals.some((one) => one.approvalId === approval.approvalId && one.state === 'cancelled') &&
      messages.some((id) => (evidence.settled.get(id)?.order ?? Infinity) < intended),
  );
  if (withdrawn !== undefined)
    faults.push(`is answered, and nobody waited for it any more: ${withdrawn.words}`);
  return faults;
}

const wordsOf = (call: Call): string =>
  `${call.kind} by ${typeof call.payload.approver === 'string' ? call.payload.approver : '?'}: ${sentComments(call).join(' ')}`;

/** The provider waits, people have decided, and nothing went out. */
function unanswered(
  evidence: Evidence,
  change: ProviderChange,
  approval: ProviderApproval,
  calls: readonly Call[],
  decisions: readonly Edit[],
  rows: readonly Ticket[],
): readonly string[] {
  const decided = decisions.at(-1)?.decision?.decision ?? 'open';
  const current = evidence.changesOf(change.ticketNumber).at(-1);
  const expected = expectedChange(evidence, change)?.rows.at(-1);
  const isWaiting =
    approval.state === 'requested' && approval.isCurrent && !hasEnded(change) && change.state !== 'New';
  if (!isWaiting || decided === 'open' || expected?.end !== 'open') return [];
  if (current === undefined || !rows.includes(current)) return [];
  return [`was ${decided}, and the provider has not heard of it (${calls.length} calls)`];
}

/** Each approval that was asked for while ours was open is a row of it, once, and says what the provider says of it. */
function stored(
  evidence: Evidence,
  change: ProviderChange,
  { approvalId }: ProviderApproval,
  rows: readonly Ticket[],
): readonly string[] {
  const expected = expectedChange(evidence, change);
  if (expected === null) return [];
  const ours = evidence.changesOf(change.ticketNumber);
  return expected.rows.flatMap((row, index) => {
    const state = row.approvals.get(approvalId);
    const here = (ours[index]?.change?.approvals ?? []).filter((one) => one.approvalId === approvalId);
    if (here.length !== (state === undefined ? 0 : 1))
      return [
        `is ${here.length} times in our ${ours[index]?.number ?? '(missing)'} (${rows.length} rows of ours have it)`,
      ];
    const said = textOf(here[0]?.fields.asked_state);
    return state === undefined || said === state ? [] : [`is ${state} there, and ${said} here`];
  });
}
