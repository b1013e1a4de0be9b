import { attachFile, type DeskFile } from './attach-file.ts';
import {
  CHANGE_STATES,
  hasAppeared,
  type ChangeState,
  type ChangeType,
} from '../../engine/domain/provider-change.ts';
import type { TransactionType } from '../../engine/domain/message.ts';
import { approvalBody, changeBody, changeNotesBody } from './change-bodies.ts';
import type { SentMessage } from './fifo-queue.ts';
import type { MessageTweaks } from './message-bodies.ts';
import {
  CHANGE_FIELDS_DEFAULT,
  type ChangeFields,
  type ProviderApproval,
  type ProviderChange,
} from './provider-change.ts';
import type { ProviderComment } from './provider-ticket.ts';
import type { DeskComment } from './provider-desk.ts';
import type { Tenant } from './tenant.ts';

/** A draft makes no message, so there is none to be different. */
export interface DeskDraft extends Partial<ChangeFields> {
  readonly type: ChangeType;
  readonly shortDescription: string;
}

/** What a user at the provider alters in a change; a state moves it. */
export interface DeskChangeUpdate extends Partial<ChangeFields>, MessageTweaks {
  readonly shortDescription?: string;
  readonly state?: Exclude<ChangeState, 'New' | 'Closed' | 'Cancelled'>;
  readonly approval?: string;
}

export interface DeskApproval extends MessageTweaks {
  readonly approverEmail: string;
  /** Default: the e-mail address. */
  readonly approverName?: string;
}

export interface DeskChangeEnding extends MessageTweaks {
  /** Default `Successful`. */
  readonly closeCode?: string;
  readonly closeNotes?: string;
}

export type ChangeResult =
  | { readonly kind: 'done'; readonly change: ProviderChange; readonly message: SentMessage | null }
  | { readonly kind: 'impossible'; readonly reason: string };

/** The provider's users at work on the changes of one client. A draft is theirs alone: nothing is told of it. */
export class ChangeDesk {
  readonly #tenant: Tenant;
  readonly #filesAt: string;

  /** @param filesAt where addresses of files begin. */
  constructor(tenant: Tenant, filesAt: string) {
    this.#tenant = tenant;
    this.#filesAt = filesAt;
  }

  /** Begins a draft, in the state New. */
  draft({ type, shortDescription, ...fields }: DeskDraft): ChangeResult {
    const tenant = this.#tenant;
    const now = tenant.now();
    const change: ProviderChange = {
      ...CHANGE_FIELDS_DEFAULT,
      ...fields,
      ticketNumber: tenant.newChangeNumber(),
      clientTicketNumber: '',
      type,
      state: 'New',
      approval: 'not requested',
      shortDescription,
      isAnnounced: false,
      openedAt: now,
      updatedAt: now,
      closeCode: '',
      closeNotes: '',
      comments: [],
      approvals: [],
    };
    tenant.saveChange(change);
    return { kind: 'done', change, message: null };
  }

  /** Alters fields and moves the state: a Create message when it leaves its draft, an Update later. */
  update(number: string, { omit, message, ...fields }: DeskChangeUpdate): ChangeResult {
    return this.#change(number, tweaks(omit, message), (before) => ({
      change: { ...before, ...fields },
      type: 'Update',
    }));
  }

  /** Asks one of the client's approvers: an Approval Request. */
  requestApproval(number: string, sent: DeskApproval): ChangeResult {
    const tenant = this.#tenant;
    const before = tenant.change(number);
    if (before === undefined) return impossible(`no such change: ${number}`);
    if (hasEnded(before) || !before.isAnnounced) return impossible(`${number} is ${before.state}`);
    const approval: ProviderApproval = {
      approvalId: tenant.identifiers.uuid(),
      approverName: sent.approverName ?? sent.approverEmail,
      approverEmail: sent.approverEmail,
      state: 'requested',
      isCurrent: true,
      answers: [],
    };
    const after = {
      ...before,
      approval: 'requested',
      approvals: [...before.approvals, approval],
      updatedAt: tenant.now(),
    };
    return this.#tell(after, approval, sent);
  }

  /** Nobody waits for that approval any more: an Approval Request that says so. */
  withdrawApproval(number: string, approvalId: string, sent: MessageTweaks = {}): ChangeResult {
    const before = this.#tenant.change(number);
    const approval = before?.approvals.find((one) => one.approvalId === approvalId);
    if (before === undefined || approval === undefined) return impossible(`no such approval: ${approvalId}`);
    const withdrawn: ProviderApproval = { ...approval, state: 'cancelled' };
    const after = { ...withApproval(before, withdrawn), updatedAt: this.#tenant.now() };
    return this.#tell(after, withdrawn, sent);
  }

  /** Attaches a file: an Attachment message with an address that is good for a while. */
  attach(number: string, sent: DeskFile): ChangeResult {
    const tenant = this.#tenant;
    const change = tenant.change(number);
    if (change === undefined) return impossible(`no such change: ${number}`);
    if (!change.isAnnounced) return impossible(`${number} is a draft`);
    const identity = {
      clientName: tenant.account.clientName,
      clientTicketNumber: change.clientTicketNumber,
      ticketType: 'Change',
      ticketNumber: number,
    };
    const message = attachFile(tenant, number, sent, this.#filesAt, identity, (type, body, tweaks) =>
      tenant.announceChange(type, change, body, tweaks),
    );
    return { kind: 'done', change, message };
  }

  /** Back to New: a Redraft message. Whoever was asked is not any more. */
  redraft(number: string, sent: MessageTweaks = {}): ChangeResult {
    return this.#change(number, sent, (before) => ({
      change: { ...drafted(withdrawn(before)), state: 'New', approval: 'not requested' },
      type: 'Redraft',
    }));
  }

  /** An Update message with the state Cancelled. */
  cancel(number: string, sent: DeskChangeEnding = {}): ChangeResult {
    return this.#change(number, sent, (before) => ({
      change: { ...withdrawn(before), state: 'Cancelled', closeNotes: sent.closeNotes ?? '' },
      type: 'Update',
    }));
  }

  /** A Closure message with the state Closed. */
  close(number: string, sent: DeskChangeEnding = {}): ChangeResult {
    return this.#change(number, sent, (before) => ({
      change: {
        ...withdrawn(before),
        state: 'Closed',
        closeCode: sent.closeCode ?? 'Successful',
        closeNotes: sent.closeNotes ?? '',
      },
      type: 'Closure',
    }));
  }

  /** Writes a comment: a Notes message. */
  comment(number: string, sent: DeskComment): ChangeResult {
    const tenant = this.#tenant;
    const before = tenant.change(number);
    if (before === undefined) return impossible(`no such change: ${number}`);
    const comment: ProviderComment = {
      id: tenant.identifiers.uuid(),
      by: 'provider',
      at: tenant.now(),
      body: sent.body,
      commenter: sent.commenter ?? 'Provider Change Desk',
      commenterEmail: sent.commenterEmail ?? 'changedesk@provider.example',
      commentTime: '',
      commenterPhone: '',
    };
    const change = { ...before, comments: [...before.comments, comment], updatedAt: tenant.now() };
    tenant.saveChange(change);
    const body = changeNotesBody(change, comment, tenant.account);
    return { kind: 'done', change, message: tenant.announceChange('Notes', change, body, sent) };
  }

  #tell(change: ProviderChange, approval: ProviderApproval, sent: MessageTweaks): ChangeResult {
    const tenant = this.#tenant;
    tenant.saveChange(change);
    const body = approvalBody(change, approval, tenant.account);
    return { kind: 'done', change, message: tenant.announceChange('Approval Request', change, body, sent) };
  }

  #change(
    number: string,
    sent: MessageTweaks,
    alter: (before: ProviderChange) => { readonly change: ProviderChange; readonly type: TransactionType },
  ): ChangeResult {
    const tenant = this.#tenant;
    const before = tenant.change(number);
    if (before === undefined) return impossible(`no such change: ${number}`);
    if (before.state === 'Closed') return impossible(`${number} is ${before.state}`);
    const { change, type } = alter(before);
    if (JSON.stringify(change) === JSON.stringify(before)) return { kind: 'done', change, message: null };
    const leavesDraft = !before.isAnnounced && hasAppeared(change.type, change.state);
    const after = { ...change, isAnnounced: before.isAnnounced || leavesDraft, updatedAt: tenant.now() };
    tenant.saveChange(after);
    if (!after.isAnnounced) return { kind: 'done', change: after, message: null };
    const body = changeBody(after, tenant.account);
    const message = tenant.announceChange(leavesDraft ? 'Create' : type, after, body, sent);
    return { kind: 'done', change: after, message };
  }
}

/** A provider's user may answer for the whole change; the client's answers are `answerApproval`'s. */
export const withApproval = (change: ProviderChange, approval: ProviderApproval): ProviderChange => ({
  ...change,
  approvals: change.approvals.map((one) => (one.approvalId === approval.approvalId ? approval : one)),
});

const withdrawn = (change: ProviderChange): ProviderChange => ({
  ...change,
  approvals: change.approvals.map((one) =>
    one.state === 'requested' ? { ...one, state: 'cancelled' } : one,
  ),
});

/** What was answered before says nothing of the new draft. */
const drafted = (change: ProviderChange): ProviderChange => ({
  ...change,
  approvals: change.approvals.map((one) => ({ ...one, isCurrent: false })),
});

const tweaks = (omit: MessageTweaks['omit'], message: MessageTweaks['message']): MessageTweaks => ({
  ...(omit === undefined ? {} : { omit }),
  ...(message === undefined ? {} : { message }),
});

/** Nothing more is taken for the change. */
export const hasEnded = ({ state }: ProviderChange): boolean => state === 'Closed' || state === 'Cancelled';

/** The states to which an update may move a change. */
export const MOVED_STATES = CHANGE_STATES.filter(
  (state) => state !== 'New' && state !== 'Closed' && state !== 'Cancelled',
);

const impossible = (reason: string): ChangeResult => ({ kind: 'impossible', reason });
