import type { OutboundAttachments } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { Lane } from '../domain/lane.ts';
import { PATIENCE_MS_MIN } from '../domain/limits.ts';
import { hasEnded } from '../domain/payload.ts';
import type { TicketAttachment } from '../domain/ticket.ts';
import type { HeldUpload, Upload } from '../domain/upload.ts';
import { refusalOf } from '../plan/plan-attachments.ts';
import { giveUp, putOff } from './end-upload.ts';
import { sleepMsMax, type Standing } from './hold.ts';
import type { Transaction } from './ports.ts';
import { outboundEntry, patienceEnds, type Runtime } from './step.ts';

/** A file that may be sent now, as far as its row tells. */
export interface ReadyUpload {
  readonly kind: 'ready';
  readonly upload: Upload;
  readonly lane: Lane;
  readonly ticketKey: string;
  readonly providerTicket: string;
  readonly attachment: TicketAttachment;
  readonly rules: OutboundAttachments;
}

export type UploadEnd =
  | { readonly kind: 'done' }
  /** Another process has it now. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'stop'; readonly reason: string };

/** For the patience of a process: uploads are told from lanes. */
export const patienceOf = (upload: number): `upload ${number}` => `upload ${upload}`;

/** Whether a file that is held is to be sent now; if not, what becomes of it is written down. */
export async function prepareUpload(
  runtime: Runtime,
  tx: Transaction,
  held: HeldUpload,
  { laneId }: Pick<Upload, 'laneId'>,
  by: Standing,
): Promise<ReadyUpload | UploadEnd> {
  const { contract, ports } = runtime;
  const now = ports.clock.now();
  const lane = await tx.store.lane(laneId, true);
  const upload = await tx.store.heldUpload(held);
  if (upload === null) return { kind: 'lost' };
  if (lane === null || upload.phase !== 'waiting') return rest(tx, { ...upload, dueAt: null });

  const over = whyOver(lane);
  if (over !== null) {
    await giveUp(runtime, tx, lane, upload, { outcome: 'held', reason: over, comment: 'none' });
    return { kind: 'done' };
  }
  const later = await waitsUntil(runtime, tx, lane, upload, by, now);
  if (later !== null) return rest(tx, { ...later });

  const rules = contract.outbound.attachments;
  const { clientTicket, providerTicket } = lane;
  // The contract sends files no more; should it again, this one goes on.
  if (rules === null || clientTicket === null || providerTicket === null)
    return rest(tx, { ...upload, dueAt: now + PATIENCE_MS_MIN });
  const ticket = await tx.itsm.ticket(clientTicket, false);
  const attachment = ticket?.attachments?.find(({ key }) => key === upload.attachment);
  if (attachment === undefined) {
    const reason = 'the file is not there any more';
    await giveUp(runtime, tx, lane, upload, { outcome: 'held', reason, comment: 'none' });
    return { kind: 'done' };
  }
  const refusal = refusalOf(rules, attachment.name, attachment.size);
  if (refusal !== null) {
    await giveUp(runtime, tx, lane, upload, {
      outcome: 'refused',
      reason: refusal,
      comment: attachment.name,
    });
    return { kind: 'done' };
  }
  return { kind: 'ready', upload, lane, ticketKey: clientTicket, providerTicket, attachment, rules };
}

/** Nothing is sent for this lane any more, and why; null: it is. */
function whyOver({ state }: Lane): string | null {
  if (state.dropped !== null) return `the ticket was taken out by ${state.dropped.by}`;
  if (state.link === 'replaced') return 'the ticket was replaced by a new one';
  const status = state.shadow.fields.status;
  if (hasEnded(status) && !state.shadow.unsure.includes('status'))
    return `the provider's ticket is ${status ?? ''} and takes nothing more`;
  return null;
}

/** The upload as it waits on; null: it need not. */
async function waitsUntil(
  { contract, ports }: Runtime,
  tx: Transaction,
  lane: Lane,
  upload: Upload,
  { patience }: Standing,
  now: Instant,
): Promise<Upload | null> {
  const { intent, resendAt } = upload;
  if (intent !== null && resendAt === null) {
    // The engine stopped between intent and outcome: the file may have been put, at any moment until now.
    const until = patienceEnds(now, ports.random);
    patience.left(patienceOf(upload.id), intent);
    const part = {
      outcome: 'waiting',
      summary: `${upload.name}: the engine stopped before the answer came: the file may be there`,
      transactionId: intent,
      detail: { until },
    } as const;
    await tx.store.journal(outboundEntry(lane, 'attachment', now, part));
    return putOff(upload, until);
  }
  if (resendAt !== null && resendAt > now && resendAt <= now + sleepMsMax(contract))
    return { ...upload, dueAt: resendAt };
  const left = intent === null ? 0 : patience.left(patienceOf(upload.id), intent);
  if (left > 0) return { ...upload, dueAt: now + left };
  // What stands still for an operator, or has no number there yet, sends nothing.
  const stands = lane.parked?.until === 'operator' || lane.state.link !== 'linked';
  return stands ? { ...upload, dueAt: now + PATIENCE_MS_MIN } : null;
}

async function rest(tx: Transaction, upload: Upload): Promise<UploadEnd> {
  await tx.store.saveUpload(upload);
  return { kind: 'done' };
}
