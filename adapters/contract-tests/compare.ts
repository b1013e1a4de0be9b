import { durationText } from '../../engine/compile/duration.ts';
import type { ContractTest, Expectation, ExpectedCall } from '../../engine/compile/tests/contract-test.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import type { Outcome } from '../../engine/domain/journal.ts';
import { ownKeyOfChange } from '../database/itsm/joined-itsm.ts';
import { plainPayload } from '../../engine/wire/plain-payload.ts';
import type { ItsmWrite, RehearsedCall, Rehearsal } from '../rehearsal/rehearsal.ts';
import { decidingRules, spokenReasons } from './what-decided.ts';

/** What was expected and what came of it, in the words of a test's `expect`. They are the same if the test passes. */
export interface Comparison {
  readonly expected: JsonObject;
  readonly actual: JsonObject;
}

/** What holds of both sides without anybody writing it is left out; what a test does not expect shows on one side only. */
export function compare(test: ContractTest, rehearsal: Rehearsal): Comparison {
  const { expected } = test;
  const parts: readonly Part[] = [
    comparePart('sends', expectedCalls(expected), actualCalls(expected, rehearsal), []),
    comparePart('writes', expected.writes, actualWrites(expected, rehearsal), null),
    comparePart('opens', expected.opens, actualOpens(expected, rehearsal), null),
    comparePart('adds_comments', expected.addsComments, actualComments(expected, rehearsal), []),
    comparePart('adds_attachments', expected.addsAttachments, actualAttachments(expected, rehearsal), []),
    comparePart('opens_change', expected.opensChange, actualOpened(expected, rehearsal), null),
    comparePart('writes_change', expected.writesChange, actualWrites(expected, rehearsal, 'change'), null),
    comparePart(
      'adds_change_comments',
      expected.addsChangeComments,
      actualComments(expected, rehearsal, 'change'),
      [],
    ),
    comparePart(
      'adds_change_attachments',
      expected.addsChangeAttachments,
      actualAttachments(expected, rehearsal, 'change'),
      [],
    ),
    comparePart('adds_approvals', expected.addsApprovals, actualApprovals(expected, rehearsal), []),
    comparePart('writes_approval', expected.writesApproval, actualApproval(expected, rehearsal), null),
    ...compareMessages(expected, rehearsal),
    ...compareReasons(expected, rehearsal),
    ...compareEnd(expected, rehearsal),
  ];
  return { expected: documentOf(parts, 'expected'), actual: documentOf(parts, 'actual') };
}

interface Part {
  readonly key: string;
  /** Undefined: the key is not there. */
  readonly expected: Json | undefined;
  readonly actual: Json | undefined;
}

const documentOf = (parts: readonly Part[], side: 'expected' | 'actual'): JsonObject =>
  Object.fromEntries(
    parts.flatMap((part) => {
      const value = part[side];
      return value === undefined ? [] : [[part.key, value] as const];
    }),
  );

/** `nothing`: what both sides have when there is nothing to say. */
function comparePart(key: string, expected: Json, actual: Json, nothing: Json): Part {
  const [left, right] = [asTexts(expected), asTexts(actual)];
  const isNothing = (value: Json): boolean => JSON.stringify(value) === JSON.stringify(nothing);
  if (isNothing(left) && isNothing(right)) return { key, expected: undefined, actual: undefined };
  // On one side there is something: `sends: []` says so of the other, and of a mapping its absence does.
  return {
    key,
    expected: left ?? undefined,
    actual: right ?? undefined,
  };
}

const expectedCalls = (expected: Expectation): Json =>
  expected.calls.map(({ kind, content }) => callDocument(kind, content));

function callDocument(kind: string, content: Json): Json {
  const isEmpty = isJsonObject(content) && Object.keys(content).length === 0;
  return isEmpty && (kind === 'return-number' || kind === 'cancel-surplus') ? kind : { [kind]: content };
}

function actualCalls(expected: Expectation, { calls }: Rehearsal): Json {
  return calls.map((call, index) => {
    const content = contentOf(call);
    const wanted: ExpectedCall | undefined = expected.calls[index];
    const isAlike = wanted?.kind === call.kind;
    return callDocument(call.kind, isAlike ? seen(wanted.content, content, expected.isPartial) : content);
  });
}

/** What a call carries, in plain texts. The status of a call that ends the ticket is what its name says. */
function contentOf({ kind, request }: RehearsedCall): Json {
  const { ticketType, fields, comments } = plainPayload(request);
  switch (kind) {
    case 'create':
      return { ticketType, ...fields, ...(comments.length === 0 ? {} : { comments }) };
    case 'update':
      return fields;
    case 'notes':
      return comments;
    case 'resolve':
    case 'close':
    case 'cancel':
      return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'status'));
    case 'approve':
    case 'reject':
      return { ...fields, comment: comments[0]?.body ?? null };
    case 'attachment':
      return { name: decodeURIComponent(request.path.split('/').at(-1) ?? '') };
    case 'return-number':
    case 'cancel-surplus':
      return {};
  }
}

/** The fields written, over all writes: of one that is written twice, the last value. */
function actualWrites(expected: Expectation, { writes }: Rehearsal, of: Of = 'ticket'): Json {
  const fields = writes
    .filter((write) => write.kind === 'update-ticket')
    .filter((write) => ofWhat(write.key) === of)
    .map((write) => write.fields);
  return laidTogether(of === 'ticket' ? expected.writes : expected.writesChange, fields, expected);
}

type Of = 'ticket' | 'change';
const ofWhat = (key: string): Of => (ownKeyOfChange(key) === null ? 'ticket' : 'change');

function laidTogether(wanted: Json, fields: readonly JsonObject[], { isPartial }: Expectation): Json {
  if (fields.length === 0) return null;
  const merged: JsonObject = Object.assign({}, ...fields) as JsonObject;
  return seen(wanted, merged, isPartial);
}

function actualOpens(expected: Expectation, { writes }: Rehearsal): Json {
  const [opened, ...others] = writes.filter((write) => write.kind === 'insert-ticket');
  if (opened === undefined) return null;
  if (others.length > 0) return [opened, ...others].map(({ fields }) => fields);
  return seen(expected.opens, opened.fields, expected.isPartial);
}

/** Of several changes that are opened one after the other, all. */
function actualOpened(expected: Expectation, { writes }: Rehearsal): Json {
  const [opened, ...others] = writes.filter((write) => write.kind === 'insert-change');
  if (opened === undefined) return null;
  if (others.length > 0) return [opened, ...others].map(({ fields }) => fields);
  return seen(expected.opensChange, opened.fields, expected.isPartial);
}

/** With the approvalId that the row gets, which no field of the contract's need show. */
function actualApprovals(expected: Expectation, { writes }: Rehearsal): Json {
  return writes
    .filter((write) => write.kind === 'insert-approval')
    .map(({ approvalId, fields }, index) =>
      seen(expected.addsApprovals[index] ?? null, { approval_id: approvalId, ...fields }, expected.isPartial),
    );
}

function actualApproval(expected: Expectation, { writes }: Rehearsal): Json {
  const fields = writes.filter((write) => write.kind === 'update-approval').map((write) => write.fields);
  return laidTogether(expected.writesApproval, fields, expected);
}

function actualComments(expected: Expectation, { writes }: Rehearsal, of: Of = 'ticket'): Json {
  const wanted = of === 'ticket' ? expected.addsComments : expected.addsChangeComments;
  const isComment = (write: ItsmWrite): write is Extract<ItsmWrite, { readonly kind: 'insert-comment' }> =>
    write.kind === 'insert-comment';
  return writes
    .filter(isComment)
    .filter(({ ticketKey }) => ofWhat(ticketKey) === of)
    .map(({ fields }, index) => seen(wanted[index] ?? null, fields, expected.isPartial));
}

/** With what the file is, which no field of the contract's need show. */
function actualAttachments(expected: Expectation, { writes }: Rehearsal, of: Of = 'ticket'): Json {
  const wanted = of === 'ticket' ? expected.addsAttachments : expected.addsChangeAttachments;
  const isFile = (write: ItsmWrite): write is Extract<ItsmWrite, { readonly kind: 'insert-attachment' }> =>
    write.kind === 'insert-attachment';
  return writes
    .filter(isFile)
    .filter(({ ticketKey }) => ofWhat(ticketKey) === of)
    .map(({ file, fields }, index) => {
      const { name, contentType: type, size } = file;
      return seen(wanted[index] ?? null, { name, content_type: type, size, ...fields }, expected.isPartial);
    });
}

/** In the order of what is expected; of a partial expectation only what it names. */
function seen(expected: Json, actual: Json, isPartial: boolean): Json {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const wanted = expected as readonly Json[];
    return (actual as readonly Json[]).map((item, index) => seen(wanted[index] ?? null, item, isPartial));
  }
  if (!isJsonObject(expected) || !isJsonObject(actual)) return actual;
  const names = [
    ...Object.keys(expected),
    ...(isPartial ? [] : Object.keys(actual).filter((name) => !Object.hasOwn(expected, name))),
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = actual[name];
      return value === undefined ? [] : [[name, seen(expected[name] ?? null, value, isPartial)] as const];
    }),
  );
}

/** 3 and "3" are the same to both sides; null says that a field is not there. */
function asTexts(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(asTexts);
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, part]) =>
        part === null ? [] : [[name, asTexts(part)] as const],
      ),
    );
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function compareMessages(expected: Expectation, { messages }: Rehearsal): readonly Part[] {
  if (messages.length === 0) return [];
  const outcomes = messages.map(({ outcome }): Outcome => outcome ?? 'waiting');
  const one = (values: readonly string[]): Json => (values.length === 1 ? (values[0] ?? null) : values);
  const deleted = messages.every((message) => message.deleted);
  return [
    ...(expected.outcomes.length === 0
      ? []
      : [{ key: 'outcome', expected: one(expected.outcomes), actual: one(outcomes) }]),
    ...(deleted === expected.deleted
      ? []
      : [{ key: 'deleted', expected: expected.deleted, actual: deleted }]),
  ];
}

function compareReasons(expected: Expectation, rehearsal: Rehearsal): readonly Part[] {
  const parts: Part[] = [];
  const decided = decidingRules(rehearsal);
  if (expected.because.length > 0) {
    const isDecided = expected.because.every((name) => decided.includes(name));
    parts.push({
      key: 'because',
      expected: [...expected.because],
      actual: isDecided ? [...expected.because] : [...decided],
    });
  }
  if (expected.saying !== null) {
    const { saying } = expected;
    const reasons = spokenReasons(rehearsal);
    const isSaid = reasons.some((reason) => reason.includes(saying));
    parts.push({ key: 'saying', expected: saying, actual: isSaid ? saying : (reasons[0] ?? 'nothing') });
  }
  const isHeld = rehearsal.journal.some(({ outcome }) => outcome === 'held');
  if (expected.held) parts.push({ key: 'held', expected: true, actual: isHeld ? true : undefined });
  return parts;
}

/** How it must end: at rest, unless something else is expected. */
function compareEnd(expected: Expectation, { end, calls }: Rehearsal): readonly Part[] {
  const parts: Part[] = [];
  const parked = end.kind === 'parked' ? end.parked.code : undefined;
  const stopped = end.kind === 'stopped' ? true : undefined;
  if (expected.parked !== null || parked !== undefined)
    parts.push({ key: 'parked', expected: expected.parked ?? undefined, actual: parked });
  if (expected.stopped || stopped !== undefined)
    parts.push({ key: 'stopped', expected: expected.stopped ? true : undefined, actual: stopped });
  if (expected.waits !== null || end.kind === 'waits') {
    const { waits } = expected;
    const from = calls.at(-1)?.at ?? null;
    const ms = end.kind === 'waits' && from !== null ? end.until - from : null;
    const text = waits === null ? undefined : `${durationText(waits.min)}..${durationText(waits.max)}`;
    const fits = waits !== null && ms !== null && ms >= waits.min && ms <= waits.max;
    const actual = ms === null ? undefined : durationText(Math.round(ms / 1000) * 1000);
    parts.push({ key: 'waits', expected: text, actual: fits ? text : actual });
  }
  return parts;
}
