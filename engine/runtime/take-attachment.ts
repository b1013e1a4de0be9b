import type { Contract, InboundAttachments } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import { mapMessage } from '../map/inbound.ts';
import { sizeText } from '../wire/size-text.ts';
import { urlExpiresAt } from '../wire/presigned-url.ts';
import { safeFileName } from '../wire/safe-file-name.ts';
import { fitColumns, withReasons } from './fit-columns.ts';
import type { Applied } from './open-ticket.ts';
import { parkOn } from './park.ts';
import type { Transaction } from './ports.ts';
import type { Runtime } from './step.ts';

/** The contract's word on files of tickets, or, in a change's lane, of changes; null: it takes none. */
export const attachmentRules = (
  { inbound, changes }: Contract,
  { state }: Pick<Lane, 'state'>,
): InboundAttachments | null =>
  state.ticketType === 'Change' ? (changes?.attachments ?? null) : inbound.attachments;

/**
 * Notes that a file of the provider's is to be fetched, with the outcome of its message: the message can then be deleted, and
 * the lane goes on with other work. What the address says of itself tells until when.
 */
export async function takeAttachment(
  { contract, ports }: Runtime,
  tx: Transaction,
  applied: Applied,
  message: InboxMessage,
  context: JsonObject,
  now: Instant,
): Promise<Applied> {
  const { lane } = applied;
  const rules = attachmentRules(contract, lane);
  const before = applied.summary === '' ? '' : `${applied.summary}; `;
  if (rules === null || lane.clientTicket === null)
    return { ...applied, outcome: 'dropped', summary: `${before}the contract takes no attachments` };
  const mapped = mapMessage(rules.fields.values(), context, 'everything', {}, now);
  parkOn(mapped.faults);
  const { fields, reasons } = fitColumns(rules.fields.values(), mapped.fields);

  const { attachment, attachmentName, attachmentType, attachmentSize } = message.body;
  const url = typeof attachment === 'string' ? attachment.trim() : '';
  const name = safeFileName(typeof attachmentName === 'string' ? attachmentName : '');
  const size = bytesIn(attachmentSize);
  const contentType = contentTypeIn(attachmentType);
  const expiresAt = URL.canParse(url) ? urlExpiresAt(new URL(url), message.sentAt) : now;
  await tx.store.insertDownload({
    laneId: lane.id,
    ticketKey: lane.clientTicket,
    messageId: message.messageId,
    contentId: ports.random.id(),
    expiresAt,
    dueAt: now,
    createdAt: now,
    request: { url, name, contentType, size, fields, context, group: message.group },
  });
  const fetched = `${before}to be fetched: ${name}${size === null ? '' : ` (${sizeText(size)})`}`;
  const summary = withReasons(fetched, reasons);
  return {
    ...applied,
    outcome: 'applied',
    summary,
    detail: { ...applied.detail, file: { name, content_type: contentType, size }, until: expiresAt, fields },
  };
}

/** Without parameters, in lower case; null: it is none. */
function contentTypeIn(written: unknown): string | null {
  const [type = ''] = typeof written === 'string' ? written.split(';') : [];
  const plain = type.trim().toLowerCase();
  return /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,60}$/.test(plain) ? plain : null;
}

/** Digits, as a text or a number; null: it does not say. */
function bytesIn(written: unknown): number | null {
  const text =
    typeof written === 'number' ? String(written) : typeof written === 'string' ? written.trim() : '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
