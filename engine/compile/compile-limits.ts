import {
  UNSTORABLE,
  UNSTORABLE_DATE,
  type DateRoom,
  type FieldRule,
  type TooLong,
} from '../domain/contract.ts';
import type { ColumnRoom } from '../domain/itsm-description.ts';
import { DIVIDED_LENGTH_MIN } from '../domain/limits.ts';
import type { Limit } from '../domain/observation.ts';
import type { Place } from '../domain/place.ts';
import { CODES } from './codes.ts';
import { dateRoom } from './date-room.ts';
import type { DeclaredFields } from './itsm/itsm-names.ts';
import type { Report } from './report.ts';
import type { InputShape, Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenField } from './written-contract.ts';

/** The rows of the ITSM that a rule fills a field of. */
export interface FieldTarget {
  readonly what: 'ticket' | 'comment' | 'attachment' | 'change' | 'approval';
  readonly fields: DeclaredFields | null;
  /** What does not fit into a field can be written as a comment. */
  readonly hasComments: boolean;
}

const LIMITS: readonly Limit[] = ['too_long', 'unstorable_characters', 'unstorable_date'];
const OF_COLUMNS = [
  ['unstorable_characters', CODES.unstorableNotHere],
  ['unstorable_date', CODES.noDateHere],
] as const;

type Limits = Pick<FieldRule, 'tooLong' | 'room' | 'limits'>;

/** What becomes of texts that are too long for the field, and of characters and dates that its column lacks. */
export function compileLimits(
  written: Written<WrittenField>,
  rule: Pick<FieldRule, 'field' | 'value' | 'table'>,
  input: InputShape,
  target: FieldTarget | null,
  scope: Scope,
): Limits {
  const { report } = scope;
  const limits = new Map<Limit, Place>();
  for (const limit of LIMITS) {
    const said = written.get(limit);
    if (said !== null) limits.set(limit, said.key.place);
  }
  if (target !== null) return { ...columnLimits(written, rule, target, scope), limits };
  for (const [limit, code] of OF_COLUMNS) {
    const said = written.get(limit);
    if (said === null) continue;
    const message = 'What the provider can store is not known.';
    report.add(code, said.key, message, `${limit} is for fields of ours that messages fill.`);
  }
  return { tooLong: bridgeLimit(written, rule.field, input, report), room: null, limits };
}

/** What can become of a payload's text that is too long, the default first; by what its expression reads. */
const WAYS: ReadonlyMap<string, readonly TooLong[]> = new Map<string, readonly TooLong[]>([
  ['a ticket shortDescription', ['cut', 'park']],
  ['a ticket description', ['continue', 'cut', 'park']],
  ['a ticket closeNotes', ['continue', 'cut', 'park']],
  ['a comment body', ['split', 'cut', 'park']],
]);

/** `too_long`, or what holds without it; null: the field's length has no limit that is known. */
function bridgeLimit(
  written: Written<WrittenField>,
  field: string,
  input: InputShape,
  report: Report,
): TooLong | null {
  const hint =
    'Of what goes out, too_long is for shortDescription, description and closeNotes, and for the body of comments.';
  return wayOf(written, field, WAYS.get(`${input.what} ${field}`) ?? [], hint, report);
}

/** The same of a field of the ITSM, as far as itsm.yaml says what its column takes. */
function columnLimits(
  written: Written<WrittenField>,
  { field, value, table }: Pick<FieldRule, 'field' | 'value' | 'table'>,
  target: FieldTarget,
  { report, timeZone }: Scope,
): Pick<Limits, 'tooLong' | 'room'> {
  // Words of a table are the contract's own, and `check --database` holds them against the column.
  const column = table === null ? (target.fields?.get(field)?.room ?? null) : null;
  const unstorable = written.get('unstorable_characters');
  const lengthMax = column?.lengthMax ?? null;
  const why =
    table === null
      ? `Say in the ITSM file how long a text its column takes: ${field}: { column: …, length: 80 }.`
      : 'Its values are words of a table, which must fit as they are.';
  const ways = lengthMax === null ? [] : columnWays(lengthMax, value.reads, target);
  const tooLong = wayOf(written, field, ways, why, report);
  if (unstorable !== null && (column?.characters ?? null) === null) {
    const message = `Nothing says which characters the column of ${field} lacks.`;
    const hint =
      table === null ? `Say it in the ITSM file: ${field}: { column: …, characters: utf8mb3 }.` : why;
    report.add(CODES.unstorableNotHere, unstorable.key, message, hint);
  }
  const dates = datesOf(written, field, column, timeZone, report);
  if (column === null) return { tooLong, room: null };
  const { characters } = column;
  const wanted = UNSTORABLE.find((one) => one === unstorable?.text) ?? 'replace';
  return { tooLong, room: { lengthMax, characters, unstorable: wanted, dates } };
}

function datesOf(
  written: Written<WrittenField>,
  field: string,
  column: ColumnRoom | null,
  timeZone: string,
  report: Report,
): DateRoom | null {
  const said = written.get('unstorable_date');
  const range = column?.range ?? null;
  if (range !== null) {
    const unstorable = UNSTORABLE_DATE.find((one) => one === said?.text) ?? 'park';
    return dateRoom(range, timeZone, unstorable);
  }
  if (said !== null) {
    const message = `${field} is no field of dates that rules write as they are.`;
    const hint = `unstorable_date is for those of which the ITSM file says: ${field}: { column: …, type: date }; and without a table.`;
    report.add(CODES.noDateHere, said.key, message, hint);
  }
  return null;
}

/** The default first: nothing is lost by it. */
function columnWays(
  lengthMax: number,
  reads: FieldRule['value']['reads'],
  { what, hasComments }: FieldTarget,
): readonly TooLong[] {
  const isDivisible = lengthMax >= DIVIDED_LENGTH_MIN;
  const readsBody = reads === 'everything' || reads.has('body');
  if (what === 'comment' && readsBody && isDivisible) return ['split', 'cut', 'park'];
  const isOfTicket = what === 'ticket' || what === 'change';
  return isOfTicket && hasComments && isDivisible ? ['continue', 'cut', 'park'] : ['park', 'cut'];
}

/** What is written, the first of the ways, or null if there is none. */
function wayOf(
  written: Written<WrittenField>,
  field: string,
  ways: readonly TooLong[],
  otherwise: string,
  report: Report,
): TooLong | null {
  const wanted = written.get('too_long');
  const way = ways.find((one) => one === wanted?.text);
  if (wanted !== null && way === undefined) {
    const message = `${field} cannot be shortened in that way.`;
    const hint = ways.length === 0 ? otherwise : `For ${field}: ${ways.join(', ')}.`;
    report.add(CODES.tooLongNotHere, wanted.key, message, hint);
  }
  return way ?? ways[0] ?? null;
}
