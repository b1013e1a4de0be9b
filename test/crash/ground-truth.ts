import { isDone } from '../../engine/domain/payload.ts';
import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
import type { ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import { SIDES } from './client-sides.ts';
import type { CrashWorld } from './crash-world.ts';
import { engineBooks, type EngineBooks } from './engine-books.ts';
import { compareCalls } from './journal-truth.ts';
import { grouped } from './grouped.ts';
import { providerTruth } from './provider-truth.ts';
import { rowsOf } from './sql.ts';

/** What both sides' books say of one contract, held against each other. */
export interface Verdict {
  readonly client: SampleClient;
  /** What may not be. */
  readonly faults: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** What no client of this bridge can rule out: said, and each with the call that was in doubt. */
  readonly inDoubt: readonly string[];
}

export interface TicketRow {
  readonly number: string;
  readonly theirs: string | null;
  readonly title: string;
  readonly status: string | number;
  readonly priority: string;
  readonly in_scope: number;
}

interface CommentRow {
  readonly number: string;
  readonly body: string;
  readonly travels: number;
  readonly id: number;
}

interface Facts {
  readonly client: SampleClient;
  readonly rows: readonly TicketRow[];
  readonly comments: readonly CommentRow[];
  readonly titles: readonly { readonly number: string; readonly title: string }[];
  readonly theirs: readonly ProviderTicket[];
  readonly books: EngineBooks;
}

/** Reads everything, once all is quiet, and says what does not fit. Nothing of the engine is asked what should be. */
export async function groundTruth(world: CrashWorld, client: SampleClient): Promise<Verdict> {
  const provider = providerTruth(world.providerUrl);
  const knex = world.itsm(client);
  const side = SIDES[client];
  const facts: Facts = {
    client,
    rows: await rowsOf(knex, side.tickets),
    comments: await rowsOf(knex, side.comments),
    titles: await rowsOf(knex, 'SELECT number, title FROM crash_titles ORDER BY id'),
    theirs: await provider.tickets(client),
    books: await engineBooks(knex, world.engineSchema, client),
  };
  const [sent, queue, calls] = await Promise.all([
    provider.sent(client),
    provider.queue(client),
    provider.calls(client),
  ]);
  const faults: string[] = [];
  const inDoubt: string[] = [];
  const counts: Record<string, number> = {
    'tickets in scope': facts.rows.filter(({ in_scope }) => in_scope === 1).length,
    'tickets opened by the provider': facts.theirs.filter(({ openedBy }) => openedBy === 'provider').length,
    calls: calls.length,
    'messages sent': sent.length,
    'calls in doubt': facts.books.journal.filter(isDoubt).length,
    'messages received again': facts.books.journal.filter(({ outcome }) => outcome === 'duplicate').length,
  };

  compareTickets(facts, faults, inDoubt, counts);
  compareFields(facts, faults, counts);
  compareOutgoing(facts, faults, inDoubt, counts);
  const notes = sent.filter(({ transactionType }) => transactionType === 'Notes');
  compareIncoming(
    facts,
    notes.map(({ group, body }) => ({ group, body: (body as { notes: { body: string } }).notes.body })),
    faults,
    counts,
  );
  compareTitles(facts, faults);

  for (const { id, transactionType, group } of sent) {
    const outcome = facts.books.inbox.get(id);
    if (outcome === undefined)
      faults.push(`message ${id} (${transactionType} of ${group}) was never accepted`);
    else if (outcome === null) faults.push(`message ${id} (${transactionType} of ${group}) has no outcome`);
    const lines = facts.books.journal.filter((line) => line.direction === 'in' && line.id === id);
    const first = lines.filter(({ summary }) => !summary.startsWith('received again'));
    if (first.length !== 1)
      faults.push(
        `message ${id} (${transactionType} of ${group}) has ${first.length} outcomes in the journal`,
      );
  }
  if (facts.books.inbox.size !== sent.length)
    faults.push(`${facts.books.inbox.size} messages accepted, ${sent.length} sent`);
  if (queue.waiting + queue.inFlight > 0)
    faults.push(`${queue.waiting + queue.inFlight} messages left undeleted`);
  if (queue.failureQueue.length + queue.expired.length > 0)
    faults.push(`${queue.failureQueue.length} messages given up, ${queue.expired.length} expired`);
  for (const { number, code, reason } of facts.books.parked)
    faults.push(`${number ?? 'a lane'} is parked: ${code}: ${reason}`);
  if (facts.books.ambiguous > 0) faults.push(`${facts.books.ambiguous} calls still lack their answer`);
  faults.push(...compareCalls(calls, facts.books.journal));
  return { client, faults, counts, inDoubt };
}

/** A call of which nobody knew whether it had happened: its answer did not come, or nobody was left to read it. */
const isDoubt = ({ direction, outcome }: EngineBooks['journal'][number]): boolean =>
  direction === 'out' && outcome === 'waiting';

const doubtsAbout = ({ books }: Facts, number: string, kinds: readonly string[]): number =>
  books.journal.filter((line) => isDoubt(line) && line.number === number && kinds.includes(line.transaction))
    .length;

/** The provider's tickets that belong to a row, by its number: the first is the one that the row names. */
const thereOf = ({ theirs }: Facts, row: TicketRow): readonly ProviderTicket[] => {
  const all = theirs.filter(({ clientTicketNumber }) => clientTicketNumber === row.number);
  return [...all].sort(
    (a, b) => Number(b.ticketNumber === row.theirs) - Number(a.ticketNumber === row.theirs),
  );
};

function compareTickets(
  facts: Facts,
  faults: string[],
  inDoubt: string[],
  counts: Record<string, number>,
): void {
  let cancelled = 0;
  let unnoticed = 0;
  for (const row of facts.rows) {
    const [linked, ...others] = thereOf(facts, row);
    if (linked === undefined) {
      if (row.in_scope === 1) faults.push(`${row.number} is not at the provider`);
      continue;
    }
    if (row.in_scope !== 1) faults.push(`${row.number} is none of the provider's, which has it`);
    if (linked.ticketNumber !== row.theirs)
      faults.push(`${row.number} names ${row.theirs ?? 'nothing'}, the provider has ${linked.ticketNumber}`);
    for (const other of others) {
      const doubts = doubtsAbout(facts, row.number, ['create']);
      const word = `${row.number} is also ${other.ticketNumber} (${other.status})`;
      if (doubts < others.length) faults.push(`${word}, and no create of it was in doubt`);
      else if (other.status === 'cancelled') cancelled += 1;
      else {
        unnoticed += 1;
        inDoubt.push(`${word}: the answer to its create got lost, and no message has named it since`);
      }
    }
  }
  counts['tickets twice, the second cancelled'] = cancelled;
  counts['tickets twice, the second not come to light'] = unnoticed;
  for (const ticket of facts.theirs) {
    if (ticket.openedBy !== 'provider') continue;
    const rows = facts.rows.filter(({ theirs }) => theirs === ticket.ticketNumber);
    if (rows.length !== 1) faults.push(`the provider's ${ticket.ticketNumber} is here ${rows.length} times`);
    else if (rows[0]?.number !== ticket.clientTicketNumber)
      faults.push(`the provider knows ${rows[0]?.number ?? ''} as "${ticket.clientTicketNumber}"`);
  }
}

function compareFields(facts: Facts, faults: string[], counts: Record<string, number>): void {
  const { statusWords, priorityField, priorityWords } = SIDES[facts.client];
  let compared = 0;
  for (const row of facts.rows) {
    const [there] = thereOf(facts, row);
    if (there === undefined || row.theirs === null) continue;
    const ours = {
      title: row.title,
      status: statusWords.get(String(row.status)),
      priority: priorityWords.get(row.priority),
    };
    const theirs = { title: there.shortDescription, status: there.status, priority: there[priorityField] };
    compared += 1;
    // What was changed on a ticket that is resolved waits until it is opened again.
    const fields = isDone(there.status) ? (['status'] as const) : (['title', 'status', 'priority'] as const);
    for (const field of fields)
      if (ours[field] !== theirs[field])
        faults.push(`${row.number} ${field}: ours "${ours[field] ?? ''}", theirs "${theirs[field]}"`);
  }
  counts['tickets compared field by field'] = compared;
}

function compareOutgoing(
  facts: Facts,
  faults: string[],
  inDoubt: string[],
  counts: Record<string, number>,
): void {
  let crossed = 0;
  let twice = 0;
  for (const row of facts.rows) {
    const [there] = thereOf(facts, row);
    if (there === undefined) continue;
    const expected = facts.comments
      .filter(({ number, travels, body }) => number === row.number && travels === 1 && !isTheirs(body))
      .map(({ body }) => body);
    const arrived = there.comments.filter(({ by }) => by === 'client').map(({ body }) => body);
    const once = [...new Set(arrived)];
    crossed += once.length;
    const repeated = arrived.length - once.length;
    if (once.join('\n') !== expected.join('\n')) {
      const missing = expected.filter((body) => !once.includes(body));
      const strange = once.filter((body) => !expected.includes(body));
      faults.push(
        `${row.number} comments to the provider: ${missing.length} missing (${missing.join(', ')}), ${strange.length} that should not be there (${strange.join(', ')}), in order: ${missing.length + strange.length === 0 ? 'no' : 'unknown'}`,
      );
    }
    if (repeated === 0) continue;
    twice += repeated;
    const word = `${row.number}: ${arrived.filter((body, index) => arrived.indexOf(body) !== index).join(', ')} twice at the provider`;
    if (doubtsAbout(facts, row.number, ['notes']) > 0)
      inDoubt.push(`${word}: the answer to the call got lost`);
    else faults.push(`${word}, and no call of it was in doubt`);
  }
  counts['comments to the provider'] = crossed;
  counts['comments twice at the provider'] = twice;
}

const isTheirs = (body: string): boolean => body.startsWith('provider comment');

function compareIncoming(
  facts: Facts,
  sent: readonly { readonly group: string; readonly body: string }[],
  faults: string[],
  counts: Record<string, number>,
): void {
  const ours = (group: string): string =>
    facts.theirs.find(({ ticketNumber }) => ticketNumber === group)?.clientTicketNumber ?? '';
  let crossed = 0;
  for (const [number, notes] of grouped(sent, ({ group }) => ours(group))) {
    const here = facts.comments
      .filter((comment) => comment.number === number && isTheirs(comment.body))
      .sort((a, b) => a.id - b.id)
      .map(({ body }) => body);
    crossed += notes.length;
    // What was written on a ticket that is there twice is kept too; only what was written on one has an order.
    const isComplete = here.length === notes.length && notes.every(({ body }) => here.includes(body));
    const inOrder = [...grouped(notes, ({ group }) => group).values()].every((one) => {
      const places = one.map(({ body }) => here.indexOf(body));
      return places.every((place, index) => place > (places[index - 1] ?? -1));
    });
    if (!isComplete || !inOrder)
      faults.push(
        `${number} comments of the provider: sent ${notes.map(({ body }) => body).join(', ')}; here ${here.join(', ')}`,
      );
  }
  counts['comments from the provider'] = crossed;
}

/** A title of the provider's is written once, and none after a later one. */
function compareTitles(facts: Facts, faults: string[]): void {
  for (const [number, changes] of grouped(facts.titles, (change) => change.number)) {
    const steps = changes.flatMap(({ title }) => {
      const step = /^provider title (\d+)$/.exec(title)?.[1];
      return step === undefined ? [] : [Number(step)];
    });
    if (steps.some((step, index) => index > 0 && step <= (steps[index - 1] ?? 0)))
      faults.push(`${number}: the provider's titles came in the order ${steps.join(', ')}`);
  }
}
