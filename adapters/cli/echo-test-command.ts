import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../engine/compile/duration.ts';
import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { Environment } from '../assembly/open-contract.ts';
import { wallClock } from '../clock/wall-clock.ts';
import type { ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { ECHO_FORMATS, type EchoFormat } from './echo-formats.ts';
import { speedOption, speedSinceOption, type SpeedOptions } from './speed-options.ts';
import { stopSignal } from './stop-signal.ts';

interface Words extends SpeedOptions {
  readonly ticket?: string;
  readonly timeout: Milliseconds;
  readonly poll: Milliseconds;
  readonly format: EchoFormat;
}

/** `bridgehead echo-test …`: its words. What runs it is loaded when it is called. */
export function addEchoTestCommand(
  program: Command,
  common: { readonly environment: Environment; readonly color: boolean; readonly complaints: Output },
  ended: (code: ExitCode) => void,
): void {
  program
    .command('echo-test')
    .description("send a ticket to the provider's echo, read it back, and report; before going live")
    .argument('<folder>', "a contract's folder")
    .option('--ticket <file>', 'a test ticket in the names of itsm.yaml; default: made up from the contract')
    .addOption(
      new Option('--timeout <duration>', 'how long each step may take to come back')
        .argParser(duration)
        .default(180_000, '3m'),
    )
    .addOption(
      new Option('--poll <duration>', "how often dev's queue is looked at meanwhile")
        .argParser(duration)
        .default(30_000, '30s'),
    )
    .addOption(
      new Option('--format <format>', 'for a terminal, for programs, or to be filed')
        .choices(ECHO_FORMATS)
        .default('text'),
    )
    .addOption(speedOption())
    .addOption(speedSinceOption())
    .addHelpText(
      'after',
      `
Whatever environment the contract's URL names, it calls …/echo and reads …/dev/queue, with the contract's
key. The contract's database is not touched: both ends of the test work in memory. It makes one ticket,
marked as a test, and closes it. Other messages on dev's queue are left there; stop engines of yours
that read it meanwhile.

Exit codes: 0 all came back as it should, 1 it did not, 2 called wrongly, 3 it cannot be run.

Example:
  bridgehead echo-test rules/acme
  bridgehead echo-test rules/acme --format markdown > echo-test.md`,
    )
    .action(async (folder: string, words: Words) => {
      const { echoTest } = await import('./echo-test.ts');
      const { ticket = null, timeout: timeoutMs, poll: pollMs, format } = words;
      ended(
        await echoTest(folder, process.stdout, {
          ...common,
          ticket,
          timeoutMs,
          pollMs,
          format,
          clock: wallClock(words),
          signal: stopSignal(null),
        }),
      );
    });
}

function duration(text: string): Milliseconds {
  const ms = parseDuration(text);
  if (ms === null || ms === 0) throw new InvalidArgumentError('It must be a length of time: 30s, 3m.');
  return ms;
}
