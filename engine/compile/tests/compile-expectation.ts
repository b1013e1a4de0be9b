import type { Contract } from '../../domain/contract.ts';
import type { JsonObject } from '../../domain/json.ts';
import { CODES } from '../codes.ts';
import { parseDurationRange } from '../duration.ts';
import type { Report } from '../report.ts';
import { suggestion } from '../yaml/did-you-mean.ts';
import { plain, type Written } from '../yaml/written.ts';
import type { Expectation, ExpectedCall } from './contract-test.ts';
import {
  compileItsmFields,
  writtenApprovalShapes,
  writtenAttachmentShapes,
  writtenChangeCommentShapes,
  writtenChangeShapes,
  writtenCommentShapes,
  writtenTicketShapes,
  type FieldShapes,
} from './itsm-fields.ts';
import { ACTION_KINDS } from '../vocabulary.ts';
import { ruleNames } from './rule-names.ts';
import type { WrittenCall, WrittenExpectation, WrittenItsmFields } from './written-tests.ts';

/** What must come of a test. A key of `over` (the case's) stands for the same key of `written` (the test's). */
export function compileExpectation(
  written: Written<WrittenExpectation> | null,
  over: Written<WrittenExpectation> | null,
  contract: Contract,
  report: Report,
): Expectation {
  const get = <K extends keyof WrittenExpectation>(
    key: K,
  ): Written<NonNullable<WrittenExpectation[K]>> | null => over?.get(key) ?? written?.get(key) ?? null;
  const ticket = writtenTicketShapes(contract);
  const writes = get('writes');
  const opens = get('opens');
  return {
    calls: (get('sends')?.items() ?? []).flatMap(compileCall),
    writes: writes === null ? null : compileItsmFields(writes, ticket, report),
    opens: opens === null ? null : compileItsmFields(opens, ticket, report),
    addsComments: compileRows(get('adds_comments'), writtenCommentShapes(contract), 'comments', report),
    addsAttachments: compileRows(
      get('adds_attachments'),
      writtenAttachmentShapes(contract),
      'attachments',
      report,
    ),
    addsChangeAttachments: compileRows(
      get('adds_change_attachments'),
      writtenAttachmentShapes(contract, contract.itsm.changeRequests?.attachments ?? null),
      'attachments',
      report,
    ),
    writesChange: compileOne(get('writes_change'), writtenChangeShapes(contract), report),
    opensChange: compileOne(get('opens_change'), writtenChangeShapes(contract), report),
    addsChangeComments: compileRows(
      get('adds_change_comments'),
      writtenChangeCommentShapes(contract),
      'comments',
      report,
    ),
    addsApprovals: compileRows(get('adds_approvals'), writtenApprovalShapes(contract), 'changes', report),
    writesApproval: compileOne(get('writes_approval'), writtenApprovalShapes(contract), report),
    isPartial: get('other_fields')?.text === 'any',
    outcomes: textsOf(get('outcome')).flatMap(({ text }) => text ?? []),
    deleted: get('deleted')?.scalar?.value !== false,
    because: compileRules(get('because'), contract, report),
    saying: get('saying')?.text ?? null,
    held: get('held')?.scalar?.value === true,
    waits: compileWaits(get('waits'), report),
    parked: get('parked')?.text ?? null,
    stopped: get('stopped')?.scalar?.value === true,
  };
}

function compileCall(written: Written<WrittenCall>): readonly ExpectedCall[] {
  const alone = ACTION_KINDS.find((kind) => kind === written.text);
  if (alone !== undefined) return [{ kind: alone, content: {} }];
  const [entry] = written.entries();
  const kind = ACTION_KINDS.find((candidate) => candidate === entry?.[0]);
  return entry === undefined || kind === undefined ? [] : [{ kind, content: plain(entry[1].node) }];
}

/** In the names of itsm.yaml, as they are written there. `shapes`: null if it does not describe such rows. */
export function compileRows(
  written: Written<readonly WrittenItsmFields[]> | null,
  shapes: FieldShapes | null,
  what: RowsNamed,
  report: Report,
): readonly JsonObject[] {
  if (written === null) return [];
  if (shapes === null) {
    reportNotDescribed(written, what, report);
    return [];
  }
  return written.items().map((row) => compileItsmFields(row, shapes, report));
}

function compileOne(
  written: Written<WrittenItsmFields> | null,
  shapes: FieldShapes | null,
  report: Report,
): JsonObject | null {
  if (written === null) return null;
  if (shapes !== null) return compileItsmFields(written, shapes, report);
  reportNotDescribed(written, 'changes', report);
  return null;
}

/** What a test speaks of, and itsm.yaml does not. */
export function reportNotDescribed(written: Written<unknown>, what: RowsNamed, report: Report): void {
  const message =
    what === 'changes' ? 'itsm.yaml describes none of these.' : `itsm.yaml describes no ${what}.`;
  const where = what === 'changes' ? 'change_requests' : what;
  const hint = `Describe them under ${where}: in itsm.yaml, or leave them out here.`;
  report.add(CODES.unknownItsmField, written.key, message, hint);
}

/** Rows that a test may speak of. */
export type RowsNamed = 'comments' | 'attachments' | 'changes';

function compileRules(
  written: Written<string | readonly string[]> | null,
  contract: Contract,
  report: Report,
): readonly string[] {
  const known = ruleNames(contract);
  return textsOf(written).flatMap((name) => {
    if (name.text === null) return [];
    if (!known.has(name.text)) {
      const message = `The contract has no rule "${name.text}" that could decide.`;
      report.add(CODES.unknownRule, name, message, suggestion(name.text, known, 'what decides'));
    }
    return [name.text];
  });
}

function compileWaits(written: Written<string> | null, report: Report): Expectation['waits'] {
  const text = written?.text ?? null;
  if (written === null || text === null) return null;
  const range = parseDurationRange(text);
  if (range === null) {
    report.add(
      CODES.badDuration,
      written,
      `"${text}" is not a range of time.`,
      'The shorter first: 60s..120s.',
    );
  }
  return range;
}

/** One text, or a list of them. */
function textsOf(written: Written<string | readonly string[]> | null): readonly Written<string>[] {
  if (written === null) return [];
  if (written.node.kind === 'list') return written.items();
  return [written];
}
