import { textOf } from './text-of.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { InboxMessage, Intent } from '../../engine/domain/lane.ts';
import { isJsonObject } from '../../engine/domain/json.ts';
import { UPDATE_FIELDS, type UpdateField } from '../../engine/domain/payload.ts';
import { otherSpelling } from '../../engine/domain/provider-ticket.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { asSaid } from '../../engine/map/fit-column.ts';
import { hasEnded, type ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import type { SentMessage } from '../../adapters/simulator/fifo-queue.ts';
import type { Call, Deed, Deletion, Edit, Happening, Write } from './history.ts';
import { bareNumber } from './provider-numbers.ts';
import type { Run } from './run-seed.ts';
import { saidComments } from './narrow-columns.ts';
import { whole } from './parts.ts';
import type { World } from './world.ts';

/** One thing that ought not to be. */
export interface Finding {
  readonly oracle: Oracle['name'];
  /** The tickets concerned, by any number. */
  readonly tickets: readonly string[];
  readonly words: string;
}

export interface Oracle {
  /** The invariant's name. */
  readonly name: string;
  check(evidence: Evidence): readonly Omit<Finding, 'oracle'>[] | Promise<readonly Omit<Finding, 'oracle'>[]>;
}

/** What came of a call, as its process could know it. */
export type CallEnd =
  /** The provider did it, and said so. */
  | 'acknowledged'
  /** The provider, or its gateway, certainly did not do it, and said so. */
  | 'refused'
  /** It may have been done. */
  | 'ambiguous';

export interface Settled extends Happening {
  readonly message: InboxMessage;
  readonly outcome: string;
  /** What else its transaction wrote. */
  readonly writes: readonly Write[];
}

export interface CommittedIntent extends Happening {
  readonly intent: Intent;
  readonly clientNumber: string | null;
}

/** The ground truth of one run, arranged for questions. */
export class Evidence {
  readonly world: World;
  readonly run: Run;
  /**
   * Every row of the client's that is a ticket, as it is in the end; as the engine knows it, where its columns do not take all that
   * the provider said.
   */
  readonly tickets: readonly Ticket[];
  /** The same, as the columns have it. */
  readonly stored: readonly Ticket[];
  /** Those that somebody has deleted. */
  readonly deleted: readonly Deletion[];
  /** The same of its changes. */
  readonly changes: readonly Ticket[];
  readonly journal: readonly (JournalEntry & Happening & { readonly process: string })[];
  readonly sent: readonly SentMessage[];
  /** When a message was committed to the inbox, and when it had its effect. */
  readonly accepted = new Map<string, Happening>();
  readonly settled = new Map<string, Settled>();
  readonly settlements: readonly Settled[];
  /** When the intent of a call was committed first. */
  readonly intents = new Map<string, CommittedIntent>();
  readonly #calls = new Map<string, Call[]>();
  readonly #ends = new Map<Call, CallEnd>();
  readonly #feeds: ReadonlyMap<UpdateField, ReadonlySet<string>>;

  private constructor(run: Run, stored: readonly Ticket[], rows: readonly Ticket[]) {
    const { world } = run;
    this.stored = stored;
    this.run = run;
    this.world = world;
    this.tickets = rows.filter(({ change }) => change === undefined);
    this.deleted = world.history.deletions;
    this.changes = rows.filter(({ change }) => change !== undefined);
    this.sent = world.tenant.queue.sent();
    const journal: (JournalEntry & Happening & { readonly process: string })[] = [];
    const settlements: Settled[] = [];
    for (const { order, at, process, writes } of world.history.commits) {
      for (const write of writes) {
        if (write.kind === 'journalled') journal.push({ ...write.entry, order, at, process });
        if (write.kind === 'accepted' && write.isNew) this.accepted.set(write.messageId, { order, at });
        if (write.kind === 'intended' && !this.intents.has(write.intent.id))
          this.intents.set(write.intent.id, {
            order,
            at,
            intent: write.intent,
            clientNumber: write.clientNumber,
          });
        if (write.kind !== 'settled') continue;
        const one = { order, at, message: write.message, outcome: write.outcome, writes };
        settlements.push(one);
        if (!this.settled.has(write.message.messageId)) this.settled.set(write.message.messageId, one);
      }
    }
    this.journal = journal;
    this.settlements = settlements;
    for (const call of world.history.calls) {
      if (call.clientNumber === null) continue;
      const calls = this.#calls.get(call.clientNumber);
      if (calls === undefined) this.#calls.set(call.clientNumber, [call]);
      else calls.push(call);
    }
    this.#feeds = feedsOf(world);
  }

  static async of(run: Run): Promise<Evidence> {
    const { database, history } = run.world;
    const keys = new Set(history.edits.map(({ ticket }) => ticket));
    for (const { writes } of history.commits)
      for (const write of writes) if (write.kind === 'ticket made') keys.add(write.ticket);
    const { words, settings } = run.world;
    return database.twin.transaction(async ({ itsm, store }) => {
      const found = await Promise.all([...keys].map((key) => itsm.ticket(key, false)));
      const stored = found.filter((ticket) => ticket !== null);
      if (!settings.narrow) return new Evidence(run, stored, stored);
      const rows = stored.map(async (ticket) => {
        if (ticket.change !== undefined) return ticket;
        const lane = await store.laneByClientTicket(ticket.key);
        const { fields } = asSaid(ticket, lane?.state.kept ?? {});
        return { ...ticket, fields, comments: saidComments(words, ticket.comments) };
      });
      return new Evidence(run, stored, await Promise.all(rows));
    });
  }

  /** Every ticket and change of ours that is or was there. */
  get all(): readonly Ticket[] {
    return [...this.tickets, ...this.changes, ...this.deleted.map(({ ticket }) => ticket)];
  }

  /** The calls about one of our tickets, in the order in which they were sent. */
  callsOf(clientNumber: string): readonly Call[] {
    return this.#calls.get(clientNumber) ?? [];
  }

  /** Before this was the row read that the call speaks of. */
  intendedAt(call: Call): number {
    return this.intents.get(call.announced?.intent.id ?? '')?.order ?? call.order;
  }

  /** Calls of one ticket that may have been made, and nobody knows: their answers are missing, or all that comes after the intent. */
  unanswered(clientNumber: string): readonly CommittedIntent[] {
    const calls = new Map(this.callsOf(clientNumber).map((call) => [call.announced?.intent.id, call]));
    return [...this.intents.values()].filter((one) => {
      const call = calls.get(one.intent.id);
      return one.clientNumber === clientNumber && (call === undefined || this.endOf(call) === 'ambiguous');
    });
  }

  rowOf({ clientNumber }: Call): Ticket | null {
    return this.tickets.find(({ number }) => number === clientNumber) ?? null;
  }

  editsOf(ticket: Ticket): readonly Edit[] {
    return this.world.history.edits.filter((edit) => edit.ticket === ticket.key);
  }

  deedsOf(providerTicket: string): readonly Deed[] {
    return this.world.history.deeds.filter((deed) => deed.providerTicket === providerTicket);
  }

  /** Our changes that were made from one of the provider's, the first of them first: each but the last was replaced. */
  changesOf(providerTicket: string): readonly Ticket[] {
    return this.#named(providerTicket, this.changes);
  }

  /** The same of our tickets. */
  ticketsOf(providerTicket: string): readonly Ticket[] {
    return this.#named(providerTicket, this.tickets);
  }

  /** The rows that got the provider's number, in the order in which they did. */
  #named(providerTicket: string, rows: readonly Ticket[]): readonly Ticket[] {
    const keys = this.world.history.commits.flatMap(({ writes }) =>
      writes.flatMap((write) =>
        write.kind === 'number set' && write.providerTicket === providerTicket ? [write.ticket] : [],
      ),
    );
    return [...new Set(keys)].flatMap((key) => rows.filter((row) => row.key === key));
  }

  /** Another one has taken its place. */
  isReplaced(ticket: Ticket): boolean {
    return this.world.tenant
      .tickets()
      .some(({ ticketNumber }) => this.ticketsOf(ticketNumber).slice(0, -1).includes(ticket));
  }

  /** Tickets of the provider's that had ended when ours went on there as another one, which named them. */
  formersOf(clientNumber: string): readonly ProviderTicket[] {
    const named = this.callsOf(clientNumber).flatMap((call) => formerIn(call) ?? []);
    return [...new Set(named)].flatMap((number) => this.world.tenant.ticket(number) ?? []);
  }

  /** Every ticket of the provider's that carries our number. */
  theirs(clientNumber: string): readonly ProviderTicket[] {
    return this.world.tenant.tickets().filter((ticket) => ticket.clientTicketNumber === clientNumber);
  }

  /**
   * Nobody can have told us that the provider's ticket is ours: no answer to its create has come, and no message of it
   * names ours.
   */
  isUnheardOf({ ticketNumber, clientTicketNumber }: ProviderTicket): boolean {
    const create = this.callsOf(clientTicketNumber).find(({ after }) => after?.ticketNumber === ticketNumber);
    return (
      create !== undefined &&
      this.endOf(create) === 'ambiguous' &&
      !this.#isAnswered(create) &&
      !this.sent.some(
        ({ group, body }) =>
          bareNumber(group) === bareNumber(ticketNumber) &&
          isJsonObject(body) &&
          body.clientTicketNumber === clientTicketNumber,
      )
    );
  }

  /** The same by number: what is said of it waits, parked, for somebody who asks the provider. */
  isOfNobody(providerTicket: string): boolean {
    const theirs = this.world.tenant.ticket(providerTicket);
    return theirs !== undefined && this.isUnheardOf(theirs);
  }

  /** The provider's number came back, however late, to a process that went on to the end. */
  #isAnswered({ process, answer, handled, fault }: Call): boolean {
    return (
      answer?.kind === 'answer' &&
      handled?.isAccepted === true &&
      fault !== 'server error with effect' &&
      [...this.world.processes].some(({ name }) => name === process)
    );
  }

  /** The provider's ticket that our row names. */
  linked(ticket: Ticket): ProviderTicket | null {
    const { providerNumber } = ticket;
    if (providerNumber === null) return null;
    const { tenant } = this.world;
    return tenant.ticket(providerNumber) ?? tenant.ticket(otherSpelling(providerNumber)) ?? null;
  }

  /** The payload fields that an edit of ours may alter. A group may change hands, and then all that was held back travels. */
  touches(edit: Edit, field: UpdateField): boolean {
    const names = Object.keys(edit.fields);
    if (edit.isNew || names.includes(this.world.words.groupField)) return true;
    return names.some((name) => this.#feeds.get(field)?.has(name));
  }

  /** The payload fields that a deed of theirs altered. */
  altered(deed: Deed): readonly UpdateField[] {
    return UPDATE_FIELDS.filter((field) => deed.before?.[field] !== deed.after[field]);
  }

  /** What came of a call. An answer that its process did not live to write down is as good as none. */
  endOf(call: Call): CallEnd {
    const known = this.#ends.get(call);
    if (known !== undefined) return known;
    const end = this.#isForgotten(call) ? 'ambiguous' : endByAnswer(call);
    this.#ends.set(call, end);
    return end;
  }

  #isForgotten({ process, announced, clientNumber, order }: Call): boolean {
    const interrupted = this.world.history.interrupted.get(process);
    if (interrupted === undefined || announced === null) return false;
    const isTold = this.journal.some(
      (entry) =>
        entry.process === process &&
        entry.order > order &&
        (entry.transactionId === announced.intent.id ||
          (entry.outcome === 'parked' && entry.clientNumber === clientNumber)),
    );
    return !isTold;
  }

  /** A clock was wrong, so who was first cannot be told by dates. */
  get clocksDisagree(): boolean {
    const { settings, history } = this.world;
    return settings.skewMsMax > 0 || history.injected.has('clock jump');
  }
}

function endByAnswer({ answer, fault, handled }: Call): CallEnd {
  if (answer === null) return 'ambiguous';
  if (answer.kind === 'no-answer') return answer.reached ? 'ambiguous' : 'refused';
  if (fault === 'too many requests') return 'refused';
  if (fault === 'server error' || fault === 'server error with effect' || handled === null)
    return 'ambiguous';
  return handled.isAccepted ? 'acknowledged' : 'refused';
}

/** Files are judged by an oracle of their own. */
export const isWrite = ({ kind }: Call): boolean =>
  kind !== 'receive' && kind !== 'delete' && kind !== 'attachment-url' && kind !== 'put-file';

/** Fields of an update as they were sent. */
export const sentFields = ({ payload }: Call): readonly UpdateField[] =>
  UPDATE_FIELDS.filter((field) => payload[field] !== undefined);

/** What is sent to end a ticket. */
export const isEnding = ({ kind, payload }: Call): boolean =>
  kind === 'update' && ['resolved', 'closed', 'cancelled'].includes(textOf(payload.status));

/** A provider ticket that is one too many is told so in a call of its own. */
export const isSurplusCall = (call: Call): boolean => call.announced?.action.kind === 'cancel-surplus';

/** The comments that a call carries, those in parts put together. */
export const sentComments = ({ payload }: Call): readonly string[] =>
  Array.isArray(payload.comments)
    ? whole((payload.comments as readonly { readonly body: string }[]).map(({ body }) => body))
    : [];

/** The comment by which a description goes on: what stands behind its opening; null: it is a person's. */
export const continuation = (text: string): string | null =>
  /^\[The description (?:goes on|has changed; it goes on):\]\n([^]*)$/.exec(text)?.[1] ?? null;

/** The provider's ticket, ended by then, that a create names; null: it names none. */
export function formerIn(call: Call): string | null {
  if (call.kind !== 'create') return null;
  const [first = ''] = sentComments(call);
  return /^This ticket goes on from (\S+), which has ended/.exec(first)?.[1] ?? null;
}

export { hasEnded, whole };

function feedsOf({ contract }: World): ReadonlyMap<UpdateField, ReadonlySet<string>> {
  const names = [...contract.itsm.tickets.fields.keys(), 'custom'];
  return new Map(
    UPDATE_FIELDS.map((field) => {
      const rule = contract.outbound.fields.get(field);
      const rules = rule === undefined ? [] : [rule, ...rule.append];
      const reads = rules.flatMap(({ value }) => (value.reads === 'everything' ? names : [...value.reads]));
      return [field, new Set(reads)];
    }),
  );
}
