import { Prepared, Texts } from '../prepared.ts';
import { alarmStore } from './alarms.ts';
import { clockSkewStore } from './clock-skew.ts';
import { detectionStore } from './detection.ts';
import { downloadStore } from './downloads.ts';
import { inboxStore } from './inbox.ts';
import { instanceStore } from './instances.ts';
import { journalStore } from './journal.ts';
import { heldLaneStore } from './held-lanes.ts';
import { laneStore } from './lanes.ts';
import { ledgerStore } from './ledger.ts';
import { proofStore } from './proofs.ts';
import { rulesStore } from './rules.ts';
import type { Scope } from './scope.ts';
import { standingStore } from './standing.ts';
import { uploadStore } from './uploads.ts';
import type { BulkStore } from './write-behind.ts';

/** @param texts the same for all transactions of one database, whose statements are then built once. */
export function openStore(given: Omit<Scope, 'prepared'>, texts: Texts = new Texts()): BulkStore {
  const scope: Scope = { ...given, prepared: new Prepared(given.knex, texts) };
  return joined([
    inboxStore(scope),
    laneStore(scope),
    heldLaneStore(scope),
    instanceStore(scope),
    downloadStore(scope),
    ledgerStore(scope),
    uploadStore(scope),
    detectionStore(scope),
    journalStore(scope),
    rulesStore(scope),
    proofStore(scope),
    standingStore(scope),
    alarmStore(scope),
    clockSkewStore(scope),
  ]);
}

type Joined<Parts extends readonly object[]> = Parts extends readonly [
  infer First,
  ...infer Others extends readonly object[],
]
  ? First & Joined<Others>
  : unknown;

/** One object of them all. A store is made for every transaction: a literal of so many spreads takes seven times as long. */
const joined = <const Parts extends readonly object[]>(parts: Parts): Joined<Parts> =>
  Object.assign({}, ...parts) as Joined<Parts>;
