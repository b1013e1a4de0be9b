import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { validateRequest } from '../../engine/wire/validate-payload.ts';
import { agreedPayloads, engineMapper } from './engine.ts';
import { decideAcme, mapAcme } from './hand/acme.ts';
import type { Check } from './hand/call.ts';
import { decideGlobex, mapGlobex } from './hand/globex.ts';
import { libraryMapper } from './library.ts';
import { situationsOf } from './situations.ts';
import { ticketsOf, type Client } from './tickets.ts';
import type { Mapper, Work } from './work.ts';

/** Those who do the same work of one client, and the work. */
export interface Contest {
  readonly client: Client;
  readonly contract: Contract;
  /** By hand first: what the others are compared with. */
  readonly mappers: readonly Mapper[];
  readonly work: readonly Work[];
}

const BY_ENGINES_CHECK: Check = (_, request) => validateRequest(request);

const HAND: Readonly<Record<Client, readonly Mapper[]>> = {
  acme: [
    { name: 'by hand', map: mapAcme, decide: (work) => decideAcme(work) },
    {
      name: 'by hand, payload checked by its JSON Schema',
      map: mapAcme,
      decide: (work) => decideAcme(work, BY_ENGINES_CHECK),
    },
  ],
  globex: [
    { name: 'by hand', map: mapGlobex, decide: (work) => decideGlobex(work) },
    {
      name: 'by hand, payload checked by its JSON Schema',
      map: mapGlobex,
      decide: (work) => decideGlobex(work, BY_ENGINES_CHECK),
    },
  ],
};

export async function contestOf(client: Client, count: number): Promise<Contest> {
  const { contract } = await loadContract(`rules/${client}`);
  if (contract === null) throw new Error(`rules/${client} does not compile`);
  const tickets = ticketsOf(client, count);
  const agreed = agreedPayloads(contract, tickets);
  const work = situationsOf(client, tickets, (ticket) => {
    const mapped = agreed.get(ticket);
    if (mapped === undefined) throw new Error(`ticket ${ticket.number} was not mapped`);
    return mapped;
  });
  const timeZone = contract.itsm.database.timeZone;
  const mappers = [...HAND[client], engineMapper(contract), libraryMapper(contract, timeZone)];
  return { client, contract, mappers, work };
}
