import { hostname } from 'node:os';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { seconds } from '../../engine/domain/instant.ts';
import type { RulesVersion } from '../../engine/domain/rules-version.ts';
import { DatabaseUnavailable, type Clock, type Log } from '../../engine/runtime/ports.ts';
import { runContract, type RunEnd } from '../../engine/runtime/run-contract.ts';
import type { Vitals } from '../../engine/runtime/vitals.ts';
import { boundLog } from '../log/bound-log.ts';
import { ContractReload, type RulesInForce } from './contract-reload.ts';
import { openContract, type Environment, type FilledSettings, type OpenContract } from './open-contract.ts';

/** A contract that compiled, with its settings, and of which is kept how it goes. */
export interface ContractToRun {
  readonly folder: string;
  readonly source: ContractSource;
  readonly contract: Contract;
  readonly rules: RulesVersion;
  readonly settings: FilledSettings;
  readonly vitals: Vitals;
}

export interface KeepRunningOptions {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Has a function called whenever somebody asks for the rules to be read again. */
  readonly onReload: (reload: () => void) => void;
  /** Gets every key that is read later, before it is used. */
  readonly hide: (secret: string) => void;
}

/** While the database is away at the start, it is asked again after so long. */
const DATABASE_WAIT_MS = seconds(10);
/** What has broken is left alone for so long before it begins again. */
const BROKEN_WAIT_MS = seconds(10);

/**
 * Runs one contract to its end, following its folder meanwhile. What nobody foresaw does not end it (a table of the engine's
 * that is gone while a backup is played back, a defect): it begins again after a pause, with the rules that were in force, for as
 * long as it takes. It ends when it cannot be opened the first time, or when the bridge says that its settings are at fault.
 */
export async function keepRunning(
  toRun: ContractToRun,
  { environment, clock, log, signal, onReload, hide }: KeepRunningOptions,
): Promise<RunEnd | { readonly kind: 'cannot-run' }> {
  const { folder, vitals } = toRun;
  const bound = boundLog(log, { contract: toRun.contract.name });
  const place = `${hostname()} ${process.pid}`;
  let reload: ContractReload | null = null;
  onReload(() => reload?.ask());
  let inForce: RulesInForce = toRun;
  let hasRun = false;
  while (!signal.aborted) {
    try {
      const { contract, rules, settings, source } = inForce;
      const open = (): Promise<OpenContract> =>
        openContract({ contract, rules }, settings, environment, clock, bound);
      const opened = await untilDatabaseIsThere(open, bound, vitals, clock, signal);
      if (opened === null) break;
      hasRun = true;
      reload = new ContractReload({ folder, source, opened, environment, clock, log: bound, hide });
      return await runContract(opened.runtime, signal, reload, vitals, place);
    } catch (error) {
      const { message: reason, stack = null } = error instanceof Error ? error : new Error(String(error));
      if (!hasRun) {
        bound.error('contract cannot run', { reason });
        return { kind: 'cannot-run' };
      }
      bound.error('contract broken', { reason, stack, begins_again_in_s: BROKEN_WAIT_MS / 1000 });
    } finally {
      if (reload !== null) {
        inForce = reload.inForce;
        await reload.close();
        reload = null;
      }
    }
    await clock.sleep(BROKEN_WAIT_MS, signal);
  }
  return { kind: 'asked' };
}

/**
 * Opens a contract as soon as its database takes reads and writes: a server may start later than this machine does. Null: it
 * was told to end before that.
 */
async function untilDatabaseIsThere(
  open: () => Promise<OpenContract>,
  log: Log,
  vitals: Vitals,
  clock: Clock,
  signal: AbortSignal,
): Promise<OpenContract | null> {
  while (!signal.aborted) {
    try {
      const opened = await open();
      vitals.databaseAway = null;
      return opened;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      const reason = error.message;
      if (vitals.databaseAway?.reason !== reason)
        log.error('contract waits for its database', {
          reason,
          asked_again_every_s: DATABASE_WAIT_MS / 1000,
        });
      vitals.databaseAway = { since: vitals.databaseAway?.since ?? clock.now(), reason };
    }
    await clock.sleep(DATABASE_WAIT_MS, signal);
  }
  return null;
}
