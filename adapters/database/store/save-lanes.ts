import type { Knex } from 'knex';
import { groupedBy, roundedUp, rowValues, type Value, type Values, valuesOfRows } from '../prepared.ts';
import { byIds } from './by-ids.ts';
import { inserting } from './inserting.ts';
import { type LaneRow, savedColumns } from './lane-row.ts';
import type { Scope } from './scope.ts';
import type { Rest, SavedLane } from './write-behind.ts';

/** Each has its whole state in the statement. */
const LANES_PER_STATEMENT = 32;

/** What other lanes may not have as well. */
const UNIQUE: ReadonlySet<string> = new Set<keyof LaneRow>(['client_ticket', 'provider_ticket']);

/** One lane's part of a statement. */
interface Part {
  readonly id: number;
  readonly columns: Values;
  readonly rest: Rest | null;
}

type PartValues = Values & { readonly id: number };

/**
 * Writes what is saved of several lanes, those of which the same columns are written by one statement. A lane whose ticket
 * numbers are written is written by itself, in its turn: it may take over what the one before it gives up.
 * @throws LostRace when another lane has the ticket numbers of one of them.
 */
export async function saveLanes(scope: Scope, saved: readonly SavedLane[]): Promise<void> {
  const parts = saved.map(({ id, lane, before, rest }) => ({
    id,
    columns: lane === null ? {} : savedColumns(lane, before),
    rest,
  }));
  const isUnique = ({ columns }: Part): boolean => Object.keys(columns).some((name) => UNIQUE.has(name));
  for (const part of parts.filter(isUnique)) await savePart(scope, [part]);
  const others = parts.filter((part) => !isUnique(part));
  for (const alike of groupedBy(others, nameOf).values())
    for (let start = 0; start < alike.length; start += LANES_PER_STATEMENT)
      await savePart(scope, alike.slice(start, start + LANES_PER_STATEMENT));
}

const nameOf = ({ columns, rest }: Part): string =>
  `${Object.keys(columns).join(', ')}${rest === null ? '' : ', to rest'}`;

/** Of all of these the same is written. */
async function savePart({ knex, tables, prepared }: Scope, parts: readonly Part[]): Promise<void> {
  const [first] = parts;
  if (first === undefined) return;
  const names = Object.keys(first.columns);
  const rests = first.rest !== null;
  const own = parts.map(({ id, columns, rest }): PartValues => ({
    id,
    ...columns,
    ...(rest === null ? {} : { wanted: rest.wanted, rest_at: rest.dueAt }),
  }));
  const rows = roundedUp(own);
  const write = prepared.changed(`save ${rows.length}: ${nameOf(first)}`, rowValues(rows), (given) => {
    const asked = valuesOfRows(given, rows);
    return byIds<LaneRow>(
      knex,
      tables.lanes,
      asked.map(({ id }) => id),
    ).update({
      ...Object.fromEntries(names.map((name) => [name, ownValue(knex, asked, name)])),
      ...(rests ? { due_at: restingAt(knex, asked) } : {}),
    });
  });
  const ids = parts.map(({ id }) => id).join(', ');
  const found = await inserting(`another lane with the ticket numbers of lane ${ids}`, write);
  // Who only rests may be gone.
  if (names.length > 0 && found !== parts.length) throw new Error(`one of the lanes ${ids} is not there`);
}

/** A column's value for each of the lanes. */
const ownValue = (knex: Knex, asked: readonly PartValues[], name: string): Value | Knex.Raw =>
  asked.length === 1
    ? (asked[0]?.[name] ?? null)
    : knex.raw(
        `CASE id ${asked.map(() => 'WHEN ? THEN ?').join(' ')} END`,
        asked.flatMap((values) => [values.id, values[name] ?? null]),
      );

/** Where nothing has come to a lane since, it is due when it says. */
const restingAt = (knex: Knex, asked: readonly PartValues[]): Knex.Raw =>
  knex.raw(
    `CASE ${asked.map(() => 'WHEN id = ? AND wanted = ? THEN ?').join(' ')} ELSE due_at END`,
    asked.flatMap(({ id, wanted, rest_at: at }) => [id, wanted ?? null, at ?? null]),
  );
