import type { Contract } from '../../domain/contract.ts';
import type { Instant } from '../../domain/instant.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Ticket } from '../../domain/ticket.ts';
import { CODES } from '../codes.ts';
import { compileDuration } from '../compile-duration.ts';
import type { Report } from '../report.ts';
import { suggestion } from '../yaml/did-you-mean.ts';
import { Written } from '../yaml/written.ts';
import { caseName } from './case-name.ts';
import { compileExpectation, compileRows, type RowsNamed } from './compile-expectation.ts';
import { compileAnswers, compileMessages } from './compile-message.ts';
import { changeOf, ticketOf, withNulls, type GivenRows } from './compile-ticket.ts';
import type { ContractTest } from './contract-test.ts';
import {
  approvalShapes,
  attachmentShapes,
  changeCommentShapes,
  changeShapes,
  commentShapes,
  compileItsmFields,
  overlay,
  ticketShapes,
  type FieldShapes,
} from './itsm-fields.ts';
import { TEST_LASTS_MS_MAX } from './test-limits.ts';
import type { WrittenCase, WrittenItsmFields, WrittenTest } from './written-tests.ts';

/** What the tests of one folder are compiled with. */
export interface TestScope {
  readonly contract: Contract;
  /** The fields of the tickets that tests begin with, by name. */
  readonly tickets: ReadonlyMap<string, JsonObject>;
  readonly changes: ReadonlyMap<string, JsonObject>;
  readonly now: Instant;
  readonly report: Report;
}

/** A test, or each case of its table. */
export function compileTest(written: Written<WrittenTest>, scope: TestScope): readonly ContractTest[] {
  const name = written.get('name')?.text ?? '';
  checkTest(written, scope.report);
  const cases = written.get('cases')?.items() ?? [];
  if (cases.length === 0) return [compileCase(written, null, name, scope)];
  const names = new Map<string, number>();
  return cases.map((row) => {
    const label = caseName(row);
    const count = (names.get(label) ?? 0) + 1;
    names.set(label, count);
    return compileCase(written, row, `${name} · ${label}${count === 1 ? '' : ` (${count})`}`, scope);
  });
}

function compileCase(
  test: Written<WrittenTest>,
  row: Written<WrittenCase> | null,
  name: string,
  scope: TestScope,
): ContractTest {
  const { contract, report } = scope;
  const part = <K extends keyof WrittenCase>(key: K): Written<NonNullable<WrittenCase[K]>> | null =>
    row?.get(key) ?? test.get(key);
  const isRoundTrip = test.get('round_trip')?.scalar?.value === true;
  const expect = { own: row?.get('expect') ?? null, shared: test.get('expect') };
  if (expect.own === null && expect.shared === null && !isRoundTrip) {
    const message = 'Nothing says what must come of this test.';
    const at = row ?? test.get('name') ?? test;
    report.add(
      CODES.testIncomplete,
      at,
      message,
      'Give it an expect; expect: { sends: [] } if nothing is sent.',
    );
  }
  return {
    name,
    place: (row ?? test).place,
    now: scope.now,
    lastsMs: compileDuration(part('lasts'), { default: 0, min: 0, max: TEST_LASTS_MS_MAX }, report),
    ...(test.get('change') === null ? compileTickets(test, row, scope) : compileChange(test, row, scope)),
    receives: compileMessages(part('receives'), report),
    isRoundTrip,
    answers: compileAnswers(part('answers')),
    expected: compileExpectation(expect.shared, expect.own, contract, report),
  };
}

function compileTickets(
  test: Written<WrittenTest>,
  row: Written<WrittenCase> | null,
  scope: TestScope,
): { readonly ticket: Ticket | null; readonly agreed: Ticket | null } {
  const { contract, report } = scope;
  const shapes = ticketShapes(contract);
  const agreedName = test.get('agreed');
  const base = findTicket(test.get('ticket') ?? agreedName, scope);
  const laidOver = (fields: JsonObject, key: 'before' | 'given'): JsonObject =>
    [test.get(key), row?.get(key) ?? null].reduce<JsonObject>(
      (laid, over) => overlay(laid, compileItsmFields(over, shapes, report)),
      fields,
    );
  const isKnownThere = agreedName !== null;
  const isDeleted = test.get('deleted')?.scalar?.value === true;
  const before = laidOver(base ?? {}, 'before');
  const now = laidOver(before, 'given');
  const comments = givenRows(
    row?.get('comments') ?? test.get('comments'),
    commentShapes(contract),
    'comments',
    report,
  );
  const files = attachmentShapes(contract);
  const attachments = givenRows(
    row?.get('attachments') ?? test.get('attachments'),
    files,
    'attachments',
    report,
  );
  if (base === null) return { ticket: null, agreed: null };
  const rows = { comments, attachments: files === null ? null : attachments };
  return {
    ticket: isDeleted ? null : ticketOf(shapes, now, rows, isKnownThere),
    agreed: isKnownThere ? ticketOf(shapes, before, noneOf(rows), true) : null,
  };
}

/** A change that both sides know: as it was then, and as it is now. */
function compileChange(
  test: Written<WrittenTest>,
  row: Written<WrittenCase> | null,
  scope: TestScope,
): { readonly ticket: Ticket | null; readonly agreed: Ticket | null } {
  const { contract, changes, report } = scope;
  const shapes = changeShapes(contract);
  const base = findTicket(test.get('change'), { tickets: changes, report });
  if (base === null || shapes === null) return { ticket: null, agreed: null };
  const now = [test.get('given'), row?.get('given') ?? null].reduce<JsonObject>(
    (laid, over) => overlay(laid, compileItsmFields(over, shapes, report)),
    base,
  );
  const rows = (
    key: 'comments' | 'attachments' | 'approvals',
    of: FieldShapes | null,
  ): readonly JsonObject[] =>
    givenRows(row?.get(key) ?? test.get(key), of, key === 'approvals' ? 'changes' : key, report);
  const approvals = rows('approvals', approvalShapes(contract));
  const comments = rows('comments', changeCommentShapes(contract));
  const files = attachmentShapes(contract, contract.itsm.changeRequests?.attachments ?? null);
  const attachments = rows('attachments', files);
  const given = { comments, attachments: files === null ? null : attachments };
  return {
    ticket: changeOf(shapes, now, given, approvals),
    agreed: changeOf(shapes, base, noneOf(given), approvals),
  };
}

/** As it was when both sides agreed: what has not crossed was not there. */
const noneOf = ({ attachments }: GivenRows): GivenRows => ({
  comments: [],
  attachments: attachments === null ? null : [],
});

function findTicket(
  written: Written<string> | null,
  { tickets, report }: Pick<TestScope, 'tickets' | 'report'>,
): JsonObject | null {
  const name = written?.text ?? null;
  if (written === null || name === null) return null;
  const found = tickets.get(name);
  if (found !== undefined) return found;
  const hint = suggestion(name, tickets.keys(), 'described under tickets');
  report.add(CODES.unknownTestTicket, written, `There is no ticket "${name}" under tickets.`, hint);
  return null;
}

/** The rows that belong to the ticket or change, as the database has them: a field that is not written is null. */
function givenRows(
  written: Written<readonly WrittenItsmFields[]> | null,
  shapes: FieldShapes | null,
  what: RowsNamed,
  report: Report,
): readonly JsonObject[] {
  const rows = compileRows(written, shapes, what, report);
  return shapes === null ? [] : rows.map((row) => withNulls(shapes, row));
}

/** Does the test say what it begins with, once, and does what it says go together? */
function checkTest(test: Written<WrittenTest>, report: Report): void {
  const ticket = test.get('ticket');
  const agreed = test.get('agreed');
  const rows: readonly Written<WrittenCase>[] = [test, ...(test.get('cases')?.items() ?? [])];
  if (ticket !== null && agreed !== null) {
    const message =
      'A test begins with a ticket that the provider does not have, or with one that both agreed on.';
    report.add(CODES.testContradicts, agreed.key, message, 'Keep either ticket or agreed.');
  }
  const needs = (
    keys: readonly ('before' | 'given' | 'comments' | 'attachments' | 'approvals')[],
    isThere: boolean,
    message: string,
    hint: string,
  ): void => {
    if (isThere) return;
    for (const row of rows) {
      for (const key of keys) {
        const found = row.get(key);
        if (found !== null) report.add(CODES.testIncomplete, found.key, message, hint);
      }
    }
  };
  const deleted = test.get('deleted');
  if (deleted !== null && agreed === null) {
    const message = 'Only a ticket that both sides agreed on can be deleted since.';
    report.add(CODES.testIncomplete, deleted.key, message, 'Name it with agreed.');
  }
  const change = test.get('change');
  const other = ticket ?? agreed;
  if (change !== null && other !== null) {
    const message = 'A test begins with a ticket or with a change.';
    report.add(CODES.testContradicts, change.key, message, 'Keep one of them.');
  }
  const hasTicket = ticket !== null || agreed !== null || change !== null;
  needs(
    ['given', 'comments', 'attachments'],
    hasTicket,
    'This says something of a ticket, and the test begins with none.',
    'Name one with ticket or agreed.',
  );
  needs(
    ['before'],
    agreed !== null,
    'before is about what both sides agreed on, and they have not agreed on anything.',
    'Name the ticket with agreed instead of ticket.',
  );
  needs(
    ['approvals'],
    change !== null,
    'Approvals are of a change, and the test begins with none.',
    'Name the change with change.',
  );
  const roundTrip = test.get('round_trip');
  if (roundTrip?.scalar?.value === true && agreed === null) {
    const message = 'The provider can only send back what it has.';
    report.add(CODES.testIncomplete, roundTrip.key, message, 'Name the ticket with agreed.');
  }
  if (!hasTicket && rows.every((row) => row.get('receives') === null)) {
    const message = 'Nothing is given: this test has neither a ticket nor a message.';
    const hint = 'Name a ticket with ticket or agreed, or say what the provider sends under receives.';
    report.add(CODES.testIncomplete, test.get('name') ?? test, message, hint);
  }
}
