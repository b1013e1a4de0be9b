import type { InboundAttachments } from '../domain/contract.ts';
import type { Download, HeldDownload } from '../domain/download.ts';
import { errorWords } from '../domain/error-words.ts';
import type { Instant } from '../domain/instant.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { Lane } from '../domain/lane.ts';
import { DOWNLOAD_ATTEMPTS_MAX, DOWNLOAD_PAUSE_MS_MAX, DOWNLOAD_PAUSE_MS_MIN } from '../domain/limits.ts';
import { textDigest } from '../plan/text-digest.ts';
import { refusedType } from '../wire/allowed-type.ts';
import { excerpt } from '../wire/excerpt.ts';
import { sizeText } from '../wire/size-text.ts';
import { FileRefused, measured, type Measure } from './measured.ts';
import { droppedText } from './operator.ts';
import { DatabaseUnavailable, ItsmRefused, type ContentId, type Transaction } from './ports.ts';
import { ParkLane } from './park.ts';
import { inboundEntry, type Runtime } from './step.ts';
import { attachmentRules } from './take-attachment.ts';
import { transact } from './transact.ts';
import { commentRules, writeComment } from './write-comment.ts';

/** What is told of an error that nobody foresaw. */
const REASON_LENGTH_MAX = 300;

/**
 * Fetches one file and stores it: asked for, put aside while it comes, and then row, content, ledger and journal in one
 * transaction with the end of the download. So it is stored once, whoever dies where: until that transaction is committed nothing
 * is seen of it, and after it nothing is left to be fetched.
 *
 * What the contract does not take, and what could not be had in time, is told on the ticket. Rejects with
 * DatabaseUnavailable while nothing can be noted; the download stays as it was.
 */
export async function fetchAttachment(
  runtime: Runtime,
  held: HeldDownload,
  signal: AbortSignal,
): Promise<void> {
  const { ports } = runtime;
  const begun = await transact(runtime, (tx) => begin(runtime, tx, held));
  if (begun === null) return;
  const { download, rules } = begun;
  const content: ContentId = {
    id: download.contentId,
    attempt: held.attempt,
    ticketKey: download.ticketKey,
  };
  const end = await fetched(runtime, download, rules, content, signal);
  if (signal.aborted && end.kind !== 'whole') {
    await transact(runtime, ({ store }) =>
      store.putOffDownload(held, ports.clock.now(), download.reason ?? 'stopped while it was fetched'),
    );
    await drop(runtime, content);
    return;
  }
  switch (end.kind) {
    case 'whole':
      await store(runtime, held, content, end);
      return;
    case 'refused':
      await transact(runtime, (tx) => refuse(runtime, tx, held, end.reason));
      break;
    case 'failed':
      await transact(runtime, (tx) => putOff(runtime, tx, held, end.reason));
      break;
  }
  await drop(runtime, content);
}

interface Begun {
  readonly download: Download;
  readonly rules: InboundAttachments;
}

/** What is to be done; null: nothing, and that is noted. */
async function begin(runtime: Runtime, tx: Transaction, held: HeldDownload): Promise<Begun | null> {
  const { contract, ports } = runtime;
  const now = ports.clock.now();
  const download = await tx.store.heldDownload(held);
  if (download === null) return null;
  const lane = await tx.store.lane(download.laneId, false);
  if (await isHere(tx, download)) {
    await endAsDuplicate(tx, held, lane, download, now);
    return null;
  }
  if (lane?.state.dropped != null) {
    await tx.store.endDownload(held);
    const summary = `not stored: ${download.request.name}: ${droppedText(lane.state.dropped)}`;
    await tx.store.journal(entryOf(lane, download, now, { outcome: 'dropped', summary }));
    return null;
  }
  const rules = lane === null ? null : attachmentRules(contract, lane);
  const { expiresAt, reason, request, attempts } = download;
  const refusal =
    rules === null
      ? 'the contract takes no attachments'
      : request.size !== null && request.size > rules.bytesMax
        ? `it has ${sizeText(request.size)}, and ${sizeText(rules.bytesMax)} are taken`
        : refusedType(rules.types, request.name, request.contentType);
  const late =
    expiresAt > now && attempts <= DOWNLOAD_ATTEMPTS_MAX
      ? null
      : `its address was good until ${new Date(expiresAt).toISOString()}${reason === null ? '' : `; the last time: ${reason}`}`;
  const words = refusal ?? late;
  if (words !== null || rules === null) {
    await refuse(runtime, tx, held, words ?? '');
    return null;
  }
  return { download, rules };
}

/** A message that its sender sent twice tells of one file: both name the same address, signature and all. */
const addressId = ({ request }: Download): string => textDigest(request.url);

const isHere = async (tx: Transaction, download: Download): Promise<boolean> =>
  (await tx.store.ledger(download.laneId)).some(
    ({ kind, providerId }) => kind === 'attachment' && providerId === addressId(download),
  );

async function endAsDuplicate(
  tx: Transaction,
  held: HeldDownload,
  lane: Lane | null,
  download: Download,
  now: Instant,
): Promise<void> {
  await tx.store.endDownload(held);
  const summary = `${download.request.name} is here already`;
  await tx.store.journal(entryOf(lane, download, now, { outcome: 'duplicate', summary }));
}

type FetchEnd =
  | { readonly kind: 'whole'; readonly size: number; readonly contentType: string | null }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Asks for the file and puts it aside. */
async function fetched(
  { ports }: Runtime,
  { request }: Download,
  rules: InboundAttachments,
  content: ContentId,
  signal: AbortSignal,
): Promise<FetchEnd> {
  const opened = await ports.downloads.open(request.url, rules.from, signal);
  if (opened.kind === 'refused' || opened.kind === 'failed') return opened;
  if (opened.kind === 'expired')
    return { kind: 'refused', reason: 'its address has expired, says its server' };
  if (opened.size !== null && opened.size > rules.bytesMax)
    return {
      kind: 'refused',
      reason: `it has ${sizeText(opened.size)}, and ${sizeText(rules.bytesMax)} are taken`,
    };
  const measure: Measure = { size: 0 };
  const promised = { byServer: opened.size, byProvider: request.size };
  const bytes = measured(opened.bytes, request.name, rules, promised, measure);
  try {
    await ports.files.putAside(content, bytes, ports.clock.now());
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error;
    if (error instanceof FileRefused) return { kind: 'refused', reason: error.message };
    return { kind: 'failed', reason: excerpt(errorWords(error), REASON_LENGTH_MAX) };
  }
  return {
    kind: 'whole',
    size: measure.size,
    contentType: request.contentType ?? opened.contentType,
  };
}

/** The row with its content, and nothing left to be fetched. */
async function store(
  runtime: Runtime,
  held: HeldDownload,
  content: ContentId,
  { size, contentType }: Extract<FetchEnd, { readonly kind: 'whole' }>,
): Promise<void> {
  try {
    const isStored = await transact(runtime, async (tx) => {
      const now = runtime.ports.clock.now();
      const download = await tx.store.heldDownload(held);
      if (download === null) return false;
      const { laneId, ticketKey, request } = download;
      const lane = await tx.store.lane(laneId, false);
      if (await isHere(tx, download)) {
        await endAsDuplicate(tx, held, lane, download, now);
        return false;
      }
      const { name, fields } = request;
      const file = { name, contentType, size, content };
      const clientId = await tx.itsm.insertAttachment(ticketKey, file, fields, now);
      await tx.store.insertLedgerEntry({
        laneId,
        kind: 'attachment',
        clientId,
        providerId: addressId(download),
        origin: 'provider',
        at: now,
      });
      await tx.store.endDownload(held);
      const summary = `attached: ${name} (${sizeText(size)})`;
      const detail = { key: clientId, file: { name, content_type: contentType, size }, fields };
      await tx.store.journal(entryOf(lane, download, now, { outcome: 'applied', summary, detail }));
      return true;
    });
    if (isStored) return;
  } catch (error) {
    if (!(error instanceof ItsmRefused)) throw error;
    await transact(runtime, (tx) => refuse(runtime, tx, held, error.message));
  }
  await drop(runtime, content);
}

/** It is not going to be stored: said on the ticket as the contract writes comments, and in the journal. */
async function refuse(runtime: Runtime, tx: Transaction, held: HeldDownload, reason: string): Promise<void> {
  const now = runtime.ports.clock.now();
  const download = await tx.store.heldDownload(held);
  if (download === null) return;
  const lane = await tx.store.lane(download.laneId, false);
  const { request } = download;
  const told =
    lane === null
      ? 'there is no ticket any more'
      : await tellOnTicket(runtime, tx, lane, download, reason, now);
  await tx.store.giveUpDownload(held, now, reason);
  const summary = `not stored: ${request.name}: ${reason}${told === null ? '' : `; not told on the ticket: ${told}`}`;
  const detail = { file: { name: request.name, content_type: request.contentType, size: request.size } };
  await tx.store.journal(entryOf(lane, download, now, { outcome: 'refused', summary, detail }));
}

/** Null: it is said there. Otherwise why it is not. */
async function tellOnTicket(
  { contract }: Runtime,
  tx: Transaction,
  lane: Lane,
  download: Download,
  reason: string,
  now: Instant,
): Promise<string | null> {
  const { request, ticketKey } = download;
  const size = request.size === null ? '' : ` (${sizeText(request.size)})`;
  const body = `The provider attached ${request.name}${size}. It could not be stored here: ${reason}.`;
  // The id has it told once, however often the provider sent the message.
  const id = `not stored: ${addressId(download)}`;
  const notes = { type: 'comments', id, body, commenter: 'Bridgehead', commenterEmail: '' };
  const rules = commentRules(contract, lane);
  try {
    const comment = await writeComment(
      { contract },
      tx,
      { ...lane, clientTicket: ticketKey },
      { ...request.context, notes },
      now,
      rules,
    );
    return comment?.outcome === 'applied' || comment?.outcome === 'duplicate'
      ? null
      : (comment?.summary ?? 'the contract takes no comments');
  } catch (error) {
    // A comment that cannot be written must not hold up what is to be said in the journal.
    if (error instanceof ItsmRefused || error instanceof ParkLane) return error.message;
    throw error;
  }
}

/** Later again, while the address is good. */
async function putOff(
  { contract, ports }: Runtime,
  tx: Transaction,
  held: HeldDownload,
  reason: string,
): Promise<void> {
  const download = await tx.store.heldDownload(held);
  if (download === null) return;
  const pause = Math.min(DOWNLOAD_PAUSE_MS_MIN * 2 ** Math.min(held.attempt - 1, 20), DOWNLOAD_PAUSE_MS_MAX);
  const dueAt = Math.round(ports.clock.now() + pause * (0.75 + ports.random.next() / 2));
  // Once more just before the address expires, and, if that was it, once after: to say so.
  await tx.store.putOffDownload(
    held,
    Math.min(dueAt, Math.max(download.expiresAt, ports.clock.now())),
    reason,
  );
  ports.log.warn('attachment not fetched yet', {
    contract: contract.name,
    lane: download.laneId,
    file: download.request.name,
    attempt: held.attempt,
    reason,
    good_until: new Date(download.expiresAt).toISOString(),
  });
}

/** Content that no row takes. If it cannot be dropped now, it is after a day. */
async function drop({ ports }: Runtime, content: ContentId): Promise<void> {
  try {
    await ports.files.drop(content);
  } catch (error) {
    ports.log.debug('content not dropped yet', { content: content.id, reason: errorWords(error) });
  }
}

const entryOf = (
  lane: Lane | null,
  { messageId, request }: Download,
  now: Instant,
  part: Pick<JournalEntry, 'outcome' | 'summary'> & Partial<Pick<JournalEntry, 'detail'>>,
): JournalEntry =>
  inboundEntry(lane, { messageId, group: request.group, transactionType: 'Attachment' }, now, {
    ...part,
    transactionId: messageId,
  });
