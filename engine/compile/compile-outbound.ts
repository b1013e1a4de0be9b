import {
  AFTER_CLOSED_POLICIES,
  type AfterClosed,
  type Deleted,
  type FieldRule,
  type KeptInternal,
  type Outbound,
  type OutboundComments,
} from '../domain/contract.ts';
import {
  COMMENT_FIELDS,
  CREATE_ONLY_FIELDS,
  UPDATE_FIELDS,
  type CommentField,
  type CreateOnlyField,
  type UpdateField,
} from '../domain/payload.ts';
import { checkBridgeValue, checkTableValues } from './check-bridge-values.ts';
import { checkCreateFields } from './check-create-fields.ts';
import { CODES } from './codes.ts';
import { compileByType } from './compile-by-type.ts';
import { compileExpressionAt } from './compile-expression-at.ts';
import { compileField, compileFields } from './compile-field.ts';
import { compileOutboundAttachments } from './compile-outbound-attachments.ts';
import { compileRules } from './compile-rules.ts';
import { compileSince } from './compile-since.ts';
import { compileValues } from './compile-values.ts';
import type { ItsmNames, RowNames } from './itsm/itsm-names.ts';
import type { Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenOutbound } from './written-contract.ts';

const isPayloadField = (name: string): name is UpdateField | CreateOnlyField =>
  [...UPDATE_FIELDS, ...CREATE_ONLY_FIELDS].some((field) => field === name);

const isCommentField = (name: string): name is CommentField => COMMENT_FIELDS.some((field) => field === name);

/** A closed ticket takes nothing more: without a word of the contract's, nothing is sent. */
const HELD: AfterClosed['byType'] = { Incident: 'hold', Request: 'hold' };

export function compileOutbound(
  written: Written<WrittenOutbound> | null,
  itsm: ItsmNames,
  scope: Scope,
): Outbound | null {
  if (written === null) return null;
  const since = compileSince(written.get('since'), scope);
  const triggers = compileRules(written.get('triggers'), itsm.ticket, scope);
  const writtenType = written.get('ticket_type');
  const ticketType =
    writtenType === null ? null : compileField(writtenType, 'ticketType', itsm.ticket, scope);
  const writtenFields = written.get('fields');
  const fields = compileFields(writtenFields, isPayloadField, itsm.ticket, scope);
  if (writtenFields !== null) checkCreateFields(writtenFields, scope.report);
  for (const [name, rule] of fields) checkRuleValues(name, rule, writtenFields, scope);
  const comments = compileOutboundComments(written.get('comments'), itsm.comments, scope);
  const attachments = compileOutboundAttachments(written.get('attachments'), itsm.attachments, scope);
  const keptInternal = compileKeptInternal(written, itsm, scope);
  const deleted = compileDeleted(written.get('deleted'));
  const writtenAfter = written.get('after_closed');
  const afterClosed = {
    byType: compileByType(writtenAfter, AFTER_CLOSED_POLICIES) ?? HELD,
    place: (writtenAfter ?? written).key.place,
  };
  return ticketType === null
    ? null
    : {
        since,
        triggers,
        ticketType,
        fields,
        comments,
        attachments,
        keptInternal,
        deleted,
        afterClosed,
      };
}

function checkRuleValues(
  name: UpdateField | CreateOnlyField,
  rule: FieldRule,
  written: Written<WrittenOutbound['fields']> | null,
  scope: Scope,
): void {
  if (rule.table !== null) checkTableValues(name, rule.table, scope.report);
  const fallback = written?.get(name)?.get('default') ?? null;
  if (fallback?.text != null) checkBridgeValue(name, fallback.text, fallback, scope.report);
}

/** The comments that travel. `described`: null if the ITSM description has none; `under`: where it would have them. */
export function compileOutboundComments(
  comments: Written<NonNullable<WrittenOutbound['comments']>> | null,
  described: RowNames | null,
  scope: Scope,
  under = 'comments',
): OutboundComments | null {
  if (comments === null) return null;
  if (described === null) {
    const message = 'Comments cannot travel: the ITSM description has none.';
    scope.report.add(
      CODES.unknownItsmField,
      comments.key,
      message,
      `Describe their table under ${under} in the ITSM file.`,
    );
    return null;
  }
  const when = compileExpressionAt(comments.get('when'), described.input, scope);
  const fields = compileFields(comments.get('fields'), isCommentField, described.input, scope);
  return when === null ? null : { when, fields };
}

function compileKeptInternal(
  written: Written<WrittenOutbound>,
  itsm: ItsmNames,
  scope: Scope,
): KeptInternal | null {
  const kept = written.get('kept_internal');
  if (kept === null) return null;
  const when = compileExpressionAt(kept.get('when'), itsm.ticket, scope);
  const send = compileValues(kept.get('send'), scope);
  return when === null ? null : { when, send, place: kept.key.place };
}

function compileDeleted(written: Written<NonNullable<WrittenOutbound['deleted']>> | null): Deleted | null {
  const closeNotes = written?.get('close_notes')?.text ?? null;
  return written === null || closeNotes === null ? null : { closeNotes, place: written.key.place };
}
