import type { Knex } from 'knex';
import { CONTENT_CHUNK_BYTES } from '../../../engine/domain/limits.ts';
import type { Content } from '../../../engine/runtime/ports.ts';
import type { Connected } from '../connect.ts';
import { failureOf, unavailable } from '../errors.ts';

/** Where a BLOB stands. */
export interface BlobPlace {
  readonly table: string;
  readonly key: string;
  readonly column: string;
  /** The row's key. */
  readonly row: string;
}

/** Pieces in one statement: servers bound the steps of a recursive one at 1000. */
const PIECES_PER_STATEMENT = 512;

/** The content of a BLOB column. Null: there is no such row, or it is NULL. */
export async function readColumn({ knex, kind }: Connected, place: BlobPlace): Promise<Content | null> {
  const { table, key, column, row } = place;
  const [found] = await asUnavailable<readonly { readonly size: unknown }[]>(
    knex(table)
      .where(key, row)
      .select({ size: knex.raw('LENGTH(CAST(?? AS BINARY))'.replace('BINARY', binaryOf(kind)), [column]) }),
  );
  const size = found?.size ?? null;
  if (size === null) return null;
  const pieces = Math.ceil(Number(size) / CONTENT_CHUNK_BYTES);
  return {
    size: Number(size),
    bytes: kind === 'mysql' ? streamed(knex, place, pieces) : onePieceEach(knex, place, pieces),
  };
}

const binaryOf = (kind: Connected['kind']): string => (kind === 'mysql' ? 'BINARY' : 'BLOB');

/**
 * The server reads the value once and sends its pieces as rows, as fast as they are taken: neither of the two ends holds
 * them all. To ask for each piece by itself would have it read the whole value each time.
 */
async function* streamed(
  knex: Knex,
  { table, key, column, row }: BlobPlace,
  pieces: number,
): AsyncGenerator<Uint8Array> {
  for (let first = 0; first < pieces; first += PIECES_PER_STATEMENT) {
    const last = Math.min(first + PIECES_PER_STATEMENT, pieces) - 1;
    const rows = knex
      .raw(
        `WITH RECURSIVE pieces AS (SELECT ? AS piece UNION ALL SELECT piece + 1 FROM pieces WHERE piece < ?)
         SELECT SUBSTRING(a.??, piece * ? + 1, ?) AS data FROM ?? a JOIN pieces WHERE a.?? = ? ORDER BY piece`,
        [first, last, column, CONTENT_CHUNK_BYTES, CONTENT_CHUNK_BYTES, table, key, row],
      )
      .stream({ highWaterMark: 2 }) as AsyncIterable<{ readonly data: Uint8Array }>;
    try {
      for await (const { data } of rows) yield data;
    } catch (error) {
      throw failureOf(error) === 'unavailable' ? unavailable(error) : error;
    }
  }
}

/** SQLite runs in this process: it has the whole value in memory for a moment, whatever is asked of it. */
async function* onePieceEach(
  knex: Knex,
  { table, key, column, row }: BlobPlace,
  pieces: number,
): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < pieces; piece += 1) {
    const [found] = await asUnavailable(
      knex<Record<string, unknown>>(table)
        .where(key, row)
        .select({
          data: knex.raw('SUBSTR(CAST(?? AS BLOB), ?, ?)', [
            column,
            piece * CONTENT_CHUNK_BYTES + 1,
            CONTENT_CHUNK_BYTES,
          ]),
        }),
    );
    if (Buffer.isBuffer(found?.data)) yield found.data;
  }
}

async function asUnavailable<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw failureOf(error) === 'unavailable' ? unavailable(error) : error;
  }
}
