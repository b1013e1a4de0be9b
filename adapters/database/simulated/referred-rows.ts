import type { Bound } from '../itsm/field-values.ts';
import type { FindKey } from '../itsm/field-writer.ts';
import type { Row } from './rows.ts';
import type { Sequence, UndoLog } from './undo-log.ts';

/** Not a column: of a row of which only one value is known, that value, to stand in for all other texts. */
export const STAND_IN = '';

/**
 * The rows that tickets and comments refer to: groups, people, places. Only those are known that a ticket has shown or
 * a write has named. A write by a value that no known row has makes one of which nothing else is known.
 */
export class ReferredRows {
  readonly #undo: UndoLog;
  readonly #tables = new Map<string, Map<string, Row>>();
  /** Made-up keys count down, so that they meet no real one. */
  readonly #keys: Sequence = { last: 0 };

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  get(table: string, key: Bound): Row | null {
    return this.#tables.get(table)?.get(String(key)) ?? null;
  }

  /** The key of a row that says just this; it is made if there is none. */
  keyOf(table: string, keyColumn: string, columns: Row): Bound {
    const names = Object.keys(columns);
    const same = this.#find(table, (row) => names.every((name) => row[name] === columns[name]));
    return same === null
      ? this.put(table, keyColumn, -this.#undo.next(this.#keys), columns)
      : keyIn(same, keyColumn);
  }

  put(table: string, keyColumn: string, key: Bound, columns: Row): Bound {
    let rows = this.#tables.get(table);
    if (rows === undefined) {
      rows = new Map();
      this.#tables.set(table, rows);
    }
    this.#undo.set(
      rows,
      String(key),
      Object.freeze({ ...rows.get(String(key)), ...columns, [keyColumn]: key }),
    );
    return key;
  }

  /** Of several rows with that value, the one that says most. */
  readonly findKey: FindKey = ({ table, key }, valueColumn, value) => {
    const found = this.#find(
      table,
      (row) => (row[valueColumn] ?? null) !== null && String(row[valueColumn]) === value,
    );
    return found === null
      ? this.keyOf(table, key, { [valueColumn]: value, [STAND_IN]: value })
      : keyIn(found, key);
  };

  #find(table: string, isMeant: (row: Row) => boolean): Row | null {
    let best: Row | null = null;
    for (const row of this.#tables.get(table)?.values() ?? []) {
      if (isMeant(row) && (best === null || said(row) > said(best))) best = row;
    }
    return best;
  }
}

const keyIn = (row: Row, keyColumn: string): Bound => row[keyColumn] ?? null;

const said = (row: Row): number => Object.values(row).filter((value) => value !== null).length;
