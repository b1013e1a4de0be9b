import type { Instant } from '../../engine/domain/instant.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { InboxMessage, Intent } from '../../engine/domain/lane.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Action } from '../../engine/plan/action.ts';
import type { BridgeAnswer, BridgeRequest } from '../../engine/runtime/ports.ts';
import type { ProviderChange } from '../../adapters/simulator/provider-change.ts';
import type { ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import type { FaultKind } from './settings.ts';

/** Whatever happens gets the next number, so that what happens at one instant still has an order. */
export interface Happening {
  readonly order: number;
  /** True time. */
  readonly at: Instant;
}

/** One request of a process, as the network and the provider saw it. */
export interface Call extends Happening {
  readonly process: string;
  readonly request: BridgeRequest;
  readonly kind:
    | 'receive'
    | 'delete'
    | 'create'
    | 'update'
    | 'notes'
    | 'return-number'
    | 'approve'
    | 'reject'
    | 'attachment-url'
    | 'put-file';
  /** The client's ticket number in the payload; null: the call names none. */
  readonly clientNumber: string | null;
  /** The provider's ticket in the path. */
  readonly providerTicket: string | null;
  /** As sent, un-escaped; empty for the calls of the queue. */
  readonly payload: JsonObject;
  /** What the engine said it was for. */
  readonly announced: { readonly action: Action; readonly intent: Intent } | null;
  /** When the provider handled it; null: it never got there. */
  handled: (Happening & { readonly isAccepted: boolean; readonly requestId: number }) | null;
  /** The provider's ticket around the handling: what a create made is only after it. */
  before: ProviderTicket | null;
  after: ProviderTicket | null;
  /** The provider's change before the handling, where the call is about one. */
  change: ProviderChange | null;
  fault: FaultKind | null;
  /** What the process got, and when; null: nothing, or nothing yet. */
  answer: BridgeAnswer | null;
  answered: Happening | null;
  /** Messages that it brought, or removed from the queue. */
  messages: readonly string[];
}

/** A file that somebody at the client has attached. */
export interface AttachedHere {
  readonly name: string;
  readonly travels: boolean;
  /** It is of a kind that is not sent. */
  readonly isRefused: boolean;
  readonly sha256: string;
  /** What it is by its bytes. */
  readonly type: string;
}

/** A file that somebody at the provider has attached. */
export interface OfferedThere {
  /** In its name, whatever becomes of the rest of it; no other file has it. */
  readonly label: string;
  readonly sha256: string;
  /** Without its query. */
  readonly address: string;
  readonly expiresAt: Instant;
  /** Whether the address says so itself. */
  readonly saysUntil: boolean;
  /** What is to become of it; `either`: its address may be good for too short a time. */
  readonly fate: 'stored' | 'refused' | 'either';
  /** What the ticket is told if it is refused. */
  readonly because: RegExp;
}

/** A file that a process asks for. */
export interface Fetch extends Happening {
  readonly process: string;
  /** Without its query. */
  readonly address: string;
  /** What the process got; null: nothing, or nothing yet. */
  answer: 'content' | 'expired' | 'failed' | 'refused' | null;
}

/** Something that people did on the client's side. */
export interface Edit extends Happening {
  readonly side: 'client';
  readonly ticket: string;
  readonly number: string;
  /** The ITSM fields that have other values now; `custom` as one. */
  readonly fields: JsonObject;
  readonly comment: { readonly key: string; readonly body: string; readonly travels: boolean } | null;
  /** What somebody says to an approval of a change. */
  readonly decision: Decided | null;
  readonly file?: AttachedHere;
  readonly isNew: boolean;
  /** The date that the rows carry. */
  readonly dated: Instant;
}

/** Somebody at the client deleted a ticket. */
export interface Deletion extends Happening {
  /** As it was until then. */
  readonly ticket: Ticket;
  readonly words: string;
}

/** A person's decision on one approval; `open` takes it back. */
export interface Decided {
  /** The provider's approvalId. */
  readonly approval: string;
  readonly decision: 'approved' | 'rejected' | 'open';
}

/** Something that people did on the provider's side. */
export interface Deed extends Happening {
  readonly side: 'provider';
  readonly providerTicket: string;
  readonly clientNumber: string;
  readonly before: ProviderTicket | null;
  readonly after: ProviderTicket;
  readonly messages: readonly string[];
  readonly words: string;
  readonly file?: OfferedThere;
}

/** Something that the provider's people did to a change. */
export interface ChangeDeed extends Happening {
  readonly providerTicket: string;
  readonly after: ProviderChange;
  /** None, while it is a draft. */
  readonly messages: readonly string[];
  readonly words: string;
  readonly file?: OfferedThere;
}

/** One thing that a committed transaction of the engine's wrote. */
export type Write =
  | { readonly kind: 'accepted'; readonly messageId: string; readonly isNew: boolean }
  | { readonly kind: 'settled'; readonly message: InboxMessage; readonly outcome: string }
  | { readonly kind: 'ticket made'; readonly ticket: string; readonly fields: JsonObject }
  | { readonly kind: 'ticket changed'; readonly ticket: string; readonly fields: JsonObject }
  | { readonly kind: 'number set'; readonly ticket: string; readonly providerTicket: string | null }
  | {
      readonly kind: 'approval made' | 'approval changed';
      readonly ticket: string;
      readonly fields: JsonObject;
    }
  | {
      readonly kind: 'comment made';
      readonly ticket: string;
      readonly key: string;
      readonly fields: JsonObject;
    }
  | { readonly kind: 'file made'; readonly ticket: string; readonly key: string; readonly name: string }
  /** A lane is saved with this call under way. */
  | { readonly kind: 'intended'; readonly intent: Intent; readonly clientNumber: string | null }
  | { readonly kind: 'journalled'; readonly entry: JournalEntry };

export interface Commit extends Happening {
  readonly process: string;
  /** Which of the process's port calls it was, counted from 1. */
  readonly call: number;
  readonly writes: readonly Write[];
}

/** A fault, or what became of a process. */
export interface Note extends Happening {
  readonly process: string | null;
  readonly fault: FaultKind | null;
  readonly words: string;
  /** The tickets concerned, by either number; null: all, or nobody knows. */
  readonly tickets: readonly string[] | null;
}

/** The ground truth: what happened, kept by the simulated world itself. */
export class History {
  readonly calls: Call[] = [];
  readonly fetches: Fetch[] = [];
  readonly edits: Edit[] = [];
  readonly deletions: Deletion[] = [];
  readonly deeds: Deed[] = [];
  readonly changeDeeds: ChangeDeed[] = [];
  readonly commits: Commit[] = [];
  readonly notes: Note[] = [];
  /** Turns that broke: assertions of the engine that did not hold. */
  readonly broken: (Happening & { readonly words: string })[] = [];
  /** When a process died or stood still for the first time, or ended: what it was about then, it may not have written down. */
  readonly interrupted = new Map<string, Happening>();
  readonly injected = new Map<FaultKind, number>();
  readonly #now: () => Instant;
  #count = 0;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  next(): Happening {
    this.#count += 1;
    return { order: this.#count, at: this.#now() };
  }

  inject(
    fault: FaultKind,
    process: string | null,
    words: string,
    tickets: readonly string[] | null = null,
  ): void {
    this.injected.set(fault, (this.injected.get(fault) ?? 0) + 1);
    this.notes.push({ ...this.next(), process, fault, words, tickets });
  }

  interrupt(process: string): void {
    if (!this.interrupted.has(process)) this.interrupted.set(process, this.next());
  }

  tell(process: string | null, words: string): void {
    this.notes.push({ ...this.next(), process, fault: null, words, tickets: null });
  }
}
