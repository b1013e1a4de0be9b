import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { RulesVersion } from '../../engine/domain/rules-version.ts';
import type { Clock, Log } from '../../engine/runtime/ports.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import { ContractReload } from '../assembly/contract-reload.ts';
import { boundLog } from '../log/bound-log.ts';
import { pinoLog } from '../log/pino-log.ts';
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
} from '../assembly/open-contract.ts';
import { diagnosticText } from '../terminal/print-diagnostics.ts';

export interface RunOptions {
  readonly clock: Clock;
  readonly environment: Environment;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly color: boolean;
  readonly signal: AbortSignal;
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
  const runs = loaded.contracts.map((contract) => runOne(contract, log, secrets, options));
  const ends = await Promise.all(runs);
  return ends.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}

/** Runs one contract to its end, following its folder meanwhile. */
async function runOne(
  { folder, source, contract, rules, settings }: LoadedContract,
  log: Log,
  secrets: string[],
  { clock, environment, signal, onReload }: RunOptions,
): Promise<ExitCode> {
  try {
    const bound = boundLog(log, { contract: contract.name });
    const opened = await openContract({ contract, rules }, settings, environment, clock, bound);
    const hide = (secret: string): void => void secrets.push(secret);
    const reload = new ContractReload({ folder, source, opened, environment, clock, log: bound, hide });
    onReload(() => reload.ask());
    try {
      const end = await runContract(opened.runtime, signal, reload);
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
