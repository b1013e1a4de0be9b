import type { AfterAnswer } from '../decide/decide-answer.ts';
import type { Instant } from '../domain/instant.ts';
import type { Outcome } from '../domain/journal.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Lane } from '../domain/lane.ts';
import { UNANSWERED_RETRY_MS_MAX, UNANSWERED_RETRY_MS_MIN, UNANSWERED_SENDS_MAX } from '../domain/limits.ts';
import type { HeldUpload, Upload } from '../domain/upload.ts';
import { ruleName } from '../map/rule-fault.ts';
import { giveUp, putOff } from './end-upload.ts';
import type { FileToPut, Transaction } from './ports.ts';
import type { ReadyUpload, UploadEnd } from './prepare-upload.ts';
import { outboundEntry, type Runtime } from './step.ts';

/** One try at sending a file, and what is to be done now. */
export interface Attempted {
  /** As it was before. */
  readonly upload: Upload;
  /** Of the put; null: it did not come to one. */
  readonly intent: string | null;
  readonly file: Pick<FileToPut, 'contentType' | 'size'>;
  readonly after: AfterAnswer;
}

/**
 * Writes down what came of it: ledger, journal, and whether the file is to be sent again. That a file has arrived counts
 * also from a process that has lost it, as long as nobody has put it since; anything else only from who holds it.
 */
export async function recordUpload(
  runtime: Runtime,
  tx: Transaction,
  held: HeldUpload,
  { lane: { id: laneId }, attachment, rules }: ReadyUpload,
  attempted: Attempted,
): Promise<UploadEnd> {
  const now = runtime.ports.clock.now();
  const lane = await tx.store.lane(laneId, true);
  const upload = await tx.store.upload(held.upload);
  const isHeld = (await tx.store.heldUpload(held)) !== null;
  const { after, intent } = attempted;
  // Settled already, or this is done again because nobody was told that it was committed.
  const isSettled = upload?.phase !== 'waiting' || (intent !== null && upload.intent !== intent);
  if (lane === null || upload === null || isSettled) return isHeld ? { kind: 'done' } : { kind: 'lost' };

  const part: Part = { tx, lane, upload, intent, intentBefore: attempted.upload.intent, now };
  if (after.kind === 'accepted' || after.kind === 'so-already') {
    const { contentType, size } = attempted.file;
    const entry = {
      laneId,
      clientId: upload.attachment,
      providerId: null,
      origin: 'client',
      at: now,
    } as const;
    await tx.store.insertLedgerEntry({ kind: 'attachment', ...entry });
    await tx.store.saveUpload({ ...upload, phase: 'sent', dueAt: null, reason: null });
    const detail = { attachment: upload.attachment, name: upload.name, type: contentType, size };
    const summary = `a new attachment: ${attachment.name}`;
    await note(part, 'sent', summary, ruleName('attachments', rules.place), detail);
    await tx.store.wakeLane(laneId, now, null);
    return isHeld ? { kind: 'done' } : { kind: 'lost' };
  }
  if (!isHeld) return { kind: 'lost' };
  return recordOther(runtime, part, attachment.name, after);
}

interface Part {
  readonly tx: Transaction;
  readonly lane: Lane;
  readonly upload: Upload;
  readonly intent: string | null;
  /** Of an earlier put that has no answer. */
  readonly intentBefore: string | null;
  readonly now: Instant;
}

async function recordOther(
  runtime: Runtime,
  part: Part,
  fileName: string,
  after: Exclude<AfterAnswer, { readonly kind: 'accepted' | 'so-already' }>,
): Promise<UploadEnd> {
  const { tx, lane, upload, now } = part;
  const { random } = runtime.ports;
  switch (after.kind) {
    case 'resend': {
      const spread = after.afterMsMax - after.afterMsMin;
      const until = Math.round(now + after.afterMsMin + random.next() * spread);
      await tx.store.saveUpload(putOff(after.counts ? tried(part, after.ambiguous) : upload, until));
      const detail = { until, attempts: upload.attempts + 1, ambiguous: after.ambiguous };
      await note(part, 'waiting', `${upload.name}: ${after.reason}: put again then`, after.rule, detail);
      return { kind: 'done' };
    }
    case 'stop':
      await tx.store.saveUpload(after.ambiguous ? upload : { ...upload, intent: null });
      await note(part, 'stopped', after.reason, after.rule, {});
      return { kind: 'stop', reason: after.reason };
    case 'ended':
    case 'reopened':
    case 'substitute':
    case 'park': {
      const unanswered = after.kind === 'park' && after.code === 'no-answer';
      if (unanswered && upload.attempts + 1 < UNANSWERED_SENDS_MAX) {
        const spread = UNANSWERED_RETRY_MS_MAX - UNANSWERED_RETRY_MS_MIN;
        const until = Math.round(now + UNANSWERED_RETRY_MS_MIN + random.next() * spread);
        await tx.store.saveUpload(putOff(tried(part, after.ambiguous), until));
        const detail = { until, attempts: upload.attempts + 1, ambiguous: after.ambiguous };
        await note(part, 'waiting', `${upload.name}: ${after.reason}: put again then`, after.rule, detail);
        // What waited for it does so no longer.
        await tx.store.wakeLane(lane.id, now, null);
        return { kind: 'done' };
      }
      const reason = after.kind === 'substitute' ? 'the provider refused it' : after.reason;
      const before = { ...upload, intent: part.intentBefore };
      await giveUp(runtime, tx, lane, before, {
        outcome: 'refused',
        reason,
        comment: fileName,
        rule: 'rule' in after ? after.rule : null,
      });
      return { kind: 'done' };
    }
  }
}

/** One more try without a usable answer; the intent stays where the file may be there all the same. */
const tried = ({ upload, intent }: Part, ambiguous: boolean): Upload => ({
  ...upload,
  attempts: upload.attempts + 1,
  // What was put before may be there as well.
  intent: intent === null ? upload.intent : ambiguous ? intent : null,
});

const note = (
  { tx, lane, intent, now }: Part,
  outcome: Outcome,
  summary: string,
  rule: string | null,
  detail: JsonObject,
): Promise<void> =>
  tx.store.journal(
    outboundEntry(lane, 'attachment', now, { outcome, summary, rule, transactionId: intent, detail }),
  );
