import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { loadContract } from '../rules/read-contract-folder.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { diagnosticText, withoutSecrets } from '../terminal/print-diagnostics.ts';
import { areFolders } from './contract-folders.ts';

export type SoundContract = ContractSource & { readonly contract: Contract };

/** The contract of a folder, for a command that needs one without errors; what is wrong is said, with how the command ends then. */
export async function soundContract(
  folder: string,
  complaints: Output,
): Promise<SoundContract | { readonly contract: null; readonly exit: ExitCode }> {
  if (!(await areFolders([folder], complaints))) return { contract: null, exit: EXIT.usage };
  const { contract, diagnostics, files, main } = await loadContract(folder);
  if (contract !== null) return { contract, files, main };
  const shown = withoutSecrets(files, diagnostics);
  for (const diagnostic of diagnostics)
    complaints.write(`${diagnosticText(diagnostic, shown, { color: false })}\n\n`);
  return { contract: null, exit: EXIT.problems };
}
