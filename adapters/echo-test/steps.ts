import type { JsonObject } from '../../engine/domain/json.ts';
import type { Ticket, TicketComment } from '../../engine/domain/ticket.ts';
import { isDone } from '../../engine/domain/payload.ts';
import { mapPayload, mapTicket } from '../../engine/map/outbound.ts';
import { over } from '../preview/read-situation.ts';
import { makeComment } from './make-comment.ts';
import type { Mark } from './make-ticket.ts';
import { sayField, type Workshop } from './say-field.ts';
import { testFile, withFile, type TestFile } from './test-file.ts';

/** What a person does to the ticket, in the order in which it is done. */
export type StepName =
  'create' | 'update' | 'comment' | 'file' | 'resolve' | 'reopen' | 'resolve again' | 'close';

export interface PlannedStep {
  readonly name: StepName;
  readonly what: string;
  /** The ticket as it is from then on; or why the contract cannot be made to say it. */
  readonly edit: (ticket: Ticket) => Ticket | string;
  /** What is in the file that is attached. */
  readonly file?: TestFile;
}

/** What a file gives of the steps, in the names of itsm.yaml; what it leaves out is made up. */
export interface WrittenSteps {
  readonly update: JsonObject | null;
  readonly comment: JsonObject | null;
  /** What the row of the file has besides name, type and size. */
  readonly file: JsonObject | null;
  /** Both times. */
  readonly resolve: JsonObject | null;
  readonly reopen: JsonObject | null;
  readonly close: JsonObject | null;
}

/** What the provider is told of a ticket that is worked on again, the likeliest first. */
const REOPENED = ['workinprogress', 'open', 'pending'];

const LATER = ['3', '2', '4', '1'];

/** The whole life of a ticket. */
export function planSteps(workshop: Workshop, mark: Mark, written: WrittenSteps): readonly PlannedStep[] {
  const { contract } = workshop;
  const file = testFile(mark);
  const withComments = (ticket: Ticket, texts: readonly string[]): Ticket | null => {
    const comments: TicketComment[] = [...ticket.comments];
    for (const text of texts) {
      const key = String(comments.length + 1);
      const comment = makeComment(workshop, ticket, key, text, written.comment);
      if (comment === null) return null;
      comments.push(comment);
    }
    return { ...ticket, comments };
  };
  const saysDone = (ticket: Ticket): string | null => {
    const { status } = mapPayload(contract, ticket, workshop.now).payload;
    return isDone(status) ? (status ?? null) : null;
  };
  const reopened = (ticket: Ticket): Ticket | string => {
    if (saysDone(ticket) === null) return 'the ticket is not resolved';
    const edited =
      written.reopen === null
        ? sayField(workshop, ticket, 'status', REOPENED, (one) => isAlive(workshop, one))
        : { ...ticket, fields: over(ticket.fields, written.reopen) };
    if (edited === null)
      return 'no edit of the resolved ticket makes the contract send that it is open again';
    const still = saysDone(edited);
    if (still !== null) return `the edit makes the contract send status ${still}, which does not re-open it`;
    return withComments(edited, ['Re-opened: it is not done yet.']) ?? edited;
  };
  const ends = (status: 'resolved' | 'closed', given: JsonObject | null) => (ticket: Ticket) => {
    const edited =
      given === null
        ? sayField(workshop, noted(workshop, ticket), 'status', [status])
        : { ...ticket, fields: over(ticket.fields, given) };
    if (edited === null) return `no edit of the ticket makes the contract send status ${status}`;
    const { payload } = mapPayload(contract, edited, workshop.now);
    return payload.status === status
      ? edited
      : `the edit makes the contract send status ${payload.status ?? 'nothing'}, not ${status}`;
  };
  return [
    {
      name: 'create',
      what: 'a ticket is opened, with a comment if the contract sends any',
      edit: (ticket) => withComments(ticket, [`First comment. ${mark.text}`]) ?? ticket,
    },
    {
      name: 'update',
      what: 'its texts, status and priority are edited',
      edit: (ticket) => {
        if (written.update !== null) return { ...ticket, fields: over(ticket.fields, written.update) };
        const edited = edits(workshop, mark, ticket);
        return edited === ticket ? 'no edit of the ticket makes the contract send anything else' : edited;
      },
    },
    {
      name: 'comment',
      what: 'three comments are written, one right after the other',
      edit: (ticket) =>
        withComments(ticket, [
          'Comment 1 of 3.\nA second line, "quoted", back\\slash.',
          'Comment 2 of 3: Ümläüt, é, €.',
          'Comment 3 of 3.',
        ]) ??
        (contract.outbound.comments === null
          ? 'the contract sends no comments'
          : 'no comment can be made up for which comments.when holds'),
    },
    {
      name: 'file',
      what: 'a small file is attached',
      edit: (ticket) => withFile(workshop, ticket, file, written.file),
      file,
    },
    { name: 'resolve', what: 'it is resolved', edit: ends('resolved', written.resolve) },
    { name: 'reopen', what: 'it is re-opened, with a comment if the contract sends any', edit: reopened },
    {
      name: 'resolve again',
      what: 'it is resolved once more',
      edit: (ticket) =>
        saysDone(ticket) === null ? ends('resolved', written.resolve)(ticket) : 'it was not re-opened',
    },
    { name: 'close', what: 'it is closed', edit: ends('closed', written.close) },
  ];
}

/** As many of the fields that an update carries as the contract can be made to say otherwise. */
function edits(workshop: Workshop, mark: Mark, ticket: Ticket): Ticket {
  const { contract, now } = workshop;
  const { payload } = mapPayload(contract, ticket, now);
  const others = (field: 'priority' | 'impact' | 'urgency'): readonly string[] =>
    LATER.filter((value) => value !== payload[field]);
  let edited = ticket;
  for (const [field, wanted] of [
    ['shortDescription', [`${mark.text} edited, please ignore`]],
    ['description', ['Edited: one line.\n\n"Quoted", back\\slash, Ümläüt, €.']],
    ['status', ['workinprogress', 'pending']],
    ['priority', others('priority')],
    ['impact', others('impact')],
    ['urgency', others('urgency')],
  ] as const) {
    edited = sayField(workshop, edited, field, wanted, (one) => isAlive(workshop, one)) ?? edited;
  }
  return edited;
}

/** It can be sent, and is the provider's. */
function isAlive({ contract, now }: Workshop, ticket: Ticket): boolean {
  const { faults, keptInternal } = mapTicket(contract, ticket, now);
  return faults.length === 0 && !keptInternal;
}

/** With a word on how it ended, which resolving and closing need. */
const noted = (workshop: Workshop, ticket: Ticket): Ticket =>
  sayField(workshop, ticket, 'closeNotes', ['Echo-test: done.\nNothing was broken, "nothing" was mended.']) ??
  ticket;
