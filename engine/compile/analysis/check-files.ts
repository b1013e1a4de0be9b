import { CODES } from '../codes.ts';
import type { Subject } from './subject.ts';

/** Files that would be noticed late, and refusals that nobody would hear of. */
export function checkFiles({ contract, itsm, report }: Subject): void {
  const sent = contract.get('outbound')?.get('attachments') ?? null;
  const described = itsm?.get('attachments') ?? null;
  if (sent === null || described === null) return;

  const table = described.get('table')?.text ?? null;
  const sources = itsm?.get('changes')?.items() ?? [];
  const isWatched = sources.some((source) => source.get('table')?.text === table);
  if (table !== null && sources.length > 0 && !isWatched) {
    const [key, ticket] = [described.get('key')?.text ?? '…', described.get('ticket')?.text ?? '…'];
    const message = `No change source watches the attachments "${table}": a new file is noticed only when its ticket changes.`;
    const hint = `Add { table: ${table}, key: ${key}, ticket: ${ticket}, changed: … } to changes in the ITSM file.`;
    report.add(CODES.attachmentsNotWatched, sent.key, message, hint);
  }
  if ((contract.get('inbound')?.get('comments') ?? null) !== null) return;
  const message =
    'Whoever attaches a file that is refused does not hear of it: the contract writes no comments.';
  report.add(CODES.refusalsUnheard, sent.key, message, 'Say under inbound how comments are written.');
}
