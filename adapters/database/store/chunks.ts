/** Rows named in one statement: well below what either database takes. */
const ROWS_PER_STATEMENT_MAX = 200;

/** In pieces for one statement each. */
export function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += ROWS_PER_STATEMENT_MAX)
    yield all.slice(start, start + ROWS_PER_STATEMENT_MAX);
}
