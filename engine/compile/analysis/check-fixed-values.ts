import { SHORT_DESCRIPTION_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../domain/limits.ts';
import type { Table } from '../../domain/contract.ts';
import { escapeText } from '../../wire/escape.ts';
import { checkBridgeValue } from '../check-bridge-values.ts';
import { CODES } from '../codes.ts';
import { spotIn } from '../compile-expression-at.ts';
import { literalRange, literalResults, literalValue } from '../expression/parse.ts';
import type { Spot } from '../report.ts';
import { suggestion } from '../yaml/did-you-mean.ts';
import { tableOf, type Subject, type WrittenRule } from './subject.ts';

const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['shortDescription', SHORT_DESCRIPTION_LENGTH_MAX],
  ['description', TEXT_LENGTH_MAX],
  ['closeNotes', TEXT_LENGTH_MAX],
  ['body', TEXT_LENGTH_MAX],
]);

/** Less than this for the description itself is no description. */
const DESCRIPTION_ROOM_MIN = 2000;
/** What stands around appended lines: two markers with line breaks, each of which counts as two. */
const APPENDED_FRAME = '\n\n----- Additional information -----\n----- End of additional information -----';

/** A value for the bridge that is written in the contract itself. */
interface FixedValue {
  readonly field: string;
  readonly text: string;
  readonly at: Spot;
  /** Checked already where it was compiled. */
  readonly isChecked: boolean;
}

/** Values for the bridge that are written out: are they the bridge's, known groups, short enough? */
export function checkFixedValues(subject: Subject): void {
  const groups = (subject.contract.get('bridge')?.get('groups')?.items() ?? []).flatMap(({ text }) =>
    text === null ? [] : [text],
  );
  for (const value of fixedValues(subject)) {
    if (!value.isChecked) checkType(value, subject);
    checkLength(value, subject);
    if (value.field !== 'group' || groups.length === 0 || groups.includes(value.text)) continue;
    const message = `The provider has no group "${value.text}".`;
    const hint = suggestion(value.text, groups, 'listed under bridge.groups');
    subject.report.add(CODES.unknownGroup, value.at, message, hint);
  }
  checkAppended(subject);
}

function fixedValues(subject: Subject): readonly FixedValue[] {
  const { contract, fields } = subject;
  const errors = (contract.get('errors')?.items() ?? []).map(
    (rule) => rule.get('then')?.get('replace') ?? null,
  );
  const replaced = [contract.get('outbound')?.get('kept_internal')?.get('send') ?? null, ...errors];
  const plain = replaced.flatMap((values) =>
    (values?.entries() ?? []).map(([field, at]) => ({ field, text: at.text ?? '', at, isChecked: true })),
  );
  const ours = fields.filter(({ list }) => ['outbound', 'comments', 'ticket_type'].includes(list));
  const tables = new Map(
    ours.flatMap((rule): (readonly [string, { readonly rule: WrittenRule; readonly table: Table }])[] => {
      const table = tableOf(subject, rule);
      return table === null ? [] : [[`${table.name} ${rule.name}`, { rule, table }]];
    }),
  );
  return [
    ...plain,
    ...ours.flatMap(ownValues),
    ...[...tables.values()].flatMap((use) => words(use, subject)),
  ];
}

/** The default, and the texts that the expression itself can yield. */
function ownValues({ list, name, written, value }: WrittenRule): readonly FixedValue[] {
  const fallback = written.get('default');
  const given =
    fallback?.text == null
      ? []
      : [{ field: name, text: fallback.text, at: fallback, isChecked: list === 'outbound' }];
  if (value === null || written.get('table') !== null) return given;
  const literals = literalResults(value.tree).flatMap((node) => {
    const literal = literalValue(node);
    if (literal === null || literal === undefined) return [];
    const { offset, length } = literalRange(value.scalar.text, node);
    const at = spotIn(value.scalar, offset, length);
    return [{ field: name, text: String(literal), at, isChecked: false }];
  });
  return [...given, ...literals];
}

function words(
  { rule, table }: { readonly rule: WrittenRule; readonly table: Table },
  subject: Subject,
): readonly FixedValue[] {
  const entries = subject.contract.get('tables')?.get(table.name)?.entries() ?? [];
  return entries.map(([, at]) => ({ field: rule.name, text: at.text ?? '', at, isChecked: true }));
}

function checkType({ field, text, at }: FixedValue, { report }: Subject): void {
  if (field !== 'ticketType') {
    checkBridgeValue(field, text, at, report);
    return;
  }
  const allowed = ['Incident', 'Request'];
  if (allowed.includes(text)) return;
  report.add(
    CODES.notBridgeValue,
    at,
    `A ticket’s type cannot be "${text}".`,
    suggestion(text, allowed, 'allowed'),
  );
}

function checkLength({ field, text, at }: FixedValue, { report }: Subject): void {
  const most = LENGTHS.get(field);
  const { length } = escapeText(text);
  if (most === undefined || length <= most) return;
  const message = `This ${field} has ${length} characters; the bridge takes ${most}.`;
  report.add(
    CODES.textTooLong,
    at,
    message,
    'Shorten it; line breaks, tabs, quotes and backslashes count as two.',
  );
}

/** The labels of appended lines stand in every description. */
function checkAppended({ fields, report }: Subject): void {
  for (const { list, name, append, written } of fields) {
    if (list !== 'outbound' || name !== 'description' || append.length === 0) continue;
    const fixed = APPENDED_FRAME + append.map(({ label }) => `${label}: \n`).join('');
    const room = TEXT_LENGTH_MAX - escapeText(fixed).length;
    const at = written.get('append')?.key ?? written;
    if (room < 0) {
      const message = `The labels alone have more than the ${TEXT_LENGTH_MAX} characters of a description.`;
      report.add(CODES.textTooLong, at, message, 'Use shorter or fewer labels.');
    } else if (room < DESCRIPTION_ROOM_MIN) {
      const message = `With every line there, ${room} of ${TEXT_LENGTH_MAX} characters are left for the description and what stands behind the labels.`;
      report.add(
        CODES.littleRoom,
        at,
        message,
        'Use shorter or fewer labels: what has no room goes on in a comment, or parks its ticket.',
      );
    }
  }
}
