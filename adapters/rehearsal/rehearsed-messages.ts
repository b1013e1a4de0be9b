import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { RehearsedMessage } from './rehearsal.ts';
import type { SituationMessage } from './situation.ts';

/** What became of each message, by the journal. Of several with one id, all but the first are second deliveries. */
export function rehearsedMessages(
  messages: readonly SituationMessage[],
  deleted: readonly boolean[],
  journal: readonly JournalEntry[],
): readonly RehearsedMessage[] {
  return messages.map(({ id, transactionType }, index) => {
    const entries = journal.filter((entry) => entry.direction === 'in' && entry.transactionId === id);
    const deliveries = messages.filter((other) => other.id === id).length;
    const duplicates = entries.filter(({ outcome }) => outcome === 'duplicate').slice(0, deliveries - 1);
    const before = messages.slice(0, index).filter((other) => other.id === id).length;
    const entry = before > 0 ? duplicates[before - 1] : entries.findLast((one) => !duplicates.includes(one));
    return {
      id,
      transactionType,
      deleted: deleted[index] ?? false,
      outcome: entry?.outcome ?? null,
      summary: entry?.summary ?? 'waits',
      rule: entry?.rule ?? null,
    };
  });
}
