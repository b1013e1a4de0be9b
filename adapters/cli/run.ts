import { hostname } from 'node:os';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { seconds } from '../../engine/domain/instant.ts';
import type { RulesVersion } from '../../engine/domain/rules-version.ts';
import { DatabaseUnavailable, type Clock, type Log } from '../../engine/runtime/ports.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import { Vitals } from '../../engine/runtime/vitals.ts';
import { ContractReload } from '../assembly/contract-reload.ts';
import { type StatusServer, startStatusServer } from '../http/status-server.ts';
import { boundLog } from '../log/bound-log.ts';
import { pinoLog } from '../log/pino-log.ts';
import { ContractMetrics } from '../metrics/contract-metrics.ts';
import { loadContract } from '../rules/read-contract-folder.ts';
import { rulesVersion } from '../rules/rules-version.ts';
import { chooseFolders } from './contract-folders.ts';
import type { Output } from '../terminal/output.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import {
  fillSettings,
  openContract,
  secretsOf,
  type Environment,
  type FilledSettings,
  type OpenContract,
} from '../assembly/open-contract.ts';
import { diagnosticText } from '../terminal/print-diagnostics.ts';

/** Where to listen: an address of this machine. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface RunOptions {
  readonly clock: Clock;
  readonly environment: Environment;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly color: boolean;
  readonly signal: AbortSignal;
  /** Where health, readiness and metrics are served; null: nowhere. */
  readonly listen: ListenAddress | null;
  /** Has a function called whenever somebody asks for the rules to be read again. */
  readonly onReload: (reload: () => void) => void;
}

/**
 * `bridgehead run [FOLDER…]`: runs contracts until it is told to stop; without folders, all below `rules/`. The log goes
 * to standard output as JSON, everything else to `out`. Nothing starts unless every contract can. Changed rules take over
 * while it runs.
 */
export async function runContracts(
  folders: readonly string[],
  out: Output,
  options: RunOptions,
): Promise<ExitCode> {
  const chosen = await chooseFolders(folders, out);
  if (chosen === null) return EXIT.usage;
  const loaded = await loadAll(chosen, out, options);
  if ('code' in loaded) return loaded.code;

  // A key that is read later is added.
  const secrets = loaded.contracts.flatMap(({ settings }) => secretsOf(settings));
  const log = pinoLog({ clock: options.clock, level: options.level, secrets });
  const metrics = options.listen === null ? null : new ContractMetrics();
  const begun = loaded.contracts.map((contract): BegunContract => ({
    ...contract,
    vitals: new Vitals(metrics?.observer(contract.contract.name)),
    progress: { isOver: false },
  }));
  let status: StatusServer | null = null;
  if (options.listen !== null && metrics !== null) {
    try {
      status = await serveStatus(begun, options.listen, metrics, options.clock);
    } catch (error) {
      out.write(`The status cannot be served: ${error instanceof Error ? error.message : String(error)}\n`);
      return EXIT.cannotRun;
    }
    log.info('status served', { url: status.url });
  }
  const counted = metrics?.counting(log) ?? log;
  const ends = await Promise.all(
    begun.map(async (contract) => {
      const end = await runOne(contract, counted, secrets, options);
      contract.progress.isOver = true;
      return end;
    }),
  );
  await status?.stop();
  return ends.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}

/** A contract of which is kept how it goes. */
interface BegunContract extends LoadedContract {
  readonly vitals: Vitals;
  readonly progress: { isOver: boolean };
}

const serveStatus = (
  begun: readonly BegunContract[],
  { host, port }: ListenAddress,
  { registry }: ContractMetrics,
  clock: Clock,
): Promise<StatusServer> =>
  startStatusServer({
    host,
    port,
    registry,
    contracts: begun.map(({ contract, vitals, progress }) => ({
      name: contract.name,
      vitals,
      isRunning: () => !progress.isOver,
    })),
    now: () => clock.now(),
  });

/** Runs one contract to its end, following its folder meanwhile. */
async function runOne(
  { folder, source, contract, rules, settings, vitals }: BegunContract,
  log: Log,
  secrets: string[],
  { clock, environment, signal, onReload }: RunOptions,
): Promise<ExitCode> {
  try {
    const bound = boundLog(log, { contract: contract.name });
    const open = (): Promise<OpenContract> =>
      openContract({ contract, rules }, settings, environment, clock, bound);
    const opened = await untilDatabaseIsThere(open, bound, vitals, clock, signal);
    if (opened === null) return EXIT.ok;
    const hide = (secret: string): void => void secrets.push(secret);
    const reload = new ContractReload({ folder, source, opened, environment, clock, log: bound, hide });
    onReload(() => reload.ask());
    try {
      const place = `${hostname()} ${process.pid}`;
      const end = await runContract(opened.runtime, signal, reload, vitals, place);
      return end.kind === 'asked' ? EXIT.ok : EXIT.cannotRun;
    } finally {
      await reload.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error('contract cannot run', { contract: contract.name, reason });
    return EXIT.cannotRun;
  }
}

/** While the database is away at the start, it is asked again after so long. */
const DATABASE_WAIT_MS = seconds(10);

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

interface LoadedContract {
  readonly folder: string;
  readonly source: ContractSource;
  readonly contract: Contract;
  readonly rules: RulesVersion;
  readonly settings: FilledSettings;
}

interface Loaded {
  readonly contracts: readonly LoadedContract[];
}

/** Compiles every contract and fills in its settings; says everything that is missing before giving up. */
async function loadAll(
  folders: readonly string[],
  out: Output,
  { environment, color }: RunOptions,
): Promise<Loaded | { readonly code: ExitCode }> {
  const contracts = [];
  let code: ExitCode = EXIT.ok;
  for (const folder of folders) {
    const { contract, diagnostics, files, main } = await loadContract(folder);
    for (const diagnostic of diagnostics) out.write(`${diagnosticText(diagnostic, files, { color })}\n\n`);
    if (contract === null) {
      code = EXIT.problems;
      continue;
    }
    const filled = fillSettings(contract, environment);
    if (filled.kind === 'filled') {
      const source = { files, main };
      const rules = await rulesVersion(folder, source);
      contracts.push({ folder, source, contract, rules, settings: filled.settings });
    } else {
      for (const reason of filled.reasons) out.write(`${reason}\n`);
      code = EXIT.cannotRun;
    }
  }
  const names = contracts.map(({ contract }) => contract.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    out.write(`Two folders hold a contract called "${twice}": each needs a name of its own.\n`);
    code = EXIT.usage;
  }
  return code === EXIT.ok ? { contracts } : { code };
}
