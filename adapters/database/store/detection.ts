import type { Store } from '../../../engine/runtime/ports.ts';
import { chunks } from './chunks.ts';
import type { Scope } from './scope.ts';

interface CursorRow {
  readonly contract: string;
  readonly source: string;
  readonly position: number;
}

interface SeenRow {
  readonly contract: string;
  readonly source: string;
  readonly row_key: string;
  readonly mark: string;
  readonly changed_at: number;
}

type DetectionStore = Pick<
  Store,
  'cursor' | 'setCursor' | 'unseenRows' | 'markRowsSeen' | 'forgetRowsBefore'
>;

export function detectionStore({ knex, tables, contract }: Scope): DetectionStore {
  const seen = (source: string) => knex<SeenRow>(tables.seenRows).where({ contract, source });
  return {
    async cursor(source) {
      const row = await knex<CursorRow>(tables.cursors).where({ contract, source }).first();
      return row?.position ?? null;
    },

    async setCursor(source, position) {
      await knex<CursorRow>(tables.cursors)
        .insert({ contract, source, position })
        .onConflict(['contract', 'source'])
        .merge(['position']);
    },

    async unseenRows(source, rows) {
      const marks = new Map<string, string>();
      for (const some of chunks(rows)) {
        const keys = some.map((row) => row.rowKey);
        for (const row of await seen(source).whereIn('row_key', keys).select('row_key', 'mark'))
          marks.set(row.row_key, row.mark);
      }
      return rows.filter((row) => marks.get(row.rowKey) !== row.mark);
    },

    async markRowsSeen(source, rows) {
      for (const some of chunks(rows))
        await knex<SeenRow>(tables.seenRows)
          .insert(
            some.map((row) => ({
              contract,
              source,
              row_key: row.rowKey,
              mark: row.mark,
              changed_at: row.changedAt,
            })),
          )
          .onConflict(['contract', 'source', 'row_key'])
          .merge(['mark', 'changed_at']);
    },

    async forgetRowsBefore(source, before) {
      await seen(source).where('changed_at', '<', before).delete();
    },
  };
}
