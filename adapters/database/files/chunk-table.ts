import type { Knex } from 'knex';
import type { Instant } from '../../../engine/domain/instant.ts';
import { ItsmRefused, type ContentId } from '../../../engine/runtime/ports.ts';
import type { Connected } from '../connect.ts';
import type { EngineTables } from '../engine-tables.ts';
import { driverWords } from '../errors.ts';
import { oneByOne, runTransaction } from '../transactions.ts';

interface ChunkRow {
  readonly contract: string;
  readonly content_id: string;
  readonly attempt: number;
  readonly seq: number;
  readonly at: number;
  readonly data: Buffer;
}

/** What MySQL says where the whole is longer than its max_allowed_packet. */
const CUT = ['ER_CUT_VALUE_GROUP_CONCAT', 'ER_WARN_ALLOWED_PACKET_OVERFLOWED'];

/**
 * Content on its way to a BLOB column (`bh_chunks`): each piece a row and a transaction of its own, so that neither this
 * process nor the server's log ever holds a long transaction. The row that takes the content has the server put the
 * pieces together, in one statement: to append each piece to the column would have the server copy all that is there
 * already, each time.
 */
export class ChunkTable {
  readonly #database: Connected;
  readonly #tables: EngineTables;
  readonly #contract: string;
  readonly #jitter: () => number;

  constructor(database: Connected, tables: EngineTables, contract: string, jitter: () => number) {
    this.#database = database;
    this.#tables = tables;
    this.#contract = contract;
    this.#jitter = jitter;
  }

  /** A writer for the pieces in their order. What earlier attempts have left is dropped. */
  async begin({ id, attempt }: ContentId, now: Instant): Promise<(piece: Buffer) => Promise<void>> {
    await this.#transaction((knex) => this.#of(knex, id).where('attempt', '<=', attempt).delete());
    let seq = 0;
    return async (data) => {
      const row: ChunkRow = {
        contract: this.#contract,
        content_id: id,
        attempt,
        seq,
        at: now,
        data,
      };
      await this.#transaction((knex) => knex(this.#tables.chunks).insert(row));
      seq += 1;
    };
  }

  async drop({ id, attempt }: ContentId): Promise<void> {
    await this.#transaction((knex) => this.#of(knex, id).where('attempt', '<=', attempt).delete());
  }

  async dropBefore(before: Instant): Promise<void> {
    await this.#transaction((knex) =>
      knex<ChunkRow>(this.#tables.chunks)
        .where({ contract: this.#contract })
        .where('at', '<', before)
        .delete(),
    );
  }

  /**
   * Puts the pieces together in a column of the row with that key, and takes them away here: both or neither.
   * Rejects with ItsmRefused when the column or the server does not take so much.
   */
  async assemble(
    knex: Knex,
    { id, attempt }: ContentId,
    size: number,
    into: { readonly table: string; readonly key: string; readonly column: string; readonly row: string },
  ): Promise<void> {
    const { table, key, column, row } = into;
    const pieces = [this.#tables.chunks, this.#contract, id, attempt] as const;
    const refused = (words: string, cause?: unknown): ItsmRefused =>
      new ItsmRefused(`${table}.${column} does not take ${size} bytes: ${words}`, { cause });
    try {
      if (this.#database.kind === 'mysql') {
        await knex.raw(
          `UPDATE ?? SET ?? = COALESCE((SELECT GROUP_CONCAT(data ORDER BY seq SEPARATOR '') FROM ??
           WHERE contract = ? AND content_id = ? AND attempt = ?), '') WHERE ?? = ?`,
          [table, column, ...pieces, key, row],
        );
      } else {
        await knex.raw(
          `UPDATE ?? SET ?? = CAST(COALESCE((SELECT group_concat(data, '') FROM (SELECT data FROM ??
           WHERE contract = ? AND content_id = ? AND attempt = ? ORDER BY seq)), '') AS BLOB) WHERE ?? = ?`,
          [table, column, ...pieces, key, row],
        );
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (CUT.includes(code))
        throw refused(`the server's max_allowed_packet is smaller (${driverWords(error)})`, error);
      if (code === 'ER_DATA_TOO_LONG' || code === 'SQLITE_TOOBIG') throw refused(driverWords(error), error);
      throw error;
    }
    const [found] = await knex<Record<string, unknown>>(table)
      .where(key, row)
      .select({ length: knex.raw('LENGTH(??)', [column]) });
    if (Number(found?.length) !== size) throw refused(`it holds ${String(found?.length)} afterwards`);
    await this.#of(knex, id).where('attempt', '<=', attempt).delete();
  }

  #of(knex: Knex, id: string): Knex.QueryBuilder<ChunkRow> {
    return knex<ChunkRow>(this.#tables.chunks).where({ contract: this.#contract, content_id: id });
  }

  async #transaction(work: (knex: Knex) => PromiseLike<unknown>): Promise<void> {
    await runTransaction(oneByOne(this.#database.knex), this.#jitter, async (knex) => {
      await work(knex);
    });
  }
}
