import { afterEach, describe, expect, test } from 'vitest';
import { seconds } from '../../engine/domain/instant.ts';
import { pollQueue } from '../../engine/runtime/accept.ts';
import { type Bridge, DatabaseUnavailable } from '../../engine/runtime/ports.ts';
import { LINKED, openLinkedAcme } from '../support/linked-acme.ts';
import { NEVER, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

describe('the queue', () => {
  test('[delete-after-commit] no message is deleted before its inbox row is committed', async () => {
    world = await openLinkedAcme();
    world.desk.comment(LINKED, { body: 'One.' });
    const { runtime, database } = world;
    const broken = {
      ...runtime,
      ports: {
        ...runtime.ports,
        database: {
          // The commit of what was read fails, as when the server goes away.
          transaction: async <T>(work: Parameters<typeof database.transaction<T>>[0]): Promise<T> =>
            database.transaction(async (tx) => {
              const before = await tx.store.waitingMessages();
              const result = await work(tx);
              if ((await tx.store.waitingMessages()) > before)
                throw new DatabaseUnavailable('the server went away');
              return result;
            }),
        },
      },
    };
    expect(await pollQueue(broken, NEVER)).toMatchObject({ kind: 'left-alone', cause: 'database' });
    expect(world.tenant.queue.state().messages).toHaveLength(1);
    await world.settle(seconds(120));
    expect(world.tenant.queue.state().messages).toEqual([]);
    expect(await world.sql('SELECT body FROM comments WHERE ticket_id = 1 AND id > 6')).toEqual([
      { body: 'One.' },
    ]);
  });

  test('is left alone while the engine cannot keep what it reads', async () => {
    world = await openLinkedAcme();
    world.desk.comment(LINKED, { body: 'One.' });
    const before = world.provider.requests().filter(({ method }) => method === 'GET').length;
    const away = {
      ...world.runtime,
      ports: {
        ...world.runtime.ports,
        database: { transaction: () => Promise.reject(new Error('away')) },
      },
    };
    await expect(pollQueue(away, NEVER)).rejects.toThrow('away');
    expect(world.provider.requests().filter(({ method }) => method === 'GET')).toHaveLength(before);
  });

  test('whose handle expires before the delete gives the message again, to no effect', async () => {
    world = await openLinkedAcme();
    world.desk.comment(LINKED, { body: 'One.' });
    const once = new AbortController();
    const slow = world.through((bridge: Bridge) => ({
      send: async (request) => {
        if (request.method === 'DELETE') {
          await world.clock.advance(seconds(31));
          once.abort();
        }
        return bridge.send(request);
      },
    }));
    await pollQueue(slow, once.signal);
    expect(world.tenant.queue.state().messages).toHaveLength(1);
    await world.settle(seconds(120));
    expect((await world.journal(LINKED)).map(({ outcome }) => outcome)).toContain('duplicate');
    expect(world.tenant.queue.state().messages).toEqual([]);
    expect(await world.sql('SELECT body FROM comments WHERE ticket_id = 1 AND id > 6')).toEqual([
      { body: 'One.' },
    ]);
  });

  test('with the wrong key stops the contract instead of trying on', async () => {
    world = await openLinkedAcme();
    const refused = world.through(() => ({
      send: () =>
        Promise.resolve({ kind: 'answer', status: 403, body: { message: 'Forbidden' }, retryAfterMs: null }),
    }));
    expect(await pollQueue(refused, NEVER)).toMatchObject({ kind: 'stop' });
  });
});
