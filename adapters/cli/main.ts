import { Command, InvalidArgumentError, Option } from 'commander';
import { DatabaseUnavailable } from '../../engine/runtime/ports.ts';
import { BridgeMisconfigured } from '../bridge/http-bridge.ts';
import { wallClock } from '../clock/wall-clock.ts';
import { DatabaseMisconfigured } from '../database/errors.ts';
import { CHECK_FORMATS, runCheck, type CheckFormat } from './check.ts';
import { EXPLAIN_FORMATS, runExplain, type ExplainFormat } from './explain.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import { onHangUp } from './hang-up.ts';
import type { ListenAddress } from './run.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addEchoTestCommand } from './echo-test-command.ts';
import { addParkedCommand } from './parked-command.ts';
import { speedOption, speedSinceOption, type SpeedOptions } from './speed-options.ts';
import { stopSignal } from './stop-signal.ts';
import { TEST_FORMATS, type TestFormat } from './test-formats.ts';

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok}  done
  ${EXIT.problems}  something is wrong: errors in a contract, two sides that do not agree
  ${EXIT.usage}  called wrongly, or a folder is missing
  ${EXIT.cannotRun}  a contract cannot run: a setting is missing, the database cannot be used, or the bridge
     refuses key or URL`;

/**
 * The command line. Each command is a function of its own; here are only its words. What needs databases and servers
 * is loaded when it is called, so that a check is quick.
 */
export async function main(args: readonly string[]): Promise<void> {
  const color = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const environment = process.env;
  let code: ExitCode = EXIT.ok;
  const program = new Command('bridgehead')
    .description(
      "The client's end of a ticket bridge: one folder of YAML per contract, one engine that runs it.",
    )
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(bridgehead --help shows what there is)')
    .exitOverride((end) => process.exit(end.exitCode === 0 ? EXIT.ok : EXIT.usage));

  program
    .command('init')
    .description('write a starter contract that checks and tests green')
    .argument('<contract>', 'its name: small letters, digits, - and _')
    .option('--folder <path>', 'where to write it; default: rules/CONTRACT')
    .option('--sample-database', 'also make a SQLite database with tables and tickets to try it with')
    .action(async (contract: string, options: { folder?: string; sampleDatabase?: boolean }) => {
      const { runInit } = await import('./init.ts');
      code = await runInit(contract, process.stdout, {
        folder: options.folder ?? null,
        sampleDatabase: options.sampleDatabase ?? false,
        clock: wallClock(),
        complaints: process.stderr,
      });
    });

  program
    .command('run')
    .description('run contracts until Ctrl-C or SIGTERM; the log is JSON on standard output')
    .argument('[folder...]', 'folders of contracts', [])
    .addOption(
      new Option('--log-level <level>', 'the least that is logged')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .addOption(
      new Option(
        '--listen <address>',
        'serve /health, /ready and /metrics there: PORT on 127.0.0.1, or HOST:PORT',
      ).argParser(listenAddress),
    )
    .addOption(speedOption())
    .addOption(speedSinceOption())
    .addHelpText(
      'after',
      `
Without folders, all below rules/ are run. Secrets come from the environment (\${NAME} in the YAML) or from files
(\${file:PATH}). Changed rules take over while it runs, once they are
valid; SIGHUP reads them, and secret files, at once.

Example:
  bridgehead run rules/acme`,
    )
    .action(async (folders: string[], options: RunCommandOptions) => {
      const { runContracts } = await import('./run.ts');
      code = await runContracts(folders, process.stderr, {
        clock: wallClock(options),
        environment,
        level: options.logLevel,
        listen: options.listen ?? null,
        color,
        signal: stopSignal(process.stderr),
        onReload: onHangUp,
      });
    });

  program
    .command('check')
    .description('compile contracts and print what is wrong with them, with file:line:column')
    .argument('[folder...]', 'folders of contracts; without any, all below rules/', [])
    .addOption(
      new Option('--format <format>', 'for people, for programs, or annotations of a pull request on GitHub')
        .choices(CHECK_FORMATS)
        .default('text'),
    )
    .option('--strict', 'warnings fail too: exit code 1')
    .option('--verbose', 'tell which expressions run as generated source and which do not, and why')
    .option(
      '--database',
      'look at the live database too: schema, words, newest tickets; it is only read from',
    )
    .action(async (folders: string[], options: CheckCommandOptions) => {
      code = await runCheck(folders, process.stdout, {
        format: options.format,
        strict: options.strict ?? false,
        verbose: options.verbose ?? false,
        color,
        database: options.database === true ? { environment, now: Date.now() } : null,
        complaints: process.stderr,
      });
    });

  program
    .command('test')
    .description('play the tests that stand beside contracts, in tests/*.yaml (docs/tests.md)')
    .argument('[folder...]', 'folders of contracts; without any, all below rules/', [])
    .option('--filter <text>', 'only tests with this text in their name', '')
    .option('--watch', 'run again after each change of the folders, until Ctrl-C')
    .option('--coverage', 'say how much of the contract the tests have met, and what they never met')
    .addOption(
      new Option('--threshold <percent>', 'fail if a contract has less coverage than this').argParser(
        percent,
      ),
    )
    .addOption(
      new Option('--format <format>', 'for people, or for programs').choices(TEST_FORMATS).default('text'),
    )
    .action(async (folders: string[], options: TestCommandOptions) => {
      const { runTests } = await import('./test.ts');
      code = await runTests(folders, process.stdout, {
        filter: options.filter,
        coverage: options.coverage ?? false,
        threshold: options.threshold ?? null,
        format: options.format,
        color,
        width: process.stdout.isTTY ? process.stdout.columns : PRINTED_WIDTH,
        watch: options.watch === true ? stopSignal(null) : null,
        complaints: process.stderr,
      });
    });

  program
    .command('explain')
    .description(
      'say in plain words what a contract does: which tickets travel, as what, and what happens on errors',
    )
    .argument('<folder>', "a contract's folder")
    .addOption(
      new Option('--format <format>', 'for a terminal, or for a review')
        .choices(EXPLAIN_FORMATS)
        .default('text'),
    )
    .action(async (folder: string, options: { format: ExplainFormat }) => {
      code = await runExplain(folder, process.stdout, {
        format: options.format,
        color,
        width: pageWidth(process.stdout.columns),
        complaints: process.stderr,
      });
    });

  program
    .command('journal')
    .description('say what became of every transaction, and why a ticket did not travel')
    .argument('<folder>', "a contract's folder")
    .argument('[number]', "a ticket, by the client's or the provider's number")
    .addOption(new Option('--limit <count>', 'the newest so many').argParser(wholeNumber).default(200))
    .option('--json', 'one JSON object a line')
    .action(
      async (folder: string, number: string | undefined, options: { limit: number; json?: boolean }) => {
        const { showJournal } = await import('./journal.ts');
        code = await showJournal(folder, number ?? null, process.stdout, {
          environment,
          limit: options.limit,
          json: options.json ?? false,
          color,
        });
      },
    );

  addParkedCommand(program, { environment, color, complaints: process.stderr }, (end) => {
    code = end;
  });

  addDoctorCommand(program, { environment, color, complaints: process.stderr }, (end) => {
    code = end;
  });

  addEchoTestCommand(program, { environment, color, complaints: process.stderr }, (end) => {
    code = end;
  });

  program
    .command('preview')
    .description('say what would happen to a ticket, on a message or an answer, and why; performs nothing')
    .argument('<folder>', "a contract's folder")
    .option('--ticket <number>', 'a ticket of the live database, read in a read-only transaction')
    .option('--file <file>', 'a situation in YAML or JSON (docs/preview.md); - for standard input')
    .addOption(
      new Option('--format <format>', 'for people, or for programs')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(async (folder: string, options: { ticket?: string; file?: string; format: 'text' | 'json' }) => {
      const { previewContract } = await import('./preview.ts');
      code = await previewContract(folder, process.stdout, {
        ticket: options.ticket ?? null,
        file: options.file ?? null,
        format: options.format,
        color,
        environment,
        clock: wallClock(),
        input: process.stdin,
        complaints: process.stderr,
      });
    });

  program
    .command('serve')
    .description('serve previews over HTTP, with a page to try them (docs/preview.md)')
    .argument('[folder...]', 'folders of contracts; without any, all below rules/', [])
    .addOption(
      new Option('--host <address>', 'where to listen; any but the loopback wants a token').default(
        '127.0.0.1',
      ),
    )
    .addOption(new Option('--port <number>', '0 takes any free one').argParser(wholeNumber).default(8750))
    .option('--token-file <file>', 'a file with the token that requests bring; or BRIDGEHEAD_PREVIEW_TOKEN')
    .action(async (folders: string[], options: { host: string; port: number; tokenFile?: string }) => {
      const { servePreviews } = await import('./serve.ts');
      code = await servePreviews(folders, process.stderr, {
        host: options.host,
        port: options.port,
        tokenFile: options.tokenFile ?? null,
        environment,
        clock: wallClock(),
        signal: stopSignal(process.stderr),
      });
    });

  program
    .command('simulate')
    .description("play the provider's end of the bridge over HTTP, to try things against (docs/simulator.md)")
    .addOption(
      new Option('--host <address>', 'where to listen; its control routes ask for no key').default(
        '127.0.0.1',
      ),
    )
    .addOption(new Option('--port <number>', '0 takes any free one').argParser(wholeNumber).default(8700))
    .option('--state <file>', 'keep what the provider knows in this file, also when the process is killed')
    .addOption(speedOption())
    .addOption(speedSinceOption())
    .action(async (options: { host: string; port: number; state?: string } & SpeedOptions) => {
      const { simulate } = await import('./simulate.ts');
      code = await simulate(process.stdout, {
        host: options.host,
        port: options.port,
        speed: options.speed,
        speedSince: options.speedSince ?? null,
        state: options.state ?? null,
        signal: stopSignal(null),
      });
    });

  program
    .command('demo')
    .description('show tickets travel between two sample clients and a simulated provider')
    .option('--once', 'end when the story is told; exit 0 only if both sides agree')
    .action(async (options: { once?: boolean }) => {
      const { demo } = await import('../demo/demo.ts');
      code = await demo(process.stdout, {
        once: options.once ?? false,
        color,
        signal: stopSignal(process.stderr),
      });
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    process.exitCode = code;
  } catch (error) {
    if (!isExpected(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.cannotRun;
  }
}

/** A page is read most easily at 80 to 110 columns; without a terminal it has 100. */
const pageWidth = (columns: number | undefined): number => Math.max(72, Math.min(columns ?? 100, 110));

/** What people can mend; anything else is a defect, and shown with its stack. */
const isExpected = (error: unknown): error is Error =>
  error instanceof DatabaseMisconfigured ||
  error instanceof DatabaseUnavailable ||
  error instanceof BridgeMisconfigured;

/** Of what is not shown on a terminal, in columns. */
const PRINTED_WIDTH = 110;

interface TestCommandOptions {
  readonly filter: string;
  readonly watch?: boolean;
  readonly coverage?: boolean;
  readonly threshold?: number;
  readonly format: TestFormat;
}

interface CheckCommandOptions {
  readonly format: CheckFormat;
  readonly strict?: boolean;
  readonly verbose?: boolean;
  readonly database?: boolean;
}

interface RunCommandOptions extends SpeedOptions {
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly listen?: ListenAddress;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

/** `9464`, `0.0.0.0:9464`, `[::1]:9464` */
function listenAddress(text: string): ListenAddress {
  const [, host, port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new InvalidArgumentError('It must be a port, or an address and a port: 127.0.0.1:9464.');
  return { host: (host ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function percent(text: string): number {
  const value = Number(text);
  if (!/^\d{1,3}$/.test(text) || value > 100) throw new InvalidArgumentError('It must be 0 to 100.');
  return value;
}
