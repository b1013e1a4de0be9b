import type { Instant } from '../domain/instant.ts';
import type { Outcome } from '../domain/journal.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Lane } from '../domain/lane.ts';
import type { Upload } from '../domain/upload.ts';
import type { Transaction } from './ports.ts';
import { outboundEntry, type Runtime } from './step.ts';
import { tellInComment } from './tell-in-comment.ts';

/** Not before then. */
export const putOff = (upload: Upload, until: Instant): Upload => ({
  ...upload,
  resendAt: until,
  dueAt: until,
});

export interface GivingUp {
  readonly outcome: Extract<Outcome, 'held' | 'refused'>;
  readonly reason: string;
  /** The file's own name, if a comment on the ticket is to say why it was not sent. */
  readonly comment: 'none' | (string & {});
  readonly rule?: string | null;
}

/** The file is not sent, now or ever; what waits for it need not any more. */
export async function giveUp(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  upload: Upload,
  { outcome, reason, comment, rule = null }: GivingUp,
): Promise<void> {
  const now = runtime.ports.clock.now();
  // An earlier put has no answer.
  const words = upload.intent === null ? 'was not sent' : 'may not have arrived';
  const said =
    comment === 'none'
      ? ''
      : reason === upload.reason
        ? '; a comment has said so before'
        : await tellInComment(runtime, tx, lane, `The attachment "${comment}" ${words}: ${reason}.`, now);
  // What is over by itself is nobody's to decide on.
  const givenUpAt = outcome === 'refused' ? now : null;
  await tx.store.saveUpload({ ...upload, phase: 'given-up', dueAt: null, reason, givenUpAt });
  const summary = `${upload.name} ${words}: ${reason}${said}`;
  const detail: JsonObject = { attachment: upload.attachment, name: upload.name };
  const part = { outcome, summary, rule, transactionId: upload.intent, detail };
  await tx.store.journal(outboundEntry(lane, 'attachment', now, part));
  await tx.store.wakeLane(lane.id, now, null);
}
