import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { Setting } from '../../engine/domain/setting.ts';
import type { Clock } from '../../engine/runtime/ports.ts';
import type { Environment } from '../assembly/open-contract.ts';
import { httpDownloads } from '../attachments/http-downloads.ts';
import { httpBridge } from '../bridge/http-bridge.ts';
import { httpUploads } from '../bridge/http-uploads.ts';
import { echoEnvironments } from '../echo-test/environments.ts';
import { makeTicket, markOf } from '../echo-test/make-ticket.ts';
import type { EchoReport } from '../echo-test/report.ts';
import { echoReportMarkdown } from '../echo-test/report-markdown.ts';
import { echoReportText } from '../echo-test/report-text.ts';
import { runEchoTest } from '../echo-test/run-echo-test.ts';
import { NOTHING_WRITTEN, readTicketFile } from '../echo-test/ticket-file.ts';
import { pinoLog } from '../log/pino-log.ts';
import { cryptoRandom } from '../random/crypto-random.ts';
import { rulesVersion } from '../rules/rules-version.ts';
import { fillSetting } from '../settings/fill-setting.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import type { EchoFormat } from './echo-formats.ts';
import { soundContract } from './sound-contract.ts';

export interface EchoCommandOptions {
  /** A file with the test's ticket; null: it is made up. */
  readonly ticket: string | null;
  /** How long each step may take to come back whole. */
  readonly timeoutMs: Milliseconds;
  readonly pollMs: Milliseconds;
  readonly format: EchoFormat;
  readonly color: boolean;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Where it is said how it goes, and what is wrong, so that a document stays whole. */
  readonly complaints: Output;
}

/**
 * `bridgehead echo-test FOLDER`: sends a ticket of its own to the provider's `echo` and reads it back from `dev`. Resolves to
 * 0: all came back as it should; 1: it did not, or no ticket can be made up; 2: called wrongly; 3: it cannot be run, for want of
 * a setting or because the bridge refuses key or URL.
 * @throws BridgeMisconfigured
 */
export async function echoTest(folder: string, out: Output, options: EchoCommandOptions): Promise<ExitCode> {
  const { complaints, clock } = options;
  const sound = await soundContract(folder, complaints);
  if (sound.contract === null) return sound.exit;
  const { contract, files, main } = sound;
  const settings = bridgeSettings(contract, options.environment);
  if ('reasons' in settings) {
    for (const reason of settings.reasons) complaints.write(`${reason}\n`);
    return EXIT.cannotRun;
  }
  const environments = echoEnvironments(settings.url);
  if (environments === null) {
    complaints.write(
      `The bridge URL ends in none of /dev, /echo, /cert, /prod: where echo and dev are cannot be told from it.\n`,
    );
    return EXIT.cannotRun;
  }
  const file = options.ticket === null ? NOTHING_WRITTEN : await readTicketFile(contract, options.ticket);
  if (!('steps' in file)) {
    for (const mistake of file) complaints.write(`${mistake}\n`);
    return EXIT.usage;
  }
  const mark = markOf(newId());
  const made = await makeTicket({ contract, now: clock.now() }, mark, file.ticket);
  if (made.kind === 'impossible') {
    complaints.write(impossibleText(contract, made.reasons, options.ticket));
    return EXIT.problems;
  }
  const log = pinoLog({ clock, level: 'silent' });
  const bridge = (baseUrl: string) =>
    httpBridge({ baseUrl, apiKey: settings.key, timeoutMs: contract.bridge.timeoutMs, clock, log });
  const { report, cannotRun } = await runEchoTest({
    folder,
    contract,
    rules: await rulesVersion(folder, { files, main }),
    environments,
    files: {
      uploads: httpUploads({ timeoutMs: contract.bridge.timeoutMs, clock, log }),
      downloads: httpDownloads({ bridgeUrl: environments.queue }),
    },
    bridges: { calls: bridge(environments.calls), queue: bridge(environments.queue) },
    clock,
    random: cryptoRandom(),
    log,
    signal: options.signal,
    mark,
    made,
    written: file.steps,
    file: options.ticket,
    timeoutMs: options.timeoutMs,
    pollMs: options.pollMs,
    progress: (line) => void complaints.write(`${line}\n`),
  });
  out.write(`${printed(report, options)}\n`);
  if (report.verdict === 'passed') return EXIT.ok;
  return cannotRun ? EXIT.cannotRun : EXIT.problems;
}

type BridgeSettings =
  { readonly url: string; readonly key: string } | { readonly reasons: readonly string[] };

/** Neither the database nor a webhook is needed. */
function bridgeSettings({ bridge }: Contract, environment: Environment): BridgeSettings {
  const fill = (setting: Setting) =>
    fillSetting(setting, environment, (file) => readFileSync(path.resolve(file), 'utf8'));
  const [url, key] = [fill(bridge.url), fill(bridge.key)];
  if (url.kind === 'filled' && key.kind === 'filled') return { url: url.text, key: key.text };
  return { reasons: [url, key].flatMap((one) => (one.kind === 'missing' ? [one.reason] : [])) };
}

/** Without letters and digits that are taken for each other. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const ID_LENGTH = 6;
const newId = (): string =>
  Array.from({ length: ID_LENGTH }, () => LETTERS[randomInt(LETTERS.length)] ?? 'A').join('');

function impossibleText({ itsm }: Contract, reasons: readonly string[], file: string | null): string {
  const head =
    file === null
      ? 'No test ticket could be made up with which the contract lets a ticket travel:'
      : `The ticket of ${file} does not travel:`;
  const fields = [...itsm.tickets.fields.keys()].join(', ');
  return [
    head,
    ...reasons.map((reason) => `  ${reason}`),
    file === null
      ? `Write one into a file, and name it with --ticket FILE: "ticket:" with fields of itsm.yaml (${fields}).`
      : 'Change its fields so that a trigger holds; docs/operations.md has an example.',
    '',
  ].join('\n');
}

function printed(report: EchoReport, { format, color }: EchoCommandOptions): string {
  switch (format) {
    case 'text':
      return echoReportText(report, color);
    case 'markdown':
      return echoReportMarkdown(report).trimEnd();
    case 'json':
      return JSON.stringify(report, datesAsText, 2);
  }
}

const DATES: ReadonlySet<string> = new Set(['from', 'to', 'at', 'sentAt', 'receivedAt']);

const datesAsText = (key: string, value: unknown): unknown =>
  DATES.has(key) && typeof value === 'number' ? new Date(value).toISOString() : value;
