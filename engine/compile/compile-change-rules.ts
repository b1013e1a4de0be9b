import type { Approvals, Changes, Decided } from '../domain/contract.ts';
import { compileAttachments } from './compile-attachments.ts';
import { CODES } from './codes.ts';
import { compileExpressionAt } from './compile-expression-at.ts';
import { compileField } from './compile-field.ts';
import { compileItsmFields } from './compile-itsm-fields.ts';
import type { FieldTarget } from './compile-limits.ts';
import { compileOutboundComments } from './compile-outbound.ts';
import type { ChangeNames, ItsmNames, RowNames } from './itsm/itsm-names.ts';
import { APPROVAL_REQUEST, CHANGE_ATTACHMENT, CHANGE_MESSAGE, CHANGE_NOTES } from './message-shapes.ts';
import type { Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenApprovals, WrittenChanges } from './written-contract.ts';

/** What becomes of the provider's changes. Null: they are not taken, or the ITSM description has none. */
export function compileChangeRules(
  written: Written<WrittenChanges> | null,
  { changes: names }: ItsmNames,
  scope: Scope,
): Changes | null {
  if (written === null) return null;
  if (names === null) {
    const message = 'Changes cannot be taken: the ITSM description has none.';
    const hint = 'Describe their table under change_requests in the ITSM file.';
    scope.report.add(CODES.changesNotDescribed, written.key, message, hint);
    return null;
  }
  const comments = written.get('comments');
  const change: FieldTarget = {
    what: 'change',
    fields: names.ticketFields,
    hasComments: comments !== null && names.comments !== null,
  };
  const fields = (key: 'fields' | 'create' | 'cancelled' | 'closed'): Changes['fields'] =>
    compileItsmFields(written.get(key), change, CHANGE_MESSAGE, scope);
  if (comments !== null && names.comments === null) notDescribed(comments, 'Comments', 'comments', scope);
  return {
    fields: fields('fields'),
    create: fields('create'),
    cancelled: fields('cancelled'),
    closed: fields('closed'),
    comments:
      comments === null || names.comments === null
        ? null
        : compileItsmFields(
            comments,
            { what: 'comment', fields: names.comments.fields, hasComments: false },
            CHANGE_NOTES,
            scope,
          ),
    attachments: compileAttachments(
      written.get('attachments'),
      names.attachments,
      CHANGE_ATTACHMENT,
      'change_requests.attachments',
      scope,
    ),
    sends: compileOutboundComments(
      written.get('sends_comments'),
      names.comments,
      scope,
      'change_requests.comments',
    ),
    approvals: compileApprovals(written.get('approvals'), names, scope),
    place: written.key.place,
  };
}

function compileApprovals(
  written: Written<WrittenApprovals> | null,
  { approvals: rows }: ChangeNames,
  scope: Scope,
): Approvals | null {
  if (written === null) return null;
  if (rows === null) {
    notDescribed(written, 'Approvals', 'approvals', scope);
    return null;
  }
  const approval: FieldTarget = { what: 'approval', fields: rows.fields, hasComments: false };
  const fields = compileItsmFields(written.get('fields'), approval, APPROVAL_REQUEST, scope);
  const decided = compileDecided(written.get('decided'), rows, scope);
  return decided === null ? null : { fields, decided };
}

function compileDecided(
  written: Written<WrittenApprovals['decided']> | null,
  { input }: RowNames,
  scope: Scope,
): Decided | null {
  if (written === null) return null;
  const when = compileExpressionAt(written.get('when'), input, scope);
  const approve = compileExpressionAt(written.get('approve'), input, scope);
  const writtenBy = written.get('by');
  const by = writtenBy === null ? null : compileField(writtenBy, 'approver', input, scope);
  const writtenComment = written.get('comment');
  const comment = writtenComment === null ? null : compileField(writtenComment, 'body', input, scope);
  if (when === null || approve === null || by === null) return null;
  return { when, approve, by, comment, place: written.key.place };
}

function notDescribed(written: Written<unknown>, what: string, key: string, scope: Scope): void {
  const message = `${what} cannot be taken: the ITSM description’s change_requests have none.`;
  const hint = `Describe their table under change_requests.${key} in the ITSM file.`;
  scope.report.add(CODES.changesNotDescribed, written.key, message, hint);
}
