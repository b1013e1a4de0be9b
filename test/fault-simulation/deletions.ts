import { minutes, seconds, type Milliseconds } from '../../engine/domain/instant.ts';
import { Chance } from './chance.ts';
import type { Subject } from './people.ts';
import type { World } from './world.ts';

/** Of so many tickets one is deleted. */
const DELETED_ONE_IN = 15;

/** How long after its opening a ticket is deleted, where the contract says what is done then; none: it stays. */
export function deletionsPlanned({ contract, settings }: World, index: number): readonly Milliseconds[] {
  const chance = new Chance(settings.seed, `ticket ${index} deleted`);
  if (contract.outbound.deleted === null || !chance.is(1 / DELETED_ONE_IN)) return [];
  return [
    chance.weighted([
      [1, () => seconds(1)],
      [3, () => chance.int(seconds(1), seconds(50))],
      [4, () => chance.int(seconds(50), minutes(6))],
    ])(),
  ];
}

/** Somebody at the client deletes the ticket, if it is there: its rows go, or its row is marked and no ticket any more. */
export async function deleteHere(world: World, subject: Subject, chance: Chance): Promise<void> {
  const ticket = await world.ticketOf(subject);
  if (ticket === null) return;
  const { history, scheduler, words, database } = world;
  const isMarked = chance.is(0.5) && words.deleted !== undefined;
  if (isMarked) await database.twin.putColumns(ticket.key, words.deleted ?? {}, scheduler.now());
  else await database.twin.deleteTicket(ticket.key);
  const how = isMarked ? 'marks the ticket as deleted' : 'deletes the ticket';
  history.deletions.push({ ...history.next(), ticket, words: how });
}
