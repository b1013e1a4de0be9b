import type { HeldDownload } from '../domain/download.ts';
import { errorWords } from '../domain/error-words.ts';
import type { Instant } from '../domain/instant.ts';
import {
  ASIDE_MS_MAX,
  DOWNLOADS_AT_ONCE,
  DOWNLOADS_IDLE_MS_MAX,
  TROUBLE_PAUSE_MS,
} from '../domain/limits.ts';
import type { Bell } from './bell.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import type { Membership } from './membership.ts';
import { DatabaseUnavailable } from './ports.ts';
import type { Runtime } from './step.ts';
import { guarded } from './work-lanes.ts';

/**
 * Fetches files beside the lanes, DOWNLOADS_AT_ONCE at a time and the first to expire first, until the signal. Several
 * processes share them as they share the lanes.
 */
export async function workDownloads(
  runtime: Runtime,
  membership: Pick<Membership, 'standing'>,
  bell: Bell,
  signal: AbortSignal,
): Promise<null> {
  const { clock } = runtime.ports;
  const under = new Map<number, Promise<void>>();
  let tidyAt = clock.now();
  try {
    while (!signal.aborted) {
      const { standing } = membership;
      const now = clock.now();
      if (now >= tidyAt) {
        tidyAt = now + ASIDE_MS_MAX / 24;
        await tidy(runtime, now);
      }
      const limit = DOWNLOADS_AT_ONCE - under.size;
      const found =
        standing === null
          ? null
          : await guarded(runtime, () => takeDue(runtime, standing.id, now, limit, [...under.keys()]));
      if (found === null) {
        await bell.wait(TROUBLE_PAUSE_MS, signal);
        continue;
      }
      for (const held of found.held) {
        const one = fetchOne(runtime, held, signal).then(() => {
          under.delete(held.id);
          bell.ring();
        });
        under.set(held.id, one);
      }
      // What is due and was not taken is in other hands, or waits for one of these.
      const { nextAt } = found;
      const until = nextAt !== null && nextAt > now ? nextAt - now : DOWNLOADS_IDLE_MS_MAX;
      await bell.wait(Math.min(until, DOWNLOADS_IDLE_MS_MAX), signal);
    }
  } finally {
    await Promise.all(under.values());
  }
  return null;
}

interface Found {
  readonly held: readonly HeldDownload[];
  readonly nextAt: Instant | null;
}

/** Takes as many that are due as can be fetched. */
export function takeDue(
  { ports }: Runtime,
  owner: string,
  now: Instant,
  limit: number,
  except: readonly number[],
): Promise<Found> {
  return ports.database.transaction(async ({ store }) => {
    const due = limit > 0 ? await store.dueDownloads({ owner, now, limit, except }) : [];
    const held: HeldDownload[] = [];
    for (const id of due) {
      const one = await store.takeDownload(id, owner);
      if (one !== null) held.push(one);
    }
    return { held, nextAt: await store.nextDownloadAt() };
  });
}

/** Whatever goes wrong with it, the others go on: it stays in these hands, and is taken again. */
async function fetchOne(runtime: Runtime, held: HeldDownload, signal: AbortSignal): Promise<void> {
  const { contract, ports } = runtime;
  try {
    await fetchAttachment(runtime, held, signal);
  } catch (error) {
    const reason = errorWords(error);
    const fields = { contract: contract.name, download: held.id, reason };
    if (error instanceof DatabaseUnavailable) ports.log.warn('attachment put off', fields);
    else
      ports.log.error('download broken', {
        ...fields,
        stack: error instanceof Error ? (error.stack ?? null) : null,
      });
    await ports.clock.sleep(TROUBLE_PAUSE_MS, signal);
  }
}

/** What was put aside by processes that died, and what was given up and cannot be had any more. */
async function tidy({ contract, ports }: Runtime, now: Instant): Promise<void> {
  try {
    await ports.files.dropBefore(now - ASIDE_MS_MAX);
    await ports.database.transaction(({ store }) => store.forgetExpiredDownloads(now));
  } catch (error) {
    const reason = errorWords(error);
    ports.log.debug('content not tidied up yet', { contract: contract.name, reason });
  }
}
