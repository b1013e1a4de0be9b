import type { Instant } from '../../engine/domain/instant.ts';
import { isAmbiguous, type Lane, type Parked } from '../../engine/domain/lane.ts';

const HELPS: Readonly<Record<string, string>> = {
  'rule-failed': 'mend the rule, or the ticket that it fails on',
  'rule-yields-nothing': 'give the field a `default` or make it `optional`, or fill it in the ticket',
  'no-table-entry': 'add the word to the table, or change it in the ticket',
  'payload-refused': 'change the ticket, or the rule that fills the field',
  'bridge-refused': 'read what the provider said; change the ticket, or ask the provider',
  'number-taken': "clear the provider's number in one of the two rows",
  'no-answer': 'look at the provider whether it arrived; ask why the bridge does not answer',
  'answer-unclear': 'look at the provider whether it arrived',
  'itsm-refused': 'add the row that is missing, or mend the rule or the type in itsm.yaml',
  'not-storable':
    'say otherwise in `too_long`, `unstorable_characters` or `unstorable_date`, or widen the column',
  defect: "report it with the log's lines; then skip the message, or retry with a version that mends it",
  'message-invalid': 'ask the provider; skip the message if it is of no use',
  'unknown-ticket':
    'make or restore the ticket here, or ask the provider; skip the message if it is of no use',
};

/** What a person can do about it, in a line. */
export const whatHelps = (code: string): string => HELPS[code] ?? 'read the reason';

/** Whether, and when, it is tried again without an operator. */
export function triedAgain(lane: Lane, { until, retryAt, messageId, code }: Parked, now: Instant): string {
  if (until === 'change' && lane.dueAt !== null && lane.dueAt <= now) return 'at once, by a running engine';
  if (retryAt !== null) {
    const when = new Date(Math.max(now, retryAt)).toISOString().slice(0, 16).replace('T', ' ');
    return `by itself from ${when} UTC on, once the bridge answers calls`;
  }
  const ways = [
    ...(until === 'change' ? ['an edit of the ticket', 'a message for it'] : []),
    ...(until === 'change' || messageId !== null || !isAmbiguous(lane) ? ['other rules'] : []),
  ];
  if (ways.length === 0) return code === 'no-answer' ? 'no more: only by `retry`' : 'only by `retry`';
  const last = ways.at(-1) ?? '';
  return `by ${ways.length === 1 ? last : `${ways.slice(0, -1).join(', ')} or ${last}`}`;
}
