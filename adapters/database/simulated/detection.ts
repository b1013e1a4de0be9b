import type { Instant } from '../../../engine/domain/instant.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import type { UndoLog } from './undo-log.ts';

type DetectionStore = Pick<
  Store,
  'cursor' | 'setCursor' | 'unseenRows' | 'markRowsSeen' | 'forgetRowsBefore'
>;

interface SeenRow {
  readonly mark: string;
  readonly changedAt: Instant;
}

/** How far each change source was read, and the rows seen there since. */
export function detectionStore(undo: UndoLog): DetectionStore {
  const cursors = new Map<string, Instant>();
  const seen = new Map<string, Map<string, SeenRow>>();
  const seenOf = (source: string): Map<string, SeenRow> => {
    const known = seen.get(source);
    if (known !== undefined) return known;
    const rows = new Map<string, SeenRow>();
    seen.set(source, rows);
    return rows;
  };
  return {
    cursor: async (source) => cursors.get(source) ?? null,
    setCursor: async (source, position) => undo.set(cursors, source, position),
    unseenRows: async (source, rows) => {
      const known = seenOf(source);
      return rows.filter((row) => known.get(row.rowKey)?.mark !== row.mark);
    },
    markRowsSeen: async (source, rows) => {
      const known = seenOf(source);
      for (const { rowKey, mark, changedAt } of rows) undo.set(known, rowKey, { mark, changedAt });
    },
    forgetRowsBefore: async (source, before) => {
      const known = seenOf(source);
      for (const [rowKey, { changedAt }] of known) if (changedAt < before) undo.delete(known, rowKey);
    },
  };
}
