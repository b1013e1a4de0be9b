import type {
  ApprovalTable,
  AttachmentTable,
  ChangeSource,
  CommentTable,
  DatabaseSettings,
  ItsmDescription,
  TicketTable,
} from '../../../engine/domain/itsm-description.ts';
import type { Itsm } from '../../../engine/runtime/ports.ts';

/** The tables of the client's tickets, or those of its changes. */
export interface ItsmSide {
  readonly database: DatabaseSettings;
  readonly tickets: TicketTable;
  readonly comments: CommentTable | null;
  readonly attachments: AttachmentTable | null;
  /** Null: there are none, as with tickets. */
  readonly approvals: ApprovalTable | null;
  readonly changes: readonly ChangeSource[];
  readonly isOfChanges: boolean;
}

/** What is done with one side. Its keys are those of its own table. */
export type SideItsm = Omit<Itsm, 'insertChange'>;

export const ticketSide = ({
  database,
  tickets,
  comments,
  attachments,
  changes,
}: ItsmDescription): ItsmSide => ({
  database,
  tickets,
  comments,
  attachments,
  approvals: null,
  changes,
  isOfChanges: false,
});

/** Null: the contract takes no changes. */
export const changeSide = ({ database, changeRequests, changes }: ItsmDescription): ItsmSide | null =>
  changeRequests === null ? null : { database, ...changeRequests, changes, isOfChanges: true };
