import { seconds } from '../../engine/domain/instant.ts';
import { DatabaseUnavailable, type Downloads, type Files, type Opened } from '../../engine/runtime/ports.ts';
import { simulatedDownloads, type DownloadFault } from '../../adapters/simulator/simulated-downloads.ts';
import type { Fetch } from './history.ts';
import { databaseLatency, latency, raisedRate } from './network.ts';
import type { FaultKind } from './settings.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/** A download that takes longer than any answer of the bridge. */
const SLOW_MS_MAX = seconds(40);
/** Most files have less, the longest three times as much: a connection breaks at their beginning, or in their middle. */
const BREAKS_WITHIN_BYTES = 70_000;
const FETCH_FAULTS = ['lost request', 'lost answer', 'server error', 'too many requests'] as const;

/** Where files are fetched, as one process reaches it: over the network of the bridge, with its faults. */
export function downloadsOf(world: World, process: SimulatedProcess): Downloads {
  const { scheduler, history, provider } = world;
  return {
    open: (url, from, signal) =>
      new Promise((resolve) => {
        const address = url.replace(/\?.*$/, '');
        const death = world.deathAt(process, `GET ${address}`);
        if (death === 'before') return;
        const fetch: Fetch = { ...history.next(), process: process.name, address, answer: null };
        history.fetches.push(fetch);
        const end = (opened: Opened): void => {
          if (fetch.answer !== null) return;
          fetch.answer = opened.kind;
          signal.removeEventListener('abort', breakOff);
          resolve(
            opened.kind === 'content'
              ? { ...opened, bytes: arriving(world, process, opened.bytes, signal) }
              : opened,
          );
        };
        const breakOff = (): void => process.receive(() => end({ kind: 'failed', reason: 'stopped' }));
        signal.addEventListener('abort', breakOff);
        const files = simulatedDownloads(provider, {
          sleep: () => scheduler.sleep(slowness(world, fetch)),
          chooseFault: () => chooseFault(world, fetch),
        });
        scheduler.after(latency(world, process), () => {
          const asked: Promise<Opened> = world.isUnreachable()
            ? Promise.resolve({ kind: 'failed', reason: 'connection refused' })
            : files.open(url, from, signal);
          void asked.then((opened) =>
            scheduler.after(latency(world, process), () =>
              process.receive(() => {
                if (death === 'after') world.kill(process, `dies when ${address} is answered`);
                else end(opened);
              }),
            ),
          );
        });
      }),
  };
}

/** Each part takes its time. */
async function* arriving(
  world: World,
  process: SimulatedProcess,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const part of bytes) {
    await new Promise<void>((resolve) =>
      world.scheduler.after(latency(world, process), () => process.receive(resolve)),
    );
    if (signal.aborted) throw new Error('stopped');
    yield part;
  }
}

function chooseFault(world: World, { process, address }: Fetch): DownloadFault | null {
  for (const kind of FETCH_FAULTS) {
    if (!world.strikes(kind, raisedRate(world, kind, FETCH_FAULTS.length))) continue;
    world.history.inject(kind, process, `GET ${address}: ${kind}`);
    return faultOf(world, kind);
  }
  return null;
}

function faultOf(world: World, kind: (typeof FETCH_FAULTS)[number]): DownloadFault {
  switch (kind) {
    case 'lost request':
      return { kind: 'failed', reason: 'connection reset' };
    case 'server error':
      return { kind: 'failed', reason: 'its server answered 503' };
    case 'too many requests':
      return { kind: 'failed', reason: 'its server answered 503 (SlowDown)' };
    case 'lost answer': {
      const chance = world.chanceOf('half a file');
      const after = chance.is(0.5) ? chance.int(0, 20) : chance.int(0, BREAKS_WITHIN_BYTES);
      return { kind: chance.is(0.5) ? 'cut' : 'short', after };
    }
  }
}

function slowness(world: World, { process, address }: Fetch): number {
  if (!world.strikes('slow network')) return 0;
  world.history.inject('slow network', process, `GET ${address}: slow`);
  return world.chanceOf('slow network').int(seconds(1), SLOW_MS_MAX);
}

/** What is put aside is in the database: it is away when that is. */
export function filesOf(world: World, process: SimulatedProcess): Files {
  const { scheduler, history, database } = world;
  const { files } = database.twin;
  const fail = (kind: FaultKind, words: string): DatabaseUnavailable => {
    history.inject(kind, process.name, words);
    return new DatabaseUnavailable(words);
  };
  const reached = async (): Promise<void> => {
    await new Promise<void>((resolve) =>
      scheduler.after(databaseLatency(world, process), () => process.receive(resolve)),
    );
    if (world.isDatabaseAway()) throw fail('database away', 'the database is away');
    if (world.strikes('lost connection'))
      throw fail('lost connection', 'the connection to the database is lost');
  };
  return {
    putAside: async (content, bytes, now) => {
      const death = world.deathAt(process, 'put a file aside');
      if (death === 'before') await forEver();
      await reached();
      await files.putAside(content, bytes, now);
      if (death === 'after') {
        world.kill(process, 'dies when a file is put aside');
        await forEver();
      }
      if (world.strikes('lost acknowledgement'))
        throw fail('lost acknowledgement', 'the connection is lost when a file is put aside');
    },
    drop: async (content) => {
      await reached();
      await files.drop(content);
    },
    dropBefore: async (before) => {
      await reached();
      await files.dropBefore(before);
    },
    read: (ticketKey, attachmentKey) => files.read(ticketKey, attachmentKey),
  };
}

/** Nobody is there to go on. */
const forEver = (): Promise<never> => new Promise(() => undefined);
