import type { Contract } from '../../domain/contract.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ActionKind } from '../../domain/lane.ts';
import { CODES } from '../codes.ts';
import { parseDurationRange } from '../duration.ts';
import type { Report } from '../report.ts';
import { suggestion } from '../yaml/did-you-mean.ts';
import { plain, type Written } from '../yaml/written.ts';
import type { Expectation, ExpectedCall } from './contract-test.ts';
import { compileItsmFields, writtenCommentShapes, writtenTicketShapes } from './itsm-fields.ts';
import { ruleNames } from './rule-names.ts';
import type { WrittenCall, WrittenExpectation } from './written-tests.ts';

/** The calls that carry fields or comments of the contract's; the other kinds are written as a word. */
const KINDS: readonly ActionKind[] = [
  'create',
  'update',
  'notes',
  'resolve',
  'close',
  'cancel',
  'return-number',
  'cancel-surplus',
];

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
    addsComments: compileComments(get('adds_comments'), contract, report),
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
  const alone = KINDS.find((kind) => kind === written.text);
  if (alone !== undefined) return [{ kind: alone, content: {} }];
  const [entry] = written.entries();
  const kind = KINDS.find((candidate) => candidate === entry?.[0]);
  return entry === undefined || kind === undefined ? [] : [{ kind, content: plain(entry[1].node) }];
}

/** In the names of itsm.yaml, as they are written there. */
function compileComments(
  written: Written<NonNullable<WrittenExpectation['adds_comments']>> | null,
  contract: Contract,
  report: Report,
): readonly JsonObject[] {
  const shapes = writtenCommentShapes(contract);
  if (written === null) return [];
  if (shapes === null) {
    report.add(CODES.unknownItsmField, written.key, NO_COMMENTS, NO_COMMENTS_HINT);
    return [];
  }
  return written.items().map((comment) => compileItsmFields(comment, shapes, report));
}

export const NO_COMMENTS = 'itsm.yaml describes no comments.';
export const NO_COMMENTS_HINT = 'Describe them under comments: in itsm.yaml, or leave them out here.';

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
