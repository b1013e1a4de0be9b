import type { RequestRecord } from '../../adapters/simulator/request-log.ts';
import type { JournalLine } from './engine-books.ts';
import { grouped } from './grouped.ts';

/** The journal's words for what the bridge knows as one call. */
const TRANSACTIONS: Readonly<Record<string, readonly string[]>> = {
  create: ['create'],
  update: ['update', 'resolve', 'close', 'cancel', 'cancel-surplus'],
  notes: ['notes'],
  'return-number': ['return-number'],
};

/** Calls that the provider saw and of which the journal holds no line; and titles that overtook each other. */
export function compareCalls(
  calls: readonly RequestRecord[],
  journal: readonly JournalLine[],
): readonly string[] {
  const faults: string[] = [];
  for (const [number, some] of grouped(calls, numberOf)) {
    for (const [call, transactions] of Object.entries(TRANSACTIONS)) {
      const seen = some.filter((record) => record.call === call).length;
      const lines = journal.filter((line) => line.number === number && tells(line, call, transactions));
      if (lines.length < seen)
        faults.push(
          `${number}: the provider saw ${seen} calls (${call}), the journal tells of ${lines.length}`,
        );
    }
    const titles = some.flatMap(({ effect, body }) => {
      const { shortDescription } = (body as { readonly payload: Readonly<Record<string, unknown>> }).payload;
      const step = / title (\d+)$/.exec(String(shortDescription))?.[1];
      return effect && step !== undefined && !String(shortDescription).startsWith('provider')
        ? [Number(step)]
        : [];
    });
    if (titles.some((step, index) => step < (titles[index - 1] ?? 0)))
      faults.push(`${number}: its titles were sent in the order ${titles.join(', ')}`);
  }
  return faults;
}

const numberOf = ({ body }: RequestRecord): string =>
  String((body as { readonly payload: Readonly<Record<string, unknown>> }).payload.clientTicketNumber);

/** A create without an answer may be settled by any message that names the ticket, which then is its line. */
const tells = (line: JournalLine, call: string, transactions: readonly string[]): boolean =>
  line.direction === 'out'
    ? transactions.includes(line.transaction)
    : call === 'create' && line.outcome === 'applied';
