import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Setting } from '../../engine/domain/setting.ts';
import { DatabaseUnavailable } from '../../engine/runtime/ports.ts';
import { fillSettings, type Environment } from '../assembly/open-contract.ts';
import { DatabaseMisconfigured } from '../database/errors.ts';
import { pendingSteps } from '../database/migrate.ts';
import { checkBridge } from '../doctor/check-bridge.ts';
import { checkDatabase } from '../doctor/check-database.ts';
import { checkWork } from '../doctor/check-work.ts';
import { fail, notChecked, ok, warn, type Check } from '../doctor/check.ts';
import {
  doubledTickets,
  missingTickets,
  type Complaint,
  type ComplaintAnswer,
} from '../doctor/complaints.ts';
import { doctorText } from '../doctor/doctor-text.ts';
import { readEngine } from '../doctor/read-engine.ts';
import { ticketStory } from '../doctor/ticket-story.ts';
import { plural } from '../operators/list-text.ts';
import { loadContract } from '../rules/read-contract-folder.ts';
import { rulesVersion } from '../rules/rules-version.ts';
import { rulesText } from '../../engine/domain/rules-version.ts';
import { fillSetting } from '../settings/fill-setting.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { areFolders } from './contract-folders.ts';

export interface DoctorOptions {
  /** One ticket, by either side's number; null: none is asked about. */
  readonly number: string | null;
  readonly complaint: Complaint | null;
  readonly format: 'text' | 'json';
  readonly color: boolean;
  readonly environment: Environment;
  readonly complaints: Output;
}

/**
 * `bridgehead doctor FOLDER [NUMBER]`: looks at everything that a contract needs, or answers a complaint about tickets from the
 * journal. It only reads, or rolls back. Resolves to 0; 1: something fails; 2: called wrongly; 3: the contract could not run:
 * a setting is missing, the bridge refuses key or URL or cannot be reached, the database cannot be used.
 */
export async function doctor(folder: string, out: Output, options: DoctorOptions): Promise<ExitCode> {
  const { number, complaint, environment, complaints } = options;
  if (!(await areFolders([folder], complaints))) return EXIT.usage;
  const loaded = await loadContract(folder);
  const { contract } = loaded;
  const about = number !== null || complaint !== null;
  if (contract === null || !about) {
    const checks: readonly Check[] = [
      nodeCheck(),
      ...(await rulesChecks(folder, loaded)),
      ...(contract === null
        ? [notChecked('others', 'the contract has errors: what it needs is not known')]
        : await worldChecks(folder, { ...loaded, contract }, environment)),
    ];
    return tell(folder, out, { checks, stories: [] }, options);
  }
  const connection = filled(contract.itsm.database.connection, environment);
  if (connection.kind === 'missing') {
    complaints.write(`${connection.reason}\n`);
    return EXIT.cannotRun;
  }
  try {
    return tell(folder, out, await answer(contract, connection.text, options), options);
  } catch (error) {
    if (!(error instanceof DatabaseMisconfigured || error instanceof DatabaseUnavailable)) throw error;
    complaints.write(`${error.message}\n`);
    return EXIT.cannotRun;
  }
}

function answer(
  contract: Contract,
  connection: string,
  { number, complaint }: DoctorOptions,
): Promise<ComplaintAnswer> {
  return readEngine(contract, connection, async (engine) => {
    const { database } = engine;
    const schema = database.kind === 'mysql' ? contract.itsm.database.engineSchema : null;
    const pending = await pendingSteps(database, schema);
    const hasTables = pending?.length === 0;
    const tables =
      pending === null || hasTables
        ? []
        : [
            warn(
              'tables',
              `the engine's tables are of an older version, so its journal is not read`,
              'the next start of `run` updates them',
            ),
          ];
    const now = Date.now();
    if (number === null)
      return complaint === 'twice'
        ? doubledTickets(contract, engine, null, hasTables)
        : missingTickets(contract, engine, hasTables, now);
    const twice = await doubledTickets(contract, engine, number, hasTables);
    const doubled = twice.stories.flatMap((story) => story.checks);
    const told = [...twice.checks, ...doubled].filter(
      ({ verdict }) => complaint === 'twice' || verdict !== 'ok',
    );
    if (complaint === 'twice') return twice;
    const story = await ticketStory(contract, engine, number, hasTables, now);
    return { checks: tables, stories: [{ ...story, checks: [...story.checks, ...told] }] };
  });
}

async function rulesChecks(
  folder: string,
  { contract, diagnostics, files, main }: Awaited<ReturnType<typeof loadContract>>,
): Promise<readonly Check[]> {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const version = rulesText(await rulesVersion(folder, { files, main }));
  const text = `${plural(errors, 'error')}, ${plural(warnings, 'warning')} (${version})`;
  const help = `bridgehead check ${folder} says which, and where`;
  if (contract === null) return [fail('rules', text, help)];
  return [warnings > 0 ? warn('rules', text, help) : ok('rules', text)];
}

async function worldChecks(
  folder: string,
  loaded: Awaited<ReturnType<typeof loadContract>> & { readonly contract: Contract },
  environment: Environment,
): Promise<readonly Check[]> {
  const { contract } = loaded;
  const all = fillSettings(contract, environment);
  const checks: Check[] =
    all.kind === 'missing'
      ? all.reasons.map((reason) => fail('settings', reason, 'set it where `run` is started'))
      : [ok('settings', 'all are there')];
  const [url, key, connection] = [
    filled(contract.bridge.url, environment),
    filled(contract.bridge.key, environment),
    filled(contract.itsm.database.connection, environment),
  ];
  if (url.kind === 'filled' && key.kind === 'filled')
    checks.push(...(await checkBridge(contract, { url: url.text, key: key.text }, environment)));
  else checks.push(notChecked('bridge', 'its URL or key is missing'));
  if (connection.kind === 'missing') return [...checks, notChecked('database', 'its connection is missing')];
  const { checks: found, hasEngineTables, isUpToDate } = await checkDatabase(loaded, folder, connection.text);
  checks.push(...found);
  if (isUpToDate) checks.push(...(await checkWork(contract, folder, connection.text)));
  else
    checks.push(
      notChecked('engine', hasEngineTables ? 'its tables are of an older version' : 'it has no tables'),
    );
  return checks;
}

const filled = (setting: Setting, environment: Environment) =>
  fillSetting(setting, environment, (file) => readFileSync(path.resolve(file), 'utf8'));

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const words = `Bridgehead ${packageJson.version} on Node ${process.version}`;
  const isEnough = major > 20 || (major === 20 && minor >= 19);
  return isEnough ? ok('node', words) : fail('node', words, `it needs ${packageJson.engines.node}`);
}

/** What keeps a contract from running at all. */
const VITAL: ReadonlySet<string> = new Set(['settings', 'bridge', 'dns', 'tls', 'database']);

function tell(
  folder: string,
  out: Output,
  { checks, stories }: ComplaintAnswer,
  { format, color, number, complaint }: DoctorOptions,
): ExitCode {
  const all = [...checks, ...stories.flatMap((story) => story.checks)];
  const about = number ?? complaint;
  if (format === 'json')
    out.write(`${JSON.stringify({ folder, about, checks, tickets: stories }, null, 2)}\n`);
  else out.write(`${doctorText(about === null ? folder : `${folder}, ${about}`, checks, stories, color)}\n`);
  const failed = all.filter(({ verdict }) => verdict === 'fail');
  if (failed.some((check) => VITAL.has(check.about))) return EXIT.cannotRun;
  return failed.length > 0 ? EXIT.problems : EXIT.ok;
}
