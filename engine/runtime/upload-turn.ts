import { decideAnswer, type AfterAnswer } from '../decide/decide-answer.ts';
import { UPLOAD_URLS_MAX } from '../domain/limits.ts';
import type { HeldUpload, Upload } from '../domain/upload.ts';
import { ruleName } from '../map/rule-fault.ts';
import { sizeText } from '../wire/size-text.ts';
import { contentKind } from '../wire/content-type.ts';
import { readAnswer, type ReadAnswer } from '../wire/read-answer.ts';
import { readStored } from '../wire/read-stored.ts';
import { askUploadUrl } from '../wire/requests.ts';
import { base64Of, base64Size } from './base64-stream.ts';
import { commitOutcome } from './commit-outcome.ts';
import { giveUp } from './end-upload.ts';
import type { Standing } from './hold.ts';
import type { FileToPut } from './ports.ts';
import { patienceOf, prepareUpload, type ReadyUpload, type UploadEnd } from './prepare-upload.ts';
import { recordUpload, type Attempted } from './record-upload.ts';
import { splitHead } from './split-head.ts';
import type { Runtime } from './step.ts';
import { transact } from './transact.ts';

/**
 * Sends one file, or writes down why not: asks for an address, commits the intent, puts the bytes, commits the outcome. An
 * address that has become too old is asked for again. The caller holds the upload; when another process has taken it,
 * nothing more is written, except that a file which was taken there is known to be.
 *
 * The signal breaks a put off: whether the file is there is not known then. Rejects with DatabaseUnavailable or
 * FilesUnavailable; the upload is due as before then.
 */
export async function uploadTurn(
  runtime: Runtime,
  held: HeldUpload,
  of: Pick<Upload, 'laneId'>,
  by: Standing,
  signal: AbortSignal,
  hurry: AbortSignal,
): Promise<UploadEnd> {
  const ready = await transact(runtime, (tx) => prepareUpload(runtime, tx, held, of, by));
  if (ready.kind !== 'ready') return ready;
  for (let tries = 1; ; tries += 1) {
    const file = await openFile(runtime, ready);
    if (file.kind === 'refused') return refuse(runtime, ready, held, file.reason);
    try {
      const attempt = await attemptOnce(runtime, ready, held, file, by, signal);
      if (attempt.kind === 'lost') return attempt;
      if (attempt.answer.kind === 'expired' && tries < UPLOAD_URLS_MAX && !signal.aborted) continue;
      const answer = usable(attempt.answer);
      const after = decide(runtime, ready, answer);
      const attempted: Attempted = { upload: ready.upload, intent: attempt.intent, file, after };
      return await commitOutcome(runtime, (tx) => recordUpload(runtime, tx, held, ready, attempted), hurry);
    } finally {
      await file.close();
    }
  }
}

/** What is known of a file once it is open. */
export interface OpenFile extends Pick<FileToPut, 'contentType' | 'size' | 'bytes'> {
  readonly kind: 'open';
  readonly close: () => Promise<void>;
}

async function openFile(
  { ports }: Runtime,
  { ticketKey, attachment, rules }: ReadyUpload,
): Promise<OpenFile | { readonly kind: 'refused'; readonly reason: string }> {
  const content = await ports.files.read(ticketKey, attachment.key);
  if (content === null) return { kind: 'refused', reason: 'it has no content' };
  const { size } = content;
  if (size > rules.sizeMax) {
    const reason = `it has ${sizeText(size)}, and at most ${sizeText(rules.sizeMax)} are sent`;
    return { kind: 'refused', reason };
  }
  const { head, whole, close } = await splitHead(content.bytes);
  const { type, isProgram } = await contentKind(attachment.name, head);
  if (isProgram) {
    await close();
    return { kind: 'refused', reason: 'it is a program by its content, and programs are not taken there' };
  }
  return rules.encoding === 'base64'
    ? { kind: 'open', contentType: 'text/plain', size: base64Size(size), bytes: base64Of(whole), close }
    : { kind: 'open', contentType: type, size, bytes: whole, close };
}

type Attempt =
  | { readonly kind: 'lost' }
  | {
      readonly kind: 'attempted';
      /** Null: nothing was put. */
      readonly intent: string | null;
      readonly answer: ReturnType<typeof readStored>;
    };

async function attemptOnce(
  runtime: Runtime,
  ready: ReadyUpload,
  held: HeldUpload,
  { contentType, size, bytes }: OpenFile,
  by: Standing,
  signal: AbortSignal,
): Promise<Attempt> {
  const { contract, ports } = runtime;
  const { upload, providerTicket, attachment, rules } = ready;
  if (!(await by.confirm())) return { kind: 'lost' };
  runtime.announceUpload?.(ruleName('attachments', rules.place), attachment.name);
  const asked = readAnswer(
    'attachment-url',
    await ports.bridge.send(askUploadUrl(providerTicket, upload.name)),
  );
  if (asked.kind !== 'accepted') return { kind: 'attempted', intent: null, answer: asked };

  const intent = ports.random.id();
  const isHeld = await transact(runtime, async (tx) => {
    const now = await tx.store.heldUpload(held);
    if (now?.phase === 'waiting') await tx.store.saveUpload({ ...now, intent, resendAt: null });
    return now?.phase === 'waiting';
  });
  if (!isHeld || !(await by.confirm())) {
    ports.log.warn('file not put', { contract: contract.name, upload: upload.id, name: upload.name });
    return { kind: 'lost' };
  }
  by.patience.sends(patienceOf(upload.id), intent);
  if (ports.uploads === undefined)
    throw new Error('a contract that sends files needs somebody who puts them');
  const answer = await ports.uploads.put({ url: asked.url ?? '', contentType, size, bytes }, signal);
  return { kind: 'attempted', intent, answer: readStored(answer) };
}

/** Addresses that are all too old when they are used: the store fails, or a clock does. */
const usable = (answer: ReturnType<typeof readStored>): ReadAnswer =>
  answer.kind === 'expired'
    ? { kind: 'error', error: 'too-many-requests', status: 403, text: answer.reason, retryAfterMs: null }
    : answer;

const decide = (
  { contract, ports }: Runtime,
  { upload, lane }: ReadyUpload,
  answer: ReadAnswer,
): AfterAnswer =>
  decideAnswer(
    contract,
    {
      kind: 'attachment',
      ticketType: lane.state.ticketType,
      fields: {},
      answer,
      attempts: upload.attempts,
      substitutes: [],
      repeats: upload.intent !== null,
    },
    ports.clock.now(),
  );

/** Known only now that the file is open. */
function refuse(
  runtime: Runtime,
  { lane, attachment }: ReadyUpload,
  held: HeldUpload,
  reason: string,
): Promise<UploadEnd> {
  return transact(runtime, async (tx): Promise<UploadEnd> => {
    const locked = await tx.store.lane(lane.id, true);
    const upload = await tx.store.heldUpload(held);
    if (locked === null || upload?.phase !== 'waiting') return { kind: 'lost' };
    await giveUp(runtime, tx, locked, upload, { outcome: 'refused', reason, comment: attachment.name });
    return { kind: 'done' };
  });
}
