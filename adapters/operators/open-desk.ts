import type { OfflineRuntime } from '../../engine/runtime/step.ts';
import { fillSettings, openItsmDatabase, type Environment } from '../assembly/open-contract.ts';
import { wallClock } from '../clock/wall-clock.ts';
import { soundContract } from '../cli/sound-contract.ts';
import { pinoLog } from '../log/pino-log.ts';
import { cryptoRandom } from '../random/crypto-random.ts';
import { rulesVersion } from '../rules/rules-version.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';

/** Where an operator decides: one contract with its database. The bridge is never called from here. */
export interface Desk {
  readonly folder: string;
  readonly runtime: OfflineRuntime;
  /** The texts of the rules. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Does `work` at the desk of a contract, whether an engine runs or not. Resolves to 1 if the rules have errors, 2 if the
 * folder is missing, 3 if a setting is; otherwise to what `work` does.
 * @throws DatabaseMisconfigured, DatabaseUnavailable
 */
export async function atDesk(
  folder: string,
  environment: Environment,
  complaints: Output,
  work: (desk: Desk) => Promise<ExitCode>,
): Promise<ExitCode> {
  const sound = await soundContract(folder, complaints);
  if (sound.contract === null) return sound.exit;
  const { contract, files, main } = sound;
  const filled = fillSettings(contract, environment);
  if (filled.kind === 'missing') {
    for (const reason of filled.reasons) complaints.write(`${reason}\n`);
    return EXIT.cannotRun;
  }
  const clock = wallClock();
  const log = pinoLog({ clock, level: 'silent' });
  const database = await openItsmDatabase(contract, filled.settings, clock, log);
  try {
    const rules = await rulesVersion(folder, { files, main });
    const ports = { database, clock, random: cryptoRandom(), log };
    return await work({ folder, runtime: { contract, rules, ports }, files });
  } finally {
    await database.close();
  }
}
