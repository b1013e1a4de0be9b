import { textOf } from '../text-of.ts';
import { UPDATE_FIELDS } from '../../../engine/domain/payload.ts';
import {
  isEnding,
  isSurplusCall,
  isWrite,
  sentComments,
  sentFields,
  type Evidence,
  type Oracle,
} from '../evidence.ts';
import type { Call } from '../history.ts';
import { sentOfDeleted } from './deleted.ts';
import { isInDoubt } from './doubt.ts';

const IDENTITY: ReadonlySet<string> = new Set(['clientName', 'clientTicketNumber', 'ticketType']);

/** An update carries identity and changed fields, nothing else; no difference, no call. */
export const changedOnly: Oracle = {
  name: 'changed-only',
  check: (evidence) => [
    ...evidence.world.history.calls.filter(isWrite).flatMap((call) =>
      (call.kind === 'create' ? [] : [...shapeFaults(call), ...needless(evidence, call)]).map((words) => ({
        tickets: [call.clientNumber ?? '', call.providerTicket ?? ''],
        words,
      })),
    ),
    ...sentOfDeleted(evidence),
  ],
};

function shapeFaults(call: Call): readonly string[] {
  const { kind, payload } = call;
  const names = Object.keys(payload).filter((name) => !IDENTITY.has(name));
  const others = (allowed: readonly string[]): readonly string[] =>
    names.filter((name) => !allowed.includes(name));
  const fault = (words: string): readonly string[] => [`${call.request.path}: ${words}`];
  if (kind === 'return-number') return names.length > 0 ? fault(`carries ${names.join(', ')}`) : [];
  if (kind === 'notes') {
    if (others(['comments']).length > 0) return fault(`carries ${names.join(', ')}`);
    return sentComments(call).length === 0 ? fault('carries no comment') : [];
  }
  if (kind === 'approve' || kind === 'reject') {
    const besides = others(['approver', 'approvalId', 'comments']);
    return besides.length > 0 ? fault(`carries ${besides.join(', ')} besides`) : [];
  }
  if (isSurplusCall(call)) return [];
  if (call.change !== null) return fault(`carries ${names.join(', ')}, and a change is the provider's`);
  if (names.length === 0) return fault('carries no field');
  const allowed = isEnding(call) ? ['status', 'closeNotes'] : UPDATE_FIELDS;
  return others(allowed).length > 0 ? fault(`carries ${others(allowed).join(', ')} besides`) : [];
}

/** Fields that the provider had already, as the engine knew. */
function needless(evidence: Evidence, call: Call): readonly string[] {
  const { before } = call;
  if (before === null || call.kind !== 'update' || isSurplusCall(call)) return [];
  const names = isEnding(call) ? (['status'] as const) : sentFields(call);
  return names
    .filter((field) => before[field] === call.payload[field] && !isInDoubt(evidence, call, field))
    .map(
      (field) =>
        `sends ${field} "${textOf(call.payload[field])}", which the provider has, and nothing made it doubtful`,
    );
}
