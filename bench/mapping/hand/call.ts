import type { JsonObject } from '../../../engine/domain/json.ts';
import type { CommentPayload, Payload, UpdateField } from '../../../engine/domain/payload.ts';
import type { MappedComment, MappedTicket } from '../../../engine/map/outbound.ts';
import type { BridgeRequest } from '../../../engine/wire/exchange.ts';
import type { PayloadFault } from '../../../engine/wire/validate-payload.ts';
import type { Decided, Work } from '../work.ts';
import { checkCreate, checkNotes, checkUpdate } from './check.ts';
import { escaped, plain } from './texts.ts';

/** Hand-written: from a mapped ticket to the call that goes out, of tickets whose calls have all been answered. */

export type Fields = { -readonly [field in UpdateField]?: string };
export type Written = Record<string, string | JsonObject[]>;

/** How the payload is checked: by hand, or as the engine does it. */
export type Check = (kind: 'create' | 'update' | 'notes', request: BridgeRequest) => readonly PayloadFault[];

export const BY_HAND: Check = (kind, { body }) => {
  const payload = body?.payload as Written;
  if (kind === 'create') return checkCreate(payload);
  return kind === 'update' ? checkUpdate(payload) : checkNotes(payload);
};

export interface Kept {
  readonly group: string;
  readonly status: string;
}

export function callFor(
  clientName: string,
  trigger: string | null,
  mapped: MappedTicket,
  { lane, ledger }: Work,
  kept: Kept,
  check: Check,
): Decided {
  const { payload } = mapped;
  const number = lane.clientNumber ?? '';
  const ticketType = lane.state.ticketType ?? mapped.ticketType ?? '';

  if (lane.state.link !== 'linked') {
    if (trigger === null || isOver(payload.status)) return { trigger, request: null, faults: [] };
    return decided(
      trigger,
      check,
      'create',
      create({ clientName, clientTicketNumber: number, ticketType }, payload, mapped.comments),
    );
  }
  const path = `tickets/${lane.providerTicket ?? ''}`;
  const agreed = lane.state.shadow.fields;
  const { status } = payload;
  if (mapped.keptInternal) {
    if (!lane.state.keptInternal && !isOver(status)) {
      const word: Fields = {};
      if (agreed.group !== kept.group) word.group = kept.group;
      if (agreed.status !== kept.status) word.status = kept.status;
      if (word.group !== undefined || word.status !== undefined)
        return decided(
          trigger,
          check,
          'update',
          update(path, { clientName, clientTicketNumber: number, ticketType }, word),
        );
    }
  } else {
    const fields = changed(agreed, payload);
    if (status !== undefined && !isOver(status) && status !== agreed.status) fields.status = status;
    if (hasAny(fields))
      return decided(
        trigger,
        check,
        'update',
        update(path, { clientName, clientTicketNumber: number, ticketType }, fields),
      );
  }
  const unsent = mapped.comments.filter(({ key }) => !ledger.some(({ clientId }) => clientId === key));
  if (unsent.length > 0) {
    const body: Written = { clientName, clientTicketNumber: number, ticketType };
    body.comments = unsent.map(({ parts }) => writtenComment(parts[0] ?? {}));
    return decided(trigger, check, 'notes', {
      method: 'PUT',
      path: `${path}/notes`,
      body: { payload: body },
    });
  }
  if (status === 'resolved' && agreed.status !== 'resolved') {
    const ending: Fields = { status };
    if (payload.closeNotes !== undefined) ending.closeNotes = payload.closeNotes;
    return decided(
      trigger,
      check,
      'update',
      update(path, { clientName, clientTicketNumber: number, ticketType }, ending),
    );
  }
  return { trigger, request: null, faults: [] };
}

function decided(
  trigger: string | null,
  check: Check,
  kind: 'create' | 'update' | 'notes',
  request: BridgeRequest,
): Decided {
  return { trigger, request, faults: check(kind, request) };
}

function hasAny(fields: Fields): boolean {
  for (const field in fields) if (field in fields) return true;
  return false;
}

const isOver = (status: string | undefined): boolean =>
  status === 'resolved' || status === 'closed' || status === 'cancelled';

function changed(agreed: Fields, now: Payload): Fields {
  const fields: Fields = {};
  if (now.shortDescription !== undefined && now.shortDescription !== agreed.shortDescription)
    fields.shortDescription = now.shortDescription;
  if (now.description !== undefined && now.description !== agreed.description)
    fields.description = now.description;
  if (now.group !== undefined && now.group !== agreed.group) fields.group = now.group;
  if (now.priority !== undefined && now.priority !== agreed.priority) fields.priority = now.priority;
  if (now.impact !== undefined && now.impact !== agreed.impact) fields.impact = now.impact;
  if (now.urgency !== undefined && now.urgency !== agreed.urgency) fields.urgency = now.urgency;
  return fields;
}

function update(path: string, body: Written, fields: Fields): BridgeRequest {
  writeFields(body, fields);
  if (fields.status !== undefined) body.status = fields.status;
  if (fields.closeNotes !== undefined) body.closeNotes = escaped(fields.closeNotes);
  return { method: 'PUT', path, body: { payload: body } };
}

function create(body: Written, payload: Payload, comments: readonly MappedComment[]): BridgeRequest {
  writeFields(body, payload);
  if (payload.contactName !== undefined) body.contactName = escaped(payload.contactName);
  if (payload.contactEmail !== undefined) body.contactEmail = plain(payload.contactEmail);
  if (payload.contactPhone !== undefined && payload.contactPhone !== '')
    body.contactPhone = plain(payload.contactPhone);
  if (payload.cis !== undefined && payload.cis !== '') body.cis = plain(payload.cis);
  if (comments.length > 0) body.comments = comments.map(({ parts }) => writtenComment(parts[0] ?? {}));
  return { method: 'POST', path: 'tickets', body: { payload: body } };
}

function writeFields(body: Written, fields: Payload): void {
  if (fields.shortDescription !== undefined) body.shortDescription = escaped(fields.shortDescription);
  if (fields.description !== undefined) body.description = escaped(fields.description);
  if (fields.group !== undefined) body.group = plain(fields.group);
  if (fields.priority !== undefined) body.priority = fields.priority;
  if (fields.impact !== undefined) body.impact = fields.impact;
  if (fields.urgency !== undefined) body.urgency = fields.urgency;
}

function writtenComment({ body, commenter, commentTime, commenterEmail }: CommentPayload): JsonObject {
  const written: Record<string, string> = { body: escaped(body ?? '') };
  if (commenter !== undefined && commenter !== '') written.commenter = escaped(commenter);
  if (commentTime !== undefined && commentTime !== '') written.commentTime = escaped(commentTime);
  if (commenterEmail !== undefined && commenterEmail !== '') written.commenterEmail = escaped(commenterEmail);
  return written;
}
