import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Contract } from '../../engine/domain/contract.ts';
import type { AttachmentTable } from '../../engine/domain/itsm-description.ts';
import type { RulesVersion } from '../../engine/domain/rules-version.ts';
import type { Setting } from '../../engine/domain/setting.ts';
import {
  DatabaseUnavailable,
  ItsmRefused,
  type AlarmSink,
  type Bridge,
  type Clock,
  type Log,
} from '../../engine/runtime/ports.ts';

import type { Runtime } from '../../engine/runtime/step.ts';
import { httpDownloads } from '../attachments/http-downloads.ts';
import { commandSink } from '../alarms/command-sink.ts';
import { webhookSink } from '../alarms/webhook-sink.ts';
import { httpBridge } from '../bridge/http-bridge.ts';
import { httpUploads } from '../bridge/http-uploads.ts';
import { DatabaseMisconfigured, isNotLetIn } from '../database/errors.ts';
import type { AttachmentDirectories } from '../database/files/files.ts';
import { openDatabase, type OpenDatabase } from '../database/open-database.ts';
import { cryptoRandom } from '../random/crypto-random.ts';
import { fillSetting } from '../settings/fill-setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A contract with everything it needs to run. */
export interface OpenContract {
  readonly runtime: Runtime;
  readonly settings: FilledSettings;
  readonly database: OpenDatabase;
}

/** A contract that compiled, and which rules it was compiled from; null: it is nobody's to know. */
export interface RulesToOpen {
  readonly contract: Contract;
  readonly rules: RulesVersion | null;
}

/** The settings of a contract with their secrets filled in. Never logged. */
export interface FilledSettings {
  readonly bridgeUrl: string;
  readonly bridgeKey: string;
  readonly connection: string;
  /** Null: the contract names none. */
  readonly webhook: string | null;
  readonly directories: AttachmentDirectories;
}

/** What must not appear in a log. */
export const secretsOf = ({ bridgeKey, webhook }: FilledSettings): readonly string[] =>
  webhook === null ? [bridgeKey] : [bridgeKey, webhook];

export type FilledOrMissing =
  | { readonly kind: 'filled'; readonly settings: FilledSettings }
  /** One line for each setting that is missing, with its place. */
  | { readonly kind: 'missing'; readonly reasons: readonly string[] };

/** Fills in what the contract takes from the environment and from secret files (paths from the working directory). */
export function fillSettings(contract: Contract, environment: Environment): FilledOrMissing {
  const reasons: string[] = [];
  const fill = (setting: Setting): string => {
    const filled = fillSetting(setting, environment, (file) => readFileSync(path.resolve(file), 'utf8'));
    if (filled.kind === 'filled') return filled.text;
    reasons.push(filled.reason);
    return '';
  };
  const directoryOf = (attachments: AttachmentTable | null): string | null => {
    const directory = attachments?.content.directory ?? null;
    return directory === null ? null : fill(directory.path);
  };
  const settings: FilledSettings = {
    bridgeUrl: fill(contract.bridge.url),
    bridgeKey: fill(contract.bridge.key),
    connection: fill(contract.itsm.database.connection),
    webhook: contract.alarms.webhook === null ? null : fill(contract.alarms.webhook),
    directories: {
      tickets: directoryOf(contract.itsm.attachments),
      changes: directoryOf(contract.itsm.changeRequests?.attachments ?? null),
    },
  };
  return reasons.length === 0 ? { kind: 'filled', settings } : { kind: 'missing', reasons };
}

/**
 * Connects a contract to its bridge and its database, whose engine tables are made or updated.
 * @throws BridgeMisconfigured, WebhookMisconfigured, DatabaseMisconfigured, DatabaseUnavailable
 */
export async function openContract(
  { contract, rules }: RulesToOpen,
  settings: FilledSettings,
  environment: Environment,
  clock: Clock,
  log: Log,
): Promise<OpenContract> {
  const bridge = openBridge(contract, settings, clock, log);
  const sinks = openSinks(contract, settings, environment);
  const database = await openItsmDatabase(contract, settings, clock, log);
  const { files } = database;
  const uploads = httpUploads({ timeoutMs: contract.bridge.timeoutMs, clock, log });
  const downloads = httpDownloads({ bridgeUrl: settings.bridgeUrl });
  const ports = { bridge, uploads, downloads, database, files, clock, random: cryptoRandom(), log, sinks };
  return { runtime: { contract, rules, ports }, settings, database };
}

/** @throws BridgeMisconfigured */
export const openBridge = (contract: Contract, settings: FilledSettings, clock: Clock, log: Log): Bridge =>
  httpBridge({
    baseUrl: settings.bridgeUrl,
    apiKey: settings.bridgeKey,
    timeoutMs: contract.bridge.timeoutMs,
    clock,
    log,
  });

/**
 * Who is told of the contract's alarms besides the log. `environment`: of which a command gets a few words.
 * @throws WebhookMisconfigured
 */
export const openSinks = (
  { alarms: { command } }: Contract,
  { webhook }: FilledSettings,
  environment: Environment,
): readonly AlarmSink[] => [
  ...(webhook === null ? [] : [webhookSink(webhook)]),
  ...(command === null ? [] : [commandSink(command, environment)]),
];

/**
 * The contract's database, looked at once; its engine tables are made or updated.
 * @throws DatabaseMisconfigured, DatabaseUnavailable
 */
export async function openItsmDatabase(
  contract: Contract,
  settings: FilledSettings,
  clock: Clock,
  log: Log,
): Promise<OpenDatabase> {
  const random = cryptoRandom();
  const database = openDatabase({
    contract: contract.name,
    itsm: contract.itsm,
    connection: settings.connection,
    directories: settings.directories,
    jitter: () => random.next(),
  });
  try {
    const steps = await database.migrate();
    if (steps.length > 0) log.info('engine tables migrated', { contract: contract.name, steps });
    await readOnce(contract, database, clock);
  } catch (error) {
    await database.close();
    const isMistake = error instanceof DatabaseUnavailable && isNotLetIn(error);
    throw isMistake ? new DatabaseMisconfigured(error.message, { cause: error }) : error;
  }
  return database;
}

/** A table or column that itsm.yaml names and the database lacks is better met now than with the first ticket. */
async function readOnce(contract: Contract, database: OpenDatabase, clock: Clock): Promise<void> {
  const now = clock.now();
  try {
    await database.transaction(async ({ itsm }) => {
      await itsm.ticketKeyByNumber('');
      for (const source of contract.itsm.changes) {
        const [row] = await itsm.changedRows(source, 0, now, null, 1);
        if (row !== undefined) await itsm.ticket(row.ticketKey, false);
      }
    });
  } catch (error) {
    // One row that cannot be read is its ticket's trouble, and is met with that ticket.
    if (error instanceof ItsmRefused) return;
    if (error instanceof DatabaseUnavailable || !(error instanceof Error)) throw error;
    // The driver puts the statement before its words, behind a dash.
    const words = error.message.split(' - ').at(-1) ?? error.message;
    const { file } = contract.itsm.tickets.place;
    throw new DatabaseMisconfigured(`the database lacks something that ${file} names: ${words}`);
  }
}
