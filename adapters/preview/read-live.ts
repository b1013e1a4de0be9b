import type { Contract } from '../../engine/domain/contract.ts';
import type { InboxMessage, Lane, LedgerEntry } from '../../engine/domain/lane.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Connected } from '../database/connect.ts';
import { engineTables } from '../database/engine-tables.ts';
import { DatabaseMisconfigured, driverWords } from '../database/errors.ts';
import { openItsm } from '../database/itsm/itsm.ts';
import { readOnly, type ReadOnlyDatabase } from '../database/read-only.ts';
import { openStore } from '../database/store/store.ts';

/** A ticket as the client's database has it, and what the engine's own tables know of it. */
export interface LiveTicket {
  readonly dialect: 'sqlite' | 'mysql';
  readonly ticket: Ticket;
  /** Null: the engine does not know the ticket yet. */
  readonly lane: Lane | null;
  readonly ledger: readonly LedgerEntry[];
  /** The first message that waits in the lane. */
  readonly waiting: InboxMessage | null;
  /** False: the contract has never run on this database. */
  readonly hasEngineTables: boolean;
}

/**
 * Reads one ticket by its number in a read-only transaction: nothing is written, locked or made.
 * @returns null when there is no such ticket.
 * @throws DatabaseMisconfigured, DatabaseUnavailable
 */
export async function readLive(
  { name, itsm }: Contract,
  connection: string,
  number: string,
): Promise<LiveTicket | null> {
  return readOnly(connection, async (database) => {
    const ticket = await readTicketByNumber(database, itsm, number);
    if (ticket === null) return null;
    const { kind: dialect } = database;
    const schema = dialect === 'mysql' ? itsm.database.engineSchema : null;
    const tables = engineTables(schema);
    if (!(await hasEngineTables(database, schema))) {
      return { dialect, ticket, lane: null, ledger: [], waiting: null, hasEngineTables: false };
    }
    const store = openStore({ knex: database.knex, kind: database.kind, tables, contract: name });
    const lane = await store.laneByClientTicket(ticket.key);
    const hasUploads = await hasEngineTables(database, schema, 'bh_uploads');
    /** Files that are on their way, or were given up, are not begun again: as if they had crossed. */
    const begun = async ({ id }: Lane): Promise<readonly LedgerEntry[]> =>
      (hasUploads ? await store.uploads(id) : [])
        .filter(({ phase }) => phase !== 'sent')
        .map(({ attachment }) => ({
          laneId: id,
          kind: 'attachment',
          clientId: attachment,
          providerId: null,
          origin: 'client',
          at: 0,
        }));
    return {
      dialect,
      ticket,
      lane,
      ledger: lane === null ? [] : [...(await store.ledger(lane.id)), ...(await begun(lane))],
      waiting: lane === null ? null : ((await store.nextMessages(lane.id, 1))[0] ?? null),
      hasEngineTables: true,
    };
  });
}

async function readTicketByNumber(
  { knex, name }: ReadOnlyDatabase,
  itsm: Contract['itsm'],
  number: string,
): Promise<Ticket | null> {
  try {
    const opened = openItsm(knex, itsm);
    const key = await opened.ticketKeyByNumber(number);
    return key === null ? null : await opened.ticket(key, false);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !NOT_THERE.test(String(error.code))) throw error;
    throw new DatabaseMisconfigured(
      `${name} lacks something that ${itsm.tickets.place.file} names: ${driverWords(error)}`,
      { cause: error },
    );
  }
}

/** A table or column that itsm.yaml names and the database lacks. */
const NOT_THERE = /^(?:ER_NO_SUCH_TABLE|ER_BAD_FIELD_ERROR|SQLITE_ERROR)$/;

async function hasEngineTables(
  { knex, kind }: Pick<ReadOnlyDatabase, 'knex'> & Pick<Connected, 'kind'>,
  schema: string | null,
  table = 'bh_lanes',
): Promise<boolean> {
  const there =
    kind === 'sqlite'
      ? await knex<Row>('sqlite_master').where({ type: 'table', name: table }).select('name')
      : await knex<Row>('information_schema.tables')
          .where({ table_schema: schema, table_name: table })
          .select({ name: 'table_name' });
  return there.length > 0;
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly table_schema: string | null;
  readonly table_name: string;
}
