import { isJsonObject, type JsonObject } from '../../engine/domain/json.ts';
import { APPEARS_AT, CHANGE_STATES, type ChangeType } from '../../engine/domain/provider-change.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { SentMessage } from '../../adapters/simulator/fifo-queue.ts';
import type { ProviderChange } from '../../adapters/simulator/provider-change.ts';
import type { Evidence } from './evidence.ts';
import { bareNumber } from './provider-numbers.ts';
import { textOf } from './text-of.ts';

/**
 * What ours should be of a change of the provider's: the table of the client guide (v1.2), told message by message in
 * the words of rules/initech. Nothing of the engine is asked.
 */
export interface ExpectedChange {
  /** Each that was made for it, the first of them first; all but the last were replaced. */
  readonly rows: readonly ExpectedRow[];
  /** Messages that came when ours was over, or not there: they bring no comment and no approval. */
  readonly idle: ReadonlySet<string>;
}

export interface ExpectedRow {
  /** What the row says, and since when the last word on it is written; a value that is not known is left out. */
  readonly fields: ReadonlyMap<string, { readonly value: string; readonly order: number }>;
  readonly end: 'open' | 'cancelled' | 'closed';
  /** When the message took effect that had it replaced by another; Infinity: none has. */
  readonly replacedAt: number;
  /** Approvals that were asked for while it was open, by their ids: the last word on each. */
  readonly approvals: ReadonlyMap<string, string>;
}

interface Row {
  readonly fields: Map<string, { readonly value: string; readonly order: number }>;
  end: ExpectedRow['end'];
  replacedAt: number;
  readonly approvals: Map<string, string>;
}

const PHASES: Readonly<Record<string, string>> = {
  Assess: 'Assessment',
  Authorize: 'Authorization',
  Scheduled: 'Planned',
  Implement: 'Running',
  Review: 'Checking',
};
const OUTCOMES: Readonly<Record<string, string>> = {
  Successful: 'success',
  'Successful with issues': 'partly',
  'Successful Outside Change Window': 'late',
  Unsuccessful: 'failure',
};

/** Our fields, what they are made of, and how. */
const FIELDS: readonly (readonly [field: string, source: string, made: (said: string) => string])[] = [
  ['title', 'shortDescription', (said) => said],
  ['description', 'description', (said) => said],
  ['kind', 'type', (said) => said.toLowerCase()],
  ['phase', 'state', (said) => PHASES[said] ?? ''],
  ['risk', 'risk', (said) => said],
  ['plan', 'implementationPlan', (said) => said],
  ['backout', 'backoutPlan', (said) => said],
  ['starts', 'startDate', isoOf],
  ['ends', 'endDate', isoOf],
];

function isoOf(said: string): string {
  return `${said.replace(' ', 'T')}.000Z`;
}

/** Null: whether we had rejected it when the provider moved it on is not certain. */
export function expectedChange(evidence: Evidence, change: ProviderChange): ExpectedChange | null {
  const told = new Telling(evidence, evidence.changesOf(change.ticketNumber));
  for (const message of evidence.sent)
    if (bareNumber(message.group) === bareNumber(change.ticketNumber)) told.hear(message);
  return told.isUncertain ? null : told;
}

class Telling implements ExpectedChange {
  readonly rows: Row[] = [];
  readonly idle = new Set<string>();
  isUncertain = false;
  readonly #evidence: Evidence;
  readonly #ours: readonly Ticket[];
  #seen: Readonly<Record<string, string>> = {};
  #over: 'redrafted' | 'cancelled' | 'rejected' | 'closed' | null = null;

  constructor(evidence: Evidence, ours: readonly Ticket[]) {
    this.#evidence = evidence;
    this.#ours = ours;
  }

  hear(message: SentMessage): void {
    const { id, transactionType } = message;
    const order = this.#evidence.settled.get(id)?.order ?? Infinity;
    const body = isJsonObject(message.body) ? message.body : {};
    const before = this.#seen;
    const said = transactionType === 'Notes' ? {} : saidIn(body);
    this.#seen = { ...before, ...said, ...(transactionType === 'Redraft' ? { state: 'New' } : {}) };
    const changed = new Set(Object.keys(this.#seen).filter((name) => this.#seen[name] !== before[name]));
    const row = this.rows.at(-1);
    if (transactionType !== 'Notes') this.#move(row, changed, order);
    const now = this.rows.at(-1);
    if (now === undefined || (transactionType === 'Approval Request' && this.#over !== null))
      this.idle.add(id);
    else if (transactionType === 'Approval Request')
      now.approvals.set(textOf(body.approvalId), textOf(body.approvalState));
  }

  #move(row: Row | undefined, changed: ReadonlySet<string>, order: number): void {
    const { state = '', approval } = this.#seen;
    if (row === undefined) {
      if (this.#hasAppeared()) this.#open(order);
      return;
    }
    const rejected = (): 'yes' | 'no' | 'maybe' => this.#rejectedByUs(order);
    switch (state) {
      case 'New':
        if (this.#over === 'closed') return;
        if (this.#over === null || this.#over === 'rejected') this.#cancel(row, order);
        this.#over = 'redrafted';
        return;
      case 'Cancelled':
        if (this.#over === null && rejected() === 'maybe') this.isUncertain = true;
        if (this.#over === null && rejected() === 'no') this.#cancel(row, order);
        if (this.#over === null || this.#over === 'rejected') this.#over = 'cancelled';
        return;
      case 'Closed':
        if (this.#over !== null) return;
        this.#write(row, changed, order);
        row.fields.set('phase', { value: 'Closed', order });
        row.fields.set('outcome', { value: OUTCOMES[this.#seen.closeCode ?? ''] ?? '?', order });
        row.end = 'closed';
        this.#over = 'closed';
        return;
      default:
        break;
    }
    if (this.#over === 'redrafted' || this.#over === 'cancelled') {
      if (!this.#hasAppeared()) return;
      row.replacedAt = order;
      this.#over = null;
      this.#open(order);
      return;
    }
    if (this.#over !== null) return;
    if (changed.has('approval') && approval === 'rejected' && rejected() !== 'yes') {
      if (rejected() === 'maybe') this.isUncertain = true;
      this.#cancel(row, order);
      this.#over = 'rejected';
      return;
    }
    this.#write(row, changed, order);
  }

  #hasAppeared(): boolean {
    const { type = 'Normal', state = '' } = this.#seen;
    const at = (word: string): number => CHANGE_STATES.findIndex((known) => known === word);
    return at(state) >= at(APPEARS_AT[type as ChangeType]) && at(state) < at('Closed');
  }

  #open(order: number): void {
    const row: Row = { fields: new Map(), end: 'open', replacedAt: Infinity, approvals: new Map() };
    this.rows.push(row);
    this.#write(row, new Set(Object.keys(this.#seen)), order);
    row.fields.set('outcome', { value: 'pending', order });
  }

  #write({ fields }: Row, changed: ReadonlySet<string>, order: number): void {
    for (const [field, source, made] of FIELDS) {
      const said = this.#seen[source];
      if (changed.has(source) && said !== undefined && made(said) !== '')
        fields.set(field, { value: made(said), order });
    }
  }

  #cancel(row: Row, order: number): void {
    row.fields.set('phase', { value: 'Cancelled', order });
    row.fields.set('outcome', { value: 'withdrawn', order });
    row.end = 'cancelled';
  }

  /** Whether our answer to one of the approvals of this row was no, when the message took effect. */
  #rejectedByUs(order: number): 'yes' | 'no' | 'maybe' {
    const ours = this.#ours[this.rows.length - 1];
    const intents = [...this.#evidence.intents.values()].filter(
      (one) => one.intent.kind === 'reject' && one.clientNumber === ours?.number && one.order < order,
    );
    if (ours === undefined || intents.length === 0) return 'no';
    const calls = this.#evidence.callsOf(ours.number);
    const isSaid = intents.some(({ intent }) => {
      const call = calls.find(({ announced }) => announced?.intent.id === intent.id);
      return call !== undefined && this.#evidence.endOf(call) !== 'refused';
    });
    return isSaid ? 'yes' : 'maybe';
  }
}

/** What is blank says nothing here: our provider's people never make a field empty again. */
const saidIn = (body: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[name, value]] : [],
    ),
  );
