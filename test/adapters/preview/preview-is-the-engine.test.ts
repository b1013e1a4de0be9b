import { describe, expect, it } from 'vitest';
import { previewedContract } from '../../../adapters/preview/compiled-contracts.ts';
import { makePreview } from '../../../adapters/preview/make-preview.ts';
import type { Preview } from '../../../adapters/preview/preview.ts';
import { readLive } from '../../../adapters/preview/read-live.ts';
import { readContractFolder } from '../../../adapters/rules/read-contract-folder.ts';
import type { SampleClient } from '../../../adapters/demo/load-sample-itsm.ts';
import { detectChanges } from '../../../engine/runtime/detect.ts';
import { pollQueue } from '../../../engine/runtime/accept.ts';
import type { WrittenAnswer } from '../../../adapters/preview/situation.ts';
import type { BridgeAnswer, BridgeRequest } from '../../../engine/wire/exchange.ts';
import { NEVER, openWorld, turnOf, type World } from '../../support/world.ts';

/** What a preview says of a ticket as it is now in the world's database, and what the engine then does with it. */
async function expectSame(world: World, client: SampleClient, number: string): Promise<Preview> {
  await pollQueue(world.runtime, NEVER);
  await detectChanges(world.runtime, NEVER);
  const live = await readLive(world.contract, world.connection, number);
  const source = await readContractFolder(`rules/${client}`);
  if (live === null || source.kind === 'failed') throw new Error(`no ticket ${number}`);
  const now = world.clock.now();
  const sent: BridgeRequest[] = [];
  const answers: WrittenAnswer[] = [];
  const runtime = world.through((bridge) => ({
    send: async (request) => {
      const answer = await bridge.send(request);
      if (request.path.startsWith('tickets')) {
        sent.push(request);
        answers.push(written(answer));
      }
      return answer;
    },
  }));
  const lane = await world.database.transaction(({ store }) => store.laneByClientTicket(live.ticket.key));
  if (lane === null) throw new Error(`no lane for ${number}`);
  await turnOf(runtime, lane.id);

  // As it was read before the engine acted; what the provider answers is no rule's doing.
  const result = await makePreview(previewedContract(source), { ticket_number: number, answers }, live, now);
  if (result.kind !== 'preview') throw new Error(result.kind);
  const { preview } = result;
  const { providerTicket } = await world.lane(number);
  expect(
    // The number that a create would bring is not known beforehand.
    preview.calls.map(({ method, path, body }) => [
      method,
      path.replace('e-CS9000001', providerTicket ?? ''),
      body,
    ]),
  ).toEqual(sent.map(({ method, path, body }) => [method, path, body ?? null]));
  const message = preview.messages[0];
  if (message !== undefined) {
    const entries = await world.journal(number);
    const entry = entries.findLast(({ transactionId }) => transactionId === message.id);
    expect(message).toMatchObject({ outcome: entry?.outcome, summary: entry?.summary });
  }
  // What the turn left to be done later is another day's preview.
  await world.settle();
  return preview;
}

const written = (answer: BridgeAnswer): WrittenAnswer => {
  if (answer.kind === 'no-answer') return answer.reached ? 'timeout' : 'unreachable';
  return answer.status < 300 ? 'accepted' : { status: answer.status, text: JSON.stringify(answer.body) };
};

describe('a preview is what the engine does', () => {
  it('with a ticket of acme, from its create to its end', async () => {
    const world = await openWorld('acme');
    const number = 'INC0000001';
    const same = (): Promise<Preview> => expectSame(world, 'acme', number);
    try {
      expect((await same()).calls.map(({ kind }) => kind)).toEqual(['create']);

      await world.sql(
        `UPDATE tickets SET title = 'Again, "twice"', priority = 'P1', updated_at = :now WHERE id = 1`,
      );
      await world.sql(
        `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 3, 'One\\more', 1, :now)`,
      );
      expect((await same()).calls.map(({ kind }) => kind)).toEqual(['update', 'notes']);

      const { providerTicket } = await world.lane(number);
      world.desk.update(providerTicket ?? '', { status: 'pending' });
      expect((await same()).messages).toMatchObject([{ transaction: 'Update', outcome: 'applied' }]);

      world.desk.comment(providerTicket ?? '', { body: 'Wait for us.' });
      expect((await same()).messages).toMatchObject([{ transaction: 'Notes', outcome: 'applied' }]);

      await world.sql(`UPDATE tickets SET group_id = 1, updated_at = :now WHERE id = 1`);
      expect((await same()).calls[0]?.body).toMatchObject({ payload: { group: 'Client Generic' } });

      await world.sql(
        `UPDATE tickets SET group_id = 3, status = 'Closed', resolution = 'Done.', updated_at = :now WHERE id = 1`,
      );
      expect((await same()).calls.map(({ kind }) => kind)).toEqual(['update', 'resolve', 'close']);

      await world.sql(`UPDATE tickets SET title = 'Too late', updated_at = :now WHERE id = 1`);
      expect((await same()).calls).toEqual([]);
    } finally {
      await world.close();
    }
  });

  it.each([
    ['acme', 'INC0000002'],
    ['acme', 'INC0000003'],
    ['acme', 'INC0000004'],
    ['acme', 'INC0000006'],
    ['acme', 'INC0000009'],
    ['globex', 'GX-00101'],
    ['globex', 'GX-00104'],
    ['globex', 'GX-00107'],
  ] as const)('with the new ticket %s %s', async (client, number) => {
    const world = await openWorld(client);
    try {
      await expectSame(world, client, number);
    } finally {
      await world.close();
    }
  });
});
