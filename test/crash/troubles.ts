import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../../engine/runtime/ports.ts';
import { onServer } from '../support/databases.ts';
import type { CrashWorld } from './crash-world.ts';
import { mendTables } from './mend-tables.ts';

/** What goes wrong besides the killing of engines. */
export type TroubleName = 'mariadb' | 'simulator' | 'stop' | 'read-only' | 'connections' | 'full-disk';

/** Longer than a lease of the engines', at the speed at which their time runs. */
const STOP_MS = 3000;
/** How long a lesser trouble lasts at least, and how much longer at most. */
const TROUBLE_MS_MIN = 500;
const TROUBLE_MS_SPREAD = 2500;

const aWhile = (random: Random): Promise<void> => wait(TROUBLE_MS_MIN + random.next() * TROUBLE_MS_SPREAD);

/** How long a disk is full: until tables have to grow. */
const FULL_MS = 4000;

/** False: it cannot be brought about on this machine. */
type Trouble = (world: CrashWorld, random: Random) => Promise<boolean>;

export const TROUBLES: Readonly<Record<TroubleName, Trouble>> = {
  /** The database server is killed, and comes back after a while; its administrators mend what it has damaged in that. */
  mariadb: async (world, random) => {
    await world.server.kill();
    await aWhile(random);
    await world.server.restart();
    await mendTables(world);
    return true;
  },

  /** The provider is killed, and comes back at once with what it knew. */
  simulator: async (world) => {
    await world.restartSimulator();
    return true;
  },

  /** An engine stands still for longer than a lease, and then goes on as if nothing had been. */
  stop: async ({ engines }, random) => {
    const engine = engines[Math.floor(random.next() * engines.length)];
    await engine?.busy();
    await engine?.stopFor(STOP_MS);
    return true;
  },

  /** The server takes no writes, except from its administrators (and the client's people). */
  'read-only': async ({ server }, random) => {
    await onServer(server.url, 'SET GLOBAL read_only = 1');
    await aWhile(random);
    await onServer(server.url, 'SET GLOBAL read_only = 0');
    return true;
  },

  /** The engines may have no more than two connections between them. */
  connections: async ({ server, engineUser }, random) => {
    await onServer(server.url, `ALTER USER ${engineUser} WITH MAX_USER_CONNECTIONS 2`);
    await aWhile(random);
    await onServer(server.url, `ALTER USER ${engineUser} WITH MAX_USER_CONNECTIONS 0`);
    return true;
  },

  /** The server's disk has not a byte left. */
  'full-disk': async ({ disk }) => {
    if (disk === null) return false;
    await disk.fill();
    await wait(FULL_MS);
    await disk.relieve();
    return true;
  },
};
