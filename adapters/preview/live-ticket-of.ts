import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../assembly/open-contract.ts';
import { fillSetting } from '../settings/fill-setting.ts';
import type { PreviewedContract } from './compiled-contracts.ts';
import { RequestProblem } from './problem.ts';
import { readLive, type LiveTicket } from './read-live.ts';

/**
 * The live ticket of a contract on disk. Only of one on disk: rules that a request brings would choose which
 * database is opened, with whose password.
 */
export async function liveTicketOf(
  { source, compiled: { contract, diagnostics } }: PreviewedContract,
  environment: Environment,
  number: string,
): Promise<LiveTicket> {
  if (contract === null) {
    throw new RequestProblem({
      status: 422,
      code: 'rules-have-errors',
      message: `The rules in ${path.posix.dirname(source.main)} have errors: where the tickets live is not known.`,
      help: 'Mend them; rules sent with the request do not say which database is read.',
      diagnostics,
    });
  }
  const setting = contract.itsm.database.connection;
  const connection = fillSetting(setting, environment, (file) => readFileSync(path.resolve(file), 'utf8'));
  if (connection.kind === 'missing') {
    throw new RequestProblem({
      status: 503,
      code: 'settings-missing',
      message: connection.reason,
      help: 'A live ticket needs the connection of itsm.yaml; a ticket sent with the request needs no settings.',
    });
  }
  const live = await readLive(contract, connection.text, number);
  if (live !== null) return live;
  const { table, number: column } = contract.itsm.tickets;
  throw new RequestProblem({
    status: 404,
    code: 'unknown-ticket',
    message: `There is no ticket ${number} in the database.`,
    help: `Tickets are found in ${table} by ${column.column}, among the rows that itsm.yaml (tickets.where) takes for tickets.`,
  });
}
