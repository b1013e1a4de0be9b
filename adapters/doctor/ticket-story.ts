import type { Contract } from '../../engine/domain/contract.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import { unansweredCreate, type Lane } from '../../engine/domain/lane.ts';
import { isDone } from '../../engine/domain/payload.ts';
import { otherSpelling } from '../../engine/domain/provider-ticket.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { mapPayload } from '../../engine/map/outbound.ts';
import { ItsmRefused } from '../../engine/runtime/ports.ts';
import { droppedText } from '../../engine/runtime/operator.ts';
import { readLocalDate } from '../database/dates.ts';
import { plainText } from '../database/itsm/field-values.ts';
import { nameOf } from '../operators/group-causes.ts';
import { ageText, dateText } from '../operators/list-text.ts';
import { reasonText, triggerReasons } from '../operators/trigger-reasons.ts';
import { triedAgain, whatHelps } from '../operators/what-helps.ts';
import { fail, ok, warn, type Check } from './check.ts';
import type { ReadEngine } from './read-engine.ts';

/** What is to be said of one ticket, and the lines of the journal that show it. */
export interface TicketStory {
  readonly ticket: string;
  /** It is at the provider, or the rules say that it need not be. */
  readonly isByRule: boolean;
  readonly checks: readonly Check[];
  readonly evidence: readonly JournalEntry[];
}

const JOURNAL_LINES_MAX = 500;
const EVIDENCE_LINES_MAX = 12;

/** As `storyOf`; a row that cannot be read as itsm.yaml describes it is what there is to say of it. */
export async function ticketStory(...asked: Parameters<typeof storyOf>): Promise<TicketStory> {
  try {
    return await storyOf(...asked);
  } catch (error) {
    if (!(error instanceof ItsmRefused)) throw error;
    const help = 'mend the row, or the `type` in itsm.yaml; until then the ticket is parked at each look';
    const [, , number] = asked;
    return { ticket: number, isByRule: false, checks: [fail('ticket', error.message, help)], evidence: [] };
  }
}

/** Is the ticket at the provider, under which number and since when; if not, why not. By the number of either side. */
async function storyOf(
  contract: Contract,
  engine: ReadEngine,
  number: string,
  hasEngineTables: boolean,
  now: Instant,
): Promise<TicketStory> {
  const { itsm, store } = engine;
  const lanes = hasEngineTables ? await lanesOf(engine, number) : [];
  const lane = lanes[0] ?? null;
  const key =
    lane?.clientTicket ??
    (await itsm.ticketKeyByNumber(number)) ??
    (await itsm.ticketKeyByProviderNumber(number));
  const ticket = key === null ? null : await itsm.ticket(key, false);
  const own = lane ?? (key === null || !hasEngineTables ? null : await store.laneByClientTicket(key));
  const journal = hasEngineTables
    ? await store.readJournal({
        ticket: ticket?.number ?? own?.clientNumber ?? number,
        limit: JOURNAL_LINES_MAX,
      })
    : [];
  const checks: Check[] = [];
  if (ticket === null) checks.push(...(await missingChecks(contract, engine, number, own)));
  if (own !== null) checks.push(...laneChecks(own, journal, now));
  if (ticket !== null && (own === null || (own.state.link === 'unlinked' && own.parked === null)))
    checks.push(...(await notTravelled(contract, engine, ticket, own, hasEngineTables, now)));
  return {
    ticket: ticket?.number ?? number,
    isByRule: checks.every(
      ({ verdict, about }) => verdict === 'ok' || about === 'trigger' || about === 'rule',
    ),
    checks: checks.length === 0 ? [warn('ticket', `nothing is known of ${number}`)] : checks,
    evidence: journal.slice(-EVIDENCE_LINES_MAX),
  };
}

/** By the number of either side, however the provider's is spelt. */
export async function lanesOf(
  { store }: Pick<ReadEngine, 'store'>,
  number: string,
): Promise<readonly Lane[]> {
  const found = await store.lanesByNumber(number);
  return found.length > 0 ? found : store.lanesByNumber(otherSpelling(number));
}

/** No row is a ticket with this number: perhaps one is that is none by `tickets.where`. */
async function missingChecks(
  { itsm }: Contract,
  { database }: ReadEngine,
  number: string,
  lane: Lane | null,
): Promise<readonly Check[]> {
  const { tickets } = itsm;
  const rows: readonly Readonly<Record<string, unknown>>[] = await database
    .knex(tickets.table)
    .where({ [tickets.number.column]: number })
    .limit(1);
  const row = rows[0];
  if (row !== undefined) {
    const differing = [...tickets.where].map(
      ([column, value]) =>
        `${column} is ${JSON.stringify(row[column])}, and must be ${JSON.stringify(value)}`,
    );
    return [
      fail(
        'ticket',
        `${number} is in ${tickets.table}, and is no ticket by tickets.where: ${differing.join('; ')}`,
        'change the row, or tickets.where in itsm.yaml',
      ),
    ];
  }
  if (lane !== null)
    return lane.clientTicket === null
      ? []
      : [warn('ticket', `the ITSM has no row of ${nameOf(lane)} any more`)];
  return [
    fail(
      'ticket',
      `there is no ticket ${number} in ${tickets.table}, and the engine never heard of it`,
      'is it the number, and the right contract and database?',
    ),
  ];
}

function laneChecks(lane: Lane, journal: readonly JournalEntry[], now: Instant): readonly Check[] {
  const { state, parked, providerTicket } = lane;
  const checks: Check[] = [];
  if (state.dropped !== null)
    checks.push(
      fail(
        'ticket',
        `an operator took it out: ${droppedText(state.dropped)}`,
        'bridgehead parked retry takes it back',
      ),
    );
  if (parked !== null)
    checks.push(
      fail(
        'ticket',
        `it stands still since ${dateText(parked.at)} (${parked.code}): ${parked.reason}${parked.rule === null ? '' : ` [${parked.rule}]`}; tried again ${triedAgain(lane, parked, now)}`,
        whatHelps(parked.code),
      ),
    );
  switch (state.link) {
    case 'linked':
      checks.push(ok('ticket', linkedText(lane, journal)));
      break;
    case 'replaced':
      checks.push(
        ok(
          'ticket',
          `the provider's ticket goes on as ${state.replacedBy ?? 'another one of ours'}; this one is not sent any more`,
        ),
      );
      break;
    case 'unknown': {
      const since = unansweredCreate(lane);
      const until =
        state.resendAt === null
          ? ''
          : `; sent again at ${dateText(state.resendAt)} unless a message settles it`;
      checks.push(
        warn(
          'ticket',
          `its create was sent${since === null ? '' : ` ${dateText(since)} (${ageText(now - since)} ago)`}, and no answer came: whether the provider has it is not known${until}`,
          'look for it at the provider; if it is there, bridgehead parked link, or its number in the row, says so',
        ),
      );
      break;
    }
    case 'unlinked':
      if (state.intent !== null)
        checks.push(
          warn('ticket', `its ${state.intent.kind} is under way since ${dateText(state.intent.at)}`),
        );
      if (lane.clientTicket === null && parked === null)
        checks.push(
          warn(
            'ticket',
            state.outOfScope === null
              ? `the provider's ${providerTicket ?? ''} has no ticket here`
              : `the provider's ${providerTicket ?? ''} is out of scope, by ${state.outOfScope}`,
          ),
        );
  }
  return checks;
}

function linkedText({ providerTicket, state }: Lane, journal: readonly JournalEntry[]): string {
  const taken = journal.findLast(
    ({ direction, transaction, outcome }) =>
      direction === 'out' && transaction === 'create' && outcome === 'sent',
  );
  const how =
    taken !== undefined
      ? `created there ${dateText(taken.at)}, because ${taken.summary}`
      : state.origin === 'provider'
        ? 'the provider opened it'
        : 'linked by a number that came later or stood in the row';
  const status = state.shadow.fields.status;
  return `it is at the provider as ${providerTicket ?? '?'}: ${how}${status === undefined ? '' : `; there it is ${status}, as far as was agreed`}`;
}

/** It is here, it does not stand still, and it is not there: rules, the go-live, or nobody noticed. */
async function notTravelled(
  contract: Contract,
  engine: ReadEngine,
  ticket: Ticket,
  lane: Lane | null,
  hasEngineTables: boolean,
  now: Instant,
): Promise<readonly Check[]> {
  if (ticket.providerNumber !== null)
    return [
      warn(
        'ticket',
        `its row carries the provider's number ${ticket.providerNumber}: it is taken for agreed, and not created`,
        'clear the number if no ticket of the provider has it',
      ),
    ];
  const reasons = await triggerReasons(contract, ticket, now);
  const matching = reasons.find(({ verdict }) => verdict === 'yes');
  if (matching === undefined)
    return [
      fail(
        'rule',
        'it is not at the provider, and by the rules it need not be: no trigger holds',
        'change the ticket, or the rule, if it should be there',
      ),
      ...reasons.map((reason) => warn('trigger', reasonText(reason))),
    ];
  const { payload } = mapPayload(contract, ticket, now);
  if (isDone(payload.status))
    return [
      fail(
        'rule',
        `it is ${payload.status ?? ''} already: there is nothing to open at the provider`,
        'a ticket that is over before it travelled is not created',
      ),
    ];
  const checks: Check[] = [ok('trigger', `"${matching.name}" (${matching.place}) holds now`)];
  if (lane === null) checks.push(await neverSeen(contract, engine, ticket, hasEngineTables));
  else
    checks.push(
      lane.dueAt === null
        ? warn(
            'ticket',
            `the engine looked at it, and the verdict then was: ${lane.state.verdict ?? 'nothing to send'}; it looks again at the next change`,
            'edit the ticket (its date of change must move)',
          )
        : warn(
            'ticket',
            `the engine looks at it ${lane.dueAt <= now ? 'now' : `at ${dateText(lane.dueAt)}`}`,
            'if it does not, is an engine at work?',
          ),
    );
  return checks;
}

/** No lane: change detection never met it. By the date of its row against the cursor. */
async function neverSeen(
  { itsm, outbound }: Contract,
  { database, store }: ReadEngine,
  { key }: Ticket,
  hasEngineTables: boolean,
): Promise<Check> {
  const source = itsm.changes.find(({ table }) => table === itsm.tickets.table);
  if (source === undefined)
    return fail('detection', `no entry of \`changes\` in itsm.yaml watches ${itsm.tickets.table}`, 'add one');
  const column = `${source.table}.${source.changed}`;
  const row: { readonly changed: unknown } | undefined = await database
    .knex(source.table)
    .where({ [itsm.tickets.key]: key })
    .first({ changed: source.changed });
  const written = row?.changed == null ? null : plainText(row.changed);
  const at = written === null ? null : readLocalDate(written, itsm.database.timeZone);
  if (at === null)
    return fail(
      'detection',
      `${column} of its row is ${written === null ? 'NULL' : `"${written}"`}: a change is noticed by that date`,
      'every insert and update must set it',
    );
  const says = `${column} of its row says ${dateText(at)}`;
  if (outbound.since !== null && at < outbound.since)
    return fail(
      'detection',
      `${says}, which is before outbound.since (${dateText(outbound.since)}): what was changed before is not looked at`,
      'its next edit makes it travel, or an earlier `since`',
    );
  const cursor = hasEngineTables ? await store.cursor(source.table) : null;
  if (cursor === null)
    return warn('detection', `${says}; no engine has looked at the table yet`, 'bridgehead run');
  const from = cursor - source.overlapMs;
  if (at < from)
    return fail(
      'detection',
      `${says}, and the engine has read on to ${dateText(cursor)} (less ${ageText(source.overlapMs)}): the row was committed later than its date, or edited without moving it`,
      `whatever writes the row must set ${source.changed} to the moment of writing; touch it, and the ticket is noticed`,
    );
  return warn('detection', `${says}; it is noticed at the next look`, 'if it is not, is an engine at work?');
}
