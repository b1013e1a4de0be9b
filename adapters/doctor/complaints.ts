import type { Contract } from '../../engine/domain/contract.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { Lane } from '../../engine/domain/lane.ts';
import type { Store } from '../../engine/runtime/ports.ts';
import { engineTables } from '../database/engine-tables.ts';
import { plainText } from '../database/itsm/field-values.ts';
import { plural } from '../operators/list-text.ts';
import { fail, notChecked, ok, warn, type Check } from './check.ts';
import type { ReadEngine } from './read-engine.ts';
import { lanesOf, ticketStory, type TicketStory } from './ticket-story.ts';

/** The two classic ones: "created here but not at the provider", "one ticket exists twice". */
export const COMPLAINTS = ['missing', 'twice'] as const;
export type Complaint = (typeof COMPLAINTS)[number];

/** What was found, and the tickets that show it. */
export interface ComplaintAnswer {
  readonly checks: readonly Check[];
  readonly stories: readonly TicketStory[];
}

/** The newest tickets without a provider's number that are looked at, and those that are told of. */
const LOOKED_AT_MAX = 500;
const TOLD_MAX = 20;
const JOURNAL_LINES_MAX = 500;

/** Of the newest tickets without a provider's number: those for which a trigger holds, and why each is not there. */
export async function missingTickets(
  contract: Contract,
  engine: ReadEngine,
  hasEngineTables: boolean,
  now: Instant,
): Promise<ComplaintAnswer> {
  const { tickets, changes } = contract.itsm;
  const changed = changes.find(({ table }) => table === tickets.table)?.changed;
  const rows: readonly { readonly number: unknown }[] = await engine.database
    .knex(tickets.table)
    .whereNull(tickets.providerNumber)
    .where(Object.fromEntries(tickets.where))
    .orderBy(
      [...(changed === undefined ? [] : [changed]), tickets.key].map((column) => ({ column, order: 'desc' })),
    )
    .limit(LOOKED_AT_MAX)
    .select({ number: tickets.number.column });
  const stories: TicketStory[] = [];
  let untold = 0;
  for (const { number } of rows) {
    const story = await ticketStory(contract, engine, plainText(number), hasEngineTables, now);
    if (story.isByRule) continue;
    if (stories.length < TOLD_MAX) stories.push(story);
    else untold += 1;
  }
  const looked = `of the ${rows.length} newest tickets without a provider's number`;
  const found = stories.length + untold;
  return {
    checks: [
      found === 0
        ? ok('missing', `${looked}, none should be at the provider by the rules`)
        : fail(
            'missing',
            `${looked}, ${found} should be at the provider, or nobody knows${untold === 0 ? '' : `; ${untold} more than are told here`}`,
          ),
    ],
    stories,
  };
}

/** Rows that carry one provider number, and tickets that the provider has or had under several, with how that came about. */
export async function doubledTickets(
  contract: Contract,
  engine: ReadEngine,
  number: string | null,
  hasEngineTables: boolean,
): Promise<ComplaintAnswer> {
  const checks = [...(await sharedNumbers(contract, engine, number))];
  if (!hasEngineTables)
    return { checks: [...checks, notChecked('twice', 'the engine has no journal here yet')], stories: [] };
  const stories: TicketStory[] = [];
  const asked =
    number === null
      ? new Set([...(await surplusTickets(contract, engine)), ...(await leftTickets(contract, engine))])
      : [number];
  for (const ticket of asked) {
    const lines = await engine.store.readJournal({ ticket, limit: JOURNAL_LINES_MAX });
    const evidence = lines.filter(isOfNumbers);
    const surplus = evidence.filter(
      ({ direction, summary }) => direction === 'in' && summary.includes(SECOND),
    );
    const cancelled = evidence.filter(
      ({ transaction, outcome }) => transaction === 'cancel-surplus' && outcome === 'sent',
    );
    const former = formerChecks(await ownLane(engine.store, ticket));
    const isDoubled = surplus.length + cancelled.length > 0;
    if (!isDoubled && former.length === 0 && number === null) continue;
    const doubled =
      isDoubled || former.length === 0
        ? [doubledCheck(ticket, evidence, surplus.length, cancelled.length)]
        : [];
    stories.push({ ticket, isByRule: false, checks: [...doubled, ...former], evidence });
  }
  if (stories.length === 0)
    checks.push(ok('twice', 'no ticket was ever found twice at the provider, by the journal'));
  return { checks, stories };
}

/** The lane of the ticket of ours that has this number, or whose ticket there has it, or had. */
async function ownLane(store: Store, number: string): Promise<Lane | null> {
  const [lane] = await lanesOf({ store }, number);
  if (lane === undefined) return null;
  const { surplusOf } = lane.state;
  return surplusOf === null ? lane : store.lane(surplusOf, false);
}

/** Tickets of the provider's that carry our number and had ended before ours went on there as another one. */
function formerChecks(lane: Lane | null): readonly Check[] {
  if (lane === null || lane.state.former.length === 0) return [];
  const { providerTicket } = lane;
  const now = providerTicket === null ? 'is to be opened there anew' : `went on there as ${providerTicket}`;
  return [
    ok(
      'former',
      `${lane.state.former.join(', ')} had ended before ${lane.clientNumber ?? 'ours'} ${now} (after_closed): the provider has each with our number, and none is one too many`,
    ),
  ];
}

const SECOND = 'is a second provider ticket';

/** What tells how a ticket came to its number, or to two. */
const isOfNumbers = ({ transaction, summary }: JournalEntry): boolean =>
  ['create', 'ReturnEnsonoNum', 'cancel-surplus', 'link', 'return-number'].includes(transaction) ||
  summary.includes(SECOND);

function doubledCheck(
  ticket: string,
  evidence: readonly JournalEntry[],
  surplus: number,
  cancelled: number,
): Check {
  const creates = evidence.filter(
    ({ transaction, outcome }) => transaction === 'create' && outcome === 'sent',
  ).length;
  const lost = evidence.filter(
    ({ transaction, outcome }) => transaction === 'create' && outcome === 'waiting',
  ).length;
  const told = evidence.filter(({ transaction }) => transaction === 'ReturnEnsonoNum').length;
  const words = `${plural(creates, 'create')} accepted, ${plural(lost, 'answer')} to a create lost, ${plural(told, 'ReturnEnsonoNum')} came, ${plural(surplus, 'second ticket')} of the provider's found, ${cancelled} cancelled there`;
  if (surplus === 0 && cancelled === 0)
    return ok('twice', `${ticket} is at the provider once, as far as the journal knows: ${words}`);
  return cancelled >= surplus && cancelled > 0
    ? warn(
        'twice',
        `${ticket} was there twice: ${words}`,
        'the one that is left is the one in its row: tell the provider to go on there',
      )
    : fail(
        'twice',
        `${ticket} is there twice: ${words}`,
        'the second is cancelled as soon as the bridge takes it: bridgehead journal says what stands in the way',
      );
}

/** Several rows of ours with one number of the provider's. */
async function sharedNumbers(
  { itsm }: Contract,
  { database, store, itsm: rows }: ReadEngine,
  number: string | null,
): Promise<readonly Check[]> {
  const { tickets } = itsm;
  const { knex } = database;
  const column = tickets.providerNumber;
  const shared: readonly { readonly number: unknown }[] = await knex(tickets.table)
    .whereNotNull(column)
    .where(Object.fromEntries(tickets.where))
    .groupBy(column)
    .havingRaw('COUNT(*) > 1')
    .limit(TOLD_MAX)
    .select({ number: column });
  const checks: Check[] = [];
  for (const one of shared) {
    const providerNumber = plainText(one.number);
    const found: readonly { readonly number: unknown }[] = await knex(tickets.table)
      .where({ [column]: providerNumber })
      .where(Object.fromEntries(tickets.where))
      .limit(TOLD_MAX)
      .select({ number: tickets.number.column });
    const numbers = found.map((row) => plainText(row.number as string));
    if (number !== null && !numbers.includes(number) && number !== providerNumber) continue;
    const lane = await ownLane(store, providerNumber).catch(() => null);
    const owner =
      lane?.clientTicket == null ? null : ((await rows.ticket(lane.clientTicket, false))?.number ?? null);
    const whose =
      lane === null || owner === null
        ? 'the engine knows the number of none of them'
        : lane.state.former.includes(providerNumber)
          ? `it is a former ticket of ${owner}'s, which goes on there as ${lane.providerTicket ?? 'another one'}`
          : `the provider's ticket is ${owner}'s, by the engine`;
    checks.push(
      fail(
        'twice',
        `${providerNumber} stands in ${plural(numbers.length, 'row')} of ${tickets.table}: ${numbers.join(', ')}; ${whose}`,
        `clear ${column} in the others: Bridgehead writes it once, so a copy, an import or another connection did`,
      ),
    );
  }
  return checks.length > 0
    ? checks
    : [ok('twice', `no two rows of ${tickets.table} carry one provider's number`)];
}

/** Tickets of which the provider had two, by their numbers, the newest first. */
async function surplusTickets(
  { name, itsm }: Contract,
  { database }: ReadEngine,
): Promise<readonly string[]> {
  const { knex, kind } = database;
  const { journal } = engineTables(kind === 'mysql' ? itsm.database.engineSchema : null);
  const rows: readonly { readonly client_number: string }[] = await knex(journal)
    .where({ contract: name })
    .where(
      (entry) =>
        void entry
          .where({ transaction: 'cancel-surplus' })
          .orWhere('summary', 'like', '%is a second provider ticket%'),
    )
    .whereNotNull('client_number')
    .groupBy('client_number')
    .orderByRaw('MAX(id) DESC')
    .limit(TOLD_MAX)
    .select('client_number');
  return rows.map(({ client_number }) => client_number);
}

/** Tickets that the provider had before under another number, the newest first. */
async function leftTickets({ name, itsm }: Contract, { database }: ReadEngine): Promise<readonly string[]> {
  const { knex, kind } = database;
  const { lanes } = engineTables(kind === 'mysql' ? itsm.database.engineSchema : null);
  const rows: readonly { readonly client_number: string }[] = await knex(lanes)
    .where({ contract: name })
    .where('state', 'like', '%"former":["%')
    .whereNotNull('client_number')
    .orderBy('id', 'desc')
    .limit(TOLD_MAX)
    .select('client_number');
  return rows.map(({ client_number }) => client_number);
}
