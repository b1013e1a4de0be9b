import {
  REOPEN_POLICIES,
  type FieldRule,
  type Inbound,
  type References,
  type ReopenPolicy,
} from '../domain/contract.ts';
import { checkInboundTable } from './check-bridge-values.ts';
import { compileAttachments } from './compile-attachments.ts';
import { CODES } from './codes.ts';
import { compileByType } from './compile-by-type.ts';
import { checkWritable, compileItsmFields } from './compile-itsm-fields.ts';
import type { FieldTarget } from './compile-limits.ts';
import { compileRules } from './compile-rules.ts';
import type { ItsmNames } from './itsm/itsm-names.ts';
import { ANY_MESSAGE, ATTACHMENT_MESSAGE, MESSAGE, MESSAGE_NOTES } from './message-shapes.ts';
import type { Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenFields, WrittenInbound } from './written-contract.ts';

export function compileInbound(
  written: Written<WrittenInbound> | null,
  itsm: ItsmNames,
  scope: Scope,
): Inbound | null {
  if (written === null) return null;
  const outOfScope = compileRules(written.get('out_of_scope'), ANY_MESSAGE, scope);
  const ticket: FieldTarget = {
    what: 'ticket',
    fields: itsm.ticketFields,
    hasComments: written.get('comments') !== null,
  };
  const fields = compileItsmFields(written.get('fields'), ticket, MESSAGE, scope);
  const create = compileItsmFields(written.get('create'), ticket, MESSAGE, scope);
  for (const rule of [...fields.values(), ...create.values()]) checkInboundTable(rule, scope.report);
  const comments = compileComments(written.get('comments'), itsm, scope);
  const attachments = compileAttachments(
    written.get('attachments'),
    itsm.attachments,
    ATTACHMENT_MESSAGE,
    'attachments',
    scope,
  );
  const reopen = compileByType(written.get('reopen'), REOPEN_POLICIES);
  const afterClosed = compileByType(written.get('after_closed'), REOPEN_POLICIES) ?? reopen;
  const policies = [reopen, afterClosed].flatMap((one) => (one === null ? [] : Object.values(one)));
  const references = compileReferences(written.get('references'), policies, itsm, scope);
  if (reopen === null || afterClosed === null) return null;
  const text = written.get('text')?.text === 'escaped' ? 'escaped' : 'plain';
  return {
    outOfScope,
    fields,
    create,
    comments,
    attachments,
    reopen,
    afterClosed,
    references,
    text,
    place: written.key.place,
  };
}

/** Which field of a ticket names the other one, where one takes another's place. */
function compileReferences(
  written: Written<NonNullable<WrittenInbound['references']>> | null,
  policies: readonly ReopenPolicy[],
  itsm: ItsmNames,
  scope: Scope,
): References {
  if (written !== null && policies.length > 0 && !policies.includes('new-ticket')) {
    const message = 'No ticket ever takes another one’s place: these fields are never written.';
    scope.report.add(CODES.idleReferences, written.key, message, 'They go with reopen: new-ticket.');
  }
  const fieldAt = (which: 'new' | 'old'): string | null => {
    const field = written?.get(which) ?? null;
    if (field?.text == null) return null;
    checkWritable(field.text, field, { fields: itsm.ticketFields, what: 'ticket' }, scope);
    return field.text;
  };
  return { onNew: fieldAt('new'), onOld: fieldAt('old') };
}

function compileComments(
  written: Written<WrittenFields> | null,
  itsm: ItsmNames,
  scope: Scope,
): ReadonlyMap<string, FieldRule> | null {
  if (written === null) return null;
  if (itsm.comments === null) {
    const message = 'Comments cannot be taken: the ITSM description has none.';
    scope.report.add(
      CODES.unknownItsmField,
      written.key,
      message,
      'Describe their table under comments in the ITSM file.',
    );
    return null;
  }
  const comment: FieldTarget = { what: 'comment', fields: itsm.comments.fields, hasComments: false };
  return compileItsmFields(written, comment, MESSAGE_NOTES, scope);
}
