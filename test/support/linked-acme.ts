import { seconds } from '../../engine/domain/instant.ts';
import { openWorld, type World } from './world.ts';

/** The provider's number of INC0000001 in `openLinkedAcme`. */
export const LINKED = 'e-CS0204070';

/** Acme, with INC0000001 at the provider as e-CS0204070. */
export async function openLinkedAcme(options: Parameters<typeof openWorld>[1] = {}): Promise<World> {
  const world = await openWorld('acme', { since: 'now', ...options });
  await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
  await world.settle(seconds(60));
  return world;
}

/** What was sent to the provider, by the name of the call. */
export const callsOf = (world: World): readonly string[] =>
  world.provider
    .requests()
    .filter(({ method }) => method === 'POST' || method === 'PUT')
    .map(({ call }) => String(call));

/** A row of Acme's tickets. */
export const rowOf = async (world: World, id = 1): Promise<Record<string, unknown>> =>
  (await world.sql(`SELECT * FROM tickets WHERE id = ${id}`))[0] ?? {};
