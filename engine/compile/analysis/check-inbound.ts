import { CODES } from '../codes.ts';
import { readsOf } from '../expression/reads.ts';
import type { Subject, WrittenRule } from './subject.ts';

/** What an update never lists among its changes: who and what the message is about, and the list itself. */
const NEVER_CHANGED: readonly string[] = [
  'clientName',
  'clientTicketNumber',
  'ticketNumber',
  'ticketType',
  'transactionType',
  'openedTime',
  'updatedOn',
  'changed',
  'notes',
];

export function checkInbound(subject: Subject): void {
  const inbound = subject.fields.filter(({ list }) => list === 'inbound');
  for (const rule of inbound) checkWritten(rule, subject);
  checkChoice(subject, inbound);
  checkPolicies(subject, inbound);
}

/** Of an update only the fields are written whose expression reads a name that changed. */
function checkWritten({ value, written, name }: WrittenRule, { report }: Subject): void {
  if (value === null) return;
  const { names, everything } = readsOf(value.tree);
  if (everything || names.some((root) => !NEVER_CHANGED.includes(root.name))) return;
  const readsChanged = names.some((root) => root.name === 'changed');
  const what =
    names.length === 0
      ? 'reads no name of the message'
      : `reads only ${[...new Set(names.map((root) => root.name))].join(', ')}`;
  const message = `No update writes "${name}": its expression ${what}.`;
  const hint = readsChanged
    ? 'Read the name itself: status, not changed.status. It has the changed value.'
    : 'What only a new ticket gets belongs under inbound.create.';
  report.add(CODES.neverWritten, written.key, message, hint);
}

/** Priority in one direction, impact and urgency in the other: what comes back is not what went out. */
function checkChoice({ fields, report }: Subject, inbound: readonly WrittenRule[]): void {
  const outbound = fields.filter(({ list }) => list === 'outbound').map(({ name }) => name);
  const ours = outbound.includes('priority') ? ['priority'] : ['impact', 'urgency'];
  if (!ours.some((name) => outbound.includes(name))) return;
  const others = ['priority', 'impact', 'urgency'].filter((name) => !outbound.includes(name));
  for (const { value, written } of inbound) {
    if (value === null) continue;
    const read = readsOf(value.tree).names.find(({ name }) => others.includes(name));
    if (read === undefined) continue;
    const message = `Outbound sends ${ours.join(' and ')}, and this takes ${read.name} back.`;
    report.add(CODES.otherChoice, written.key, message, 'Use the same in both directions.');
  }
}

/** A conflict is about a field that an update writes. */
function checkPolicies({ contract, itsm, report }: Subject, inbound: readonly WrittenRule[]): void {
  const names = inbound.map(({ name }) => name);
  const declared = itsm?.get('tickets')?.get('fields') ?? null;
  for (const [name, policy] of contract.get('conflicts')?.entries() ?? []) {
    if (name === 'otherwise' || names.includes(name) || declared?.get(name) == null) continue;
    const message = `No update writes "${name}": its policy can never apply.`;
    report.add(CODES.idlePolicy, policy.key, message, `Fields that updates write: ${names.join(', ')}.`);
  }
}
