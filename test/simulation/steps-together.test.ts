import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minutes } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Database } from '../../engine/runtime/ports.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { openWorld, turnOf, type World } from '../support/world.ts';

const NUMBER = 'INC0000001';

/** INC0000001 is at the provider, and nothing is due any more. */
describe('steps that follow each other', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld('acme', { since: 'now' });
    await world.sql(`UPDATE tickets SET title = 'As it was', updated_at = :now WHERE id = 1`);
    await world.settle(minutes(4));
  });
  afterEach(() => world.close());

  const update = (changed: JsonObject): void => {
    const ticketNumber = world.providerTicket(NUMBER).ticketNumber;
    world.tenant.queue.send({
      group: ticketNumber,
      transactionType: 'Update',
      clientReferenceAvailable: true,
      body: {
        clientName: 'AcmeCorp',
        clientTicketNumber: NUMBER,
        ticketType: 'Incident',
        ticketNumber,
        status: 'open',
        priority: '3',
        ...changed,
        changed,
      },
    });
  };

  /** One turn of the ticket's lane, and how many transactions it took. */
  const turn = async (): Promise<number> => {
    let count = 0;
    const database: Database = {
      transaction: (work) => {
        count += 1;
        return world.database.transaction(work);
      },
    };
    const runtime: Runtime = { ...world.runtime, ports: { ...world.runtime.ports, database } };
    await turnOf(runtime, (await world.lane(NUMBER)).id);
    // One to take the lane.
    return count - 1;
  };

  const ticketHere = async (): Promise<JsonObject> => {
    const ticket = await world.database.transaction(({ itsm }) => itsm.ticket('1', false));
    return ticket?.fields ?? {};
  };
  const lastOutcomes = async (): Promise<readonly string[]> =>
    (await world.journal(NUMBER)).slice(-3).map(({ outcome }) => outcome);

  test('[lane-order] are one transaction: three messages, and that there is nothing to be sent', async () => {
    update({ shortDescription: 'One' });
    update({ priority: '1' });
    update({ shortDescription: 'Three' });
    await world.poll();

    expect(await turn()).toBe(1);
    expect(await ticketHere()).toMatchObject({ title: 'Three', priority: 'P1' });
    expect(await lastOutcomes()).toEqual(['applied', 'applied', 'applied']);
    expect((await world.lane(NUMBER)).dueAt).toBeNull();
  });

  test('[loud] of which one fails: what was before it has its effect, it is parked alone, what is behind it waits', async () => {
    update({ shortDescription: 'One' });
    update({ priority: 'no such priority' });
    update({ shortDescription: 'Three' });
    await world.poll();
    await turn();

    expect(await ticketHere()).toMatchObject({ title: 'One' });
    const { parked, id } = await world.lane(NUMBER);
    const waiting = await world.database.transaction(({ store }) => store.waitingIn(id));
    expect(waiting.map(({ body }) => body.changed)).toEqual([
      { priority: 'no such priority' },
      { shortDescription: 'Three' },
    ]);
    expect(parked?.messageId).toBe(waiting[0]?.messageId);
    expect((await lastOutcomes()).slice(1)).toEqual(['applied', 'parked']);
  });

  test('[changed-only] behind a call are one transaction with its outcome: the next call’s intent, or rest', async () => {
    const calls = world.tenant.tickets().length;
    await world.sql(`UPDATE tickets SET title = 'Two calls', updated_at = :now WHERE id = 1`);
    await world.sql(
      `INSERT INTO comments (ticket_id, body, is_public, created_at) VALUES (1, 'and a word', 1, :now)`,
    );
    await world.poll();
    await world.clock.advance(minutes(1));

    // The first intent; its outcome and the second; the outcome of that and rest.
    expect(await turn()).toBe(3);
    expect(world.tenant.tickets()).toHaveLength(calls);
    expect(world.providerTicket(NUMBER).shortDescription).toBe('Two calls');
    expect((await lastOutcomes()).slice(1)).toEqual(['sent', 'sent']);
  });
});
