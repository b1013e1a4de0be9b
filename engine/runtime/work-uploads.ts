import { errorWords } from '../domain/error-words.ts';
import { TROUBLE_PAUSE_MS, UPLOADS_AT_ONCE, UPLOAD_GRACE_MS, WORK_IDLE_MS_MAX } from '../domain/limits.ts';
import type { Instant } from '../domain/instant.ts';
import type { HeldUpload, Upload } from '../domain/upload.ts';
import type { Bell } from './bell.ts';
import { Breaks } from './breaks.ts';
import { giveUpBroken } from './give-up-broken.ts';
import { sleepMsMax, type Standing } from './hold.ts';
import type { Membership } from './membership.ts';
import { DatabaseUnavailable, FilesUnavailable } from './ports.ts';
import type { UploadEnd } from './prepare-upload.ts';
import type { Runtime } from './step.ts';
import { uploadTurn } from './upload-turn.ts';
import { guarded } from './work-lanes.ts';

/**
 * Sends the files that are due until the signal, beside the lanes: a few at the same time, and those that another process
 * has are left to it. At the signal a file that is being put has UPLOAD_GRACE_MS to arrive; then it is broken off, and put
 * again by whoever comes next. Rings `lanes` when one has ended: something may have waited for it.
 *
 * Returns the reason if a put found that the contract must stop.
 */
export async function workUploads(
  runtime: Runtime,
  membership: Membership,
  bells: { readonly uploads: Bell; readonly lanes: Bell },
  signal: AbortSignal,
  hurry: AbortSignal,
): Promise<string | null> {
  const { clock } = runtime.ports;
  const turns = new Map<number, Promise<void>>();
  const halt = new AbortController();
  const cut = new AbortController();
  const over = new AbortController();
  const stop = { reason: null as string | null };
  const end = AbortSignal.any([signal, halt.signal]);
  const grace = async (): Promise<void> => {
    await clock.sleep(UPLOAD_GRACE_MS, over.signal);
    cut.abort();
  };
  end.addEventListener('abort', () => void grace(), { once: true });
  try {
    const paused = new Map<number, Instant>();
    const breaks = new Breaks();
    while (!end.aborted) {
      const now = clock.now();
      for (const [upload, until] of paused) if (until <= now) paused.delete(upload);
      const { standing } = membership;
      const busy = [...turns.keys(), ...paused.keys()];
      const limit = UPLOADS_AT_ONCE - turns.size;
      const found =
        standing === null
          ? null
          : await guarded(runtime, () => takeDueUploads(runtime, standing, { now, limit, busy }));
      if (found === null || standing === null) {
        await bells.uploads.wait(TROUBLE_PAUSE_MS, end);
        continue;
      }
      for (const { held, upload } of found.taken) {
        const turn = oneTurn(runtime, held, upload, standing, { cut: cut.signal, hurry }, breaks).then(
          (word) => {
            turns.delete(upload.id);
            if (word === 'trouble') paused.set(upload.id, clock.now() + TROUBLE_PAUSE_MS);
            else if (word.kind === 'stop') {
              stop.reason ??= word.reason;
              halt.abort();
            }
            bells.uploads.ring();
            bells.lanes.ring();
          },
        );
        turns.set(upload.id, turn);
      }
      const { nextAt } = found;
      const untilNext = nextAt !== null && nextAt > now ? nextAt - now : WORK_IDLE_MS_MAX;
      await bells.uploads.wait(Math.min(untilNext, WORK_IDLE_MS_MAX), end);
    }
  } finally {
    halt.abort();
    await Promise.all(turns.values());
    over.abort();
  }
  return stop.reason;
}

export interface FoundUploads {
  readonly taken: readonly { readonly held: HeldUpload; readonly upload: Upload }[];
  readonly nextAt: Instant | null;
}

/** Takes as many as can be sent. */
export function takeDueUploads(
  { contract, ports }: Runtime,
  standing: Standing,
  { now, limit, busy }: { readonly now: Instant; readonly limit: number; readonly busy: readonly number[] },
): Promise<FoundUploads> {
  return ports.database.transaction(async ({ store }) => {
    const search = { owner: standing.id, now, horizon: now + sleepMsMax(contract), limit, except: busy };
    const due = limit > 0 ? await store.dueUploads(search) : [];
    const taken: { held: HeldUpload; upload: Upload }[] = [];
    for (const id of [...due].sort((one, other) => one - other)) {
      const held = await store.takeUpload(id, standing.id);
      const upload = held === null ? null : await store.heldUpload(held);
      if (held !== null && upload !== null) taken.push({ held, upload });
    }
    return { taken, nextAt: await store.nextUploadAt() };
  });
}

async function oneTurn(
  runtime: Runtime,
  held: HeldUpload,
  upload: Upload,
  standing: Standing,
  { cut, hurry }: { readonly cut: AbortSignal; readonly hurry: AbortSignal },
  breaks: Breaks,
): Promise<UploadEnd | 'trouble'> {
  const { contract, ports } = runtime;
  const { log, clock } = ports;
  const about = { contract: contract.name, upload: upload.id, name: upload.name };
  try {
    const end = await uploadTurn(runtime, held, upload, standing, cut, hurry);
    if (end.kind === 'lost') log.info('upload lost', about);
    return end;
  } catch (error) {
    const reason = errorWords(error);
    if (error instanceof DatabaseUnavailable || error instanceof FilesUnavailable) {
      log.warn('upload put off', { ...about, reason });
      return 'trouble';
    }
    log.error('upload broken', {
      ...about,
      reason,
      stack: error instanceof Error ? (error.stack ?? null) : null,
    });
    if (!breaks.areTooMany(upload.id, clock.elapsed())) return 'trouble';
    const given = await guarded(runtime, () => giveUpBroken(runtime, held, upload, reason));
    return given ?? 'trouble';
  }
}
