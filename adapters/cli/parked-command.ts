import { type Command, Option } from 'commander';
import type { ExitCode } from '../terminal/exit-codes.ts';
import type { ParkedFormat, ParkedOptions } from './parked.ts';

interface Words {
  readonly format: ParkedFormat;
  readonly by?: string;
  readonly because: string;
  readonly cause?: string;
  readonly all?: boolean;
  readonly dropped?: boolean;
}

/** `bridgehead parked …`: its words. What works on databases is loaded when it is called. */
export function addParkedCommand(
  program: Command,
  common: Omit<ParkedOptions, 'format'>,
  ended: (code: ExitCode) => void,
): void {
  const parked = program
    .command('parked')
    .description(
      'say which tickets and files stand still and why, and decide on them: retry, skip, drop, link',
    )
    .addHelpText(
      'after',
      `
Works on the contract's database, whether an engine runs or not; a running one goes on within seconds.

Example:
  bridgehead parked rules/acme
  bridgehead parked show rules/acme INC0000051
  bridgehead parked retry rules/acme --cause 1`,
    );
  const format = (): Option =>
    new Option('--format <format>', 'for people, or for programs').choices(['text', 'json']).default('text');
  const sub = (name: string, description: string, isDefault = false): Command =>
    parked
      .command(name, { isDefault })
      .description(description)
      .argument('<folder>', "a contract's folder")
      .addOption(format());
  const TICKET = "the client's or the provider's number";
  const BY = ['--by <who>', 'who decides; default: the user of this system'] as const;
  const BECAUSE = ['--because <why>', 'why, for the journal'] as const;
  const options = ({ format: chosen }: Words): ParkedOptions => ({ ...common, format: chosen });
  const { stdout } = process;

  sub('list', 'what stands still, by cause', true)
    .option('--all', 'name every ticket, with its own reason')
    .option('--dropped', 'what operators took out instead')
    .action(async (folder: string, words: Words) => {
      const { listParked } = await import('./parked.ts');
      const { all = false, dropped = false } = words;
      ended(await listParked(folder, stdout, { ...options(words), all, dropped }));
    });
  sub('show', 'one ticket: why, what waits behind it, and what each decision would do')
    .argument('<ticket>', TICKET)
    .action(async (folder: string, ticket: string, words: Words) => {
      const { showParked } = await import('./parked.ts');
      ended(await showParked(folder, ticket, stdout, options(words)));
    });
  sub('retry', 'try again with the rules as they are now, in order; takes back what was dropped')
    .argument('[ticket...]', `${TICKET}; or a file that was given up: upload-N, download-N`, [])
    .option('--cause <code>', 'all of one cause, by its code or its number in the list')
    .option('--all', 'everything that is parked')
    .option(...BY)
    .action(async (folder: string, tickets: string[], words: Words) => {
      const { retryParked } = await import('./parked.ts');
      const choice = { tickets, cause: words.cause ?? null, all: words.all ?? false };
      ended(await retryParked(folder, choice, stdout, { ...options(words), by: words.by ?? null }));
    });
  for (const [what, description] of [
    ['skip', 'pass over the one message or call that fails, or a file (upload-N, download-N), for good'],
    [
      'drop',
      "take the ticket out of Bridgehead's hands: nothing travels either way until retry takes it back",
    ],
  ] as const) {
    sub(what, description)
      .argument('<ticket>', TICKET)
      .requiredOption(...BECAUSE)
      .option(...BY)
      .action(async (folder: string, ticket: string, words: Words) => {
        const { decideParked } = await import('./parked.ts');
        const { because, by = null } = words;
        ended(await decideParked(what, folder, ticket, stdout, { ...options(words), because, by }));
      });
  }
  sub('link', 'say which ticket of the provider it is, so that it is not created again')
    .argument('<ticket>', TICKET)
    .argument('<number>', "the provider's number")
    .option(...BY)
    .action(async (folder: string, ticket: string, number: string, words: Words) => {
      const { linkParked } = await import('./parked.ts');
      ended(await linkParked(folder, ticket, number, stdout, { ...options(words), by: words.by ?? null }));
    });
}
