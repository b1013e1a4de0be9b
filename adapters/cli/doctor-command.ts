import { type Command, Option } from 'commander';
import type { Environment } from '../assembly/open-contract.ts';
import type { ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';

interface Words {
  readonly complaint?: 'missing' | 'twice';
  readonly format: 'text' | 'json';
}

/** `bridgehead doctor …`: its words. What looks at databases and bridges is loaded when it is called. */
export function addDoctorCommand(
  program: Command,
  common: { readonly environment: Environment; readonly color: boolean; readonly complaints: Output },
  ended: (code: ExitCode) => void,
): void {
  program
    .command('doctor')
    .description(
      'say what is wrong around a contract, or why a ticket is not at the provider, or is there twice',
    )
    .argument('<folder>', "a contract's folder")
    .argument('[number]', "a ticket, by the client's or the provider's number")
    .addOption(
      new Option(
        '--complaint <which>',
        'tickets that are missing at the provider, or that exist twice; with a number, of that one',
      ).choices(['missing', 'twice']),
    )
    .addOption(
      new Option('--format <format>', 'for people, or for programs')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
It only reads; write rights are tried on no row, in a transaction that is rolled back. The bridge gets
one call that has no effect, and no message is received.

Exit codes: 0 nothing fails, 1 something does, 2 called wrongly, 3 the contract could not run.

Example:
  bridgehead doctor rules/acme
  bridgehead doctor rules/acme INC0000051
  bridgehead doctor rules/acme --complaint twice`,
    )
    .action(async (folder: string, number: string | undefined, words: Words) => {
      const { doctor } = await import('./doctor.ts');
      const { complaint = null, format } = words;
      ended(await doctor(folder, process.stdout, { ...common, number: number ?? null, complaint, format }));
    });
}
