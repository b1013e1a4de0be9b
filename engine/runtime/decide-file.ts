import type { GivenUpFile } from '../domain/given-up-file.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { Decision, OperatorEnd } from './operator.ts';
import type { Transaction } from './ports.ts';
import { outboundEntry, type OfflineRuntime } from './step.ts';
import { transact } from './transact.ts';

type Named = Pick<GivenUpFile, 'kind' | 'id'>;

/**
 * An operator has a file tried again that was given up, with the rules as they are then. What may have arrived is put no sooner
 * than patience allows; a file of the provider's can be had only while its address is good.
 */
export const retryFile = (runtime: OfflineRuntime, named: Named, by: string): Promise<OperatorEnd> =>
  decide(runtime, named, async (tx, { name, reason, until }, now) => {
    if (until !== null && until <= now) {
      const when = new Date(until).toISOString();
      return {
        kind: 'cannot',
        reason: `its address was good until ${when}: have the provider attach it again`,
      };
    }
    if (named.kind === 'download') await tx.store.retryDownload(named.id, now);
    else {
      const upload = await tx.store.upload(named.id);
      if (upload === null) return { kind: 'gone' };
      const fresh = { phase: 'waiting', attempts: 0, resendAt: null, dueAt: now } as const;
      await tx.store.saveUpload({ ...upload, ...fresh, givenUpAt: null });
    }
    const summary = `${name}: tried again by ${by}; it was given up: ${reason}`;
    return { outcome: 'retried', summary, detail: { by, file: name }, done: 'tried again' };
  });

/** An operator lets a file be that was given up: it is not shown any more, and not tried. */
export const skipFile = (
  runtime: OfflineRuntime,
  named: Named,
  { by, because }: Decision,
): Promise<OperatorEnd> =>
  decide(runtime, named, async (tx, { name, reason }) => {
    if (named.kind === 'download') await tx.store.forgetDownload(named.id);
    else {
      const upload = await tx.store.upload(named.id);
      if (upload === null) return { kind: 'gone' };
      await tx.store.saveUpload({ ...upload, givenUpAt: null });
    }
    const summary = `${name}: skipped by ${by}: ${because}; it was given up: ${reason}`;
    return { outcome: 'skipped', summary, detail: { by, because, file: name }, done: 'skipped' };
  });

type Decided =
  | Extract<OperatorEnd, { readonly kind: 'gone' | 'cannot' }>
  | (Pick<JournalEntry, 'outcome' | 'summary' | 'detail'> & { readonly done: string });

function decide(
  runtime: OfflineRuntime,
  named: Named,
  work: (tx: Transaction, file: GivenUpFile, now: number) => Promise<Decided>,
): Promise<OperatorEnd> {
  return transact(runtime, async (tx): Promise<OperatorEnd> => {
    const now = runtime.ports.clock.now();
    const file = await givenUp(tx, named);
    if (file === null) return { kind: 'not-parked' };
    const lane = await tx.store.lane(file.laneId, true);
    if (lane === null) return { kind: 'gone' };
    const decided = await work(tx, file, now);
    if ('kind' in decided) return decided;
    const { done, ...part } = decided;
    await tx.store.journal(outboundEntry(lane, 'operator', now, { ...part, rule: null }));
    return { kind: 'done', summary: done };
  });
}

/** Locked; null: it is not given up, or somebody has decided on it already. */
async function givenUp({ store }: Transaction, { kind, id }: Named): Promise<GivenUpFile | null> {
  if (kind === 'upload') {
    const upload = await store.upload(id);
    if (upload?.givenUpAt == null) return null;
    const { laneId, name, reason, givenUpAt: at } = upload;
    return { kind, id, laneId, name, at, reason: reason ?? '', until: null };
  }
  const download = await store.download(id);
  if (download?.givenUpAt == null) return null;
  const { laneId, request, reason, expiresAt: until, givenUpAt: at } = download;
  return { kind, id, laneId, name: request.name, at, reason: reason ?? '', until };
}
