import { errorWords } from '../../engine/domain/error-words.ts';
import type { Clock } from '../../engine/runtime/ports.ts';
import { Vitals } from '../../engine/runtime/vitals.ts';
import { keepRunning, type ContractToRun } from '../assembly/keep-running.ts';
import { type StatusServer, startStatusServer } from '../http/status-server.ts';
import { pinoLog } from '../log/pino-log.ts';
import { ContractMetrics } from '../metrics/contract-metrics.ts';
import { loadContract } from '../rules/read-contract-folder.ts';
import { rulesVersion } from '../rules/rules-version.ts';
import { chooseFolders } from './contract-folders.ts';
import type { Output } from '../terminal/output.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import { fillSettings, secretsOf, type Environment } from '../assembly/open-contract.ts';
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
      out.write(`The status cannot be served: ${errorWords(error)}\n`);
      return EXIT.cannotRun;
    }
    log.info('status served', { url: status.url });
  }
  const counted = metrics?.counting(log) ?? log;
  const ends = await Promise.all(
    begun.map(async (contract) => {
      const hide = (secret: string): void => void secrets.push(secret);
      const end = await keepRunning(contract, { ...options, log: counted, hide });
      contract.progress.isOver = true;
      return end.kind === 'asked' ? EXIT.ok : EXIT.cannotRun;
    }),
  );
  await status?.stop();
  return ends.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}

interface BegunContract extends ContractToRun {
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

interface Loaded {
  readonly contracts: readonly Omit<ContractToRun, 'vitals'>[];
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
