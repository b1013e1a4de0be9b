import { compileContract } from '../../engine/compile/compile-contract.ts';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { errorWords } from '../../engine/domain/error-words.ts';
import type { Clock, Log } from '../../engine/runtime/ports.ts';
import type { RulesChanges } from '../../engine/runtime/run-contract.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import type { OpenDatabase } from '../database/open-database.ts';
import { diagnosticFields } from '../rules/diagnostic-fields.ts';
import { rulesVersion } from '../rules/rules-version.ts';
import { lookAtRules, RulesWatch, type NoticedRules } from '../rules/rules-watch.ts';
import {
  fillSettings,
  openBridge,
  openItsmDatabase,
  openSinks,
  secretsOf,
  type Environment,
  type FilledSettings,
  type OpenContract,
  type RulesToOpen,
} from './open-contract.ts';

/** A contract that runs, the rules it was compiled from, and what it was opened with. */
export interface ReloadOptions {
  readonly folder: string;
  readonly source: ContractSource;
  readonly opened: OpenContract;
  /** As at the start: a process cannot be given another one. */
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: Log;
  /** Gets every key that is read, before it is used. */
  readonly hide: (secret: string) => void;
}

/** Rules that are used, and what they were opened with: a run that begins again begins with them. */
export interface RulesInForce extends RulesToOpen {
  readonly source: ContractSource;
  readonly settings: FilledSettings;
}

/**
 * Follows a contract's folder while it runs. Other rules are compiled aside; where they need another bridge or database,
 * that is opened aside too. Only what compiles and opens is handed on, everything else is reported, and the rules in
 * force go on.
 */
export class ContractReload implements RulesChanges {
  readonly #options: ReloadOptions;
  readonly #watch: RulesWatch;
  /** What was opened and not closed yet: the database in force, and one that is on its way in or out. */
  readonly #databases: Set<OpenDatabase>;
  #inForce: OpenContract;
  #source: ContractSource;
  #said: string | null = null;

  constructor(options: ReloadOptions) {
    const { folder, source, opened, clock, log } = options;
    this.#options = options;
    this.#inForce = opened;
    this.#source = source;
    this.#databases = new Set([opened.database]);
    this.#watch = new RulesWatch(() => lookAtRules(folder), opened.runtime.rules?.hash ?? '', clock, log);
  }

  /** The rules as they are used now, and the settings that they were opened with. */
  get inForce(): RulesInForce {
    const {
      runtime: { contract, rules },
      settings,
    } = this.#inForce;
    return { source: this.#source, contract, rules, settings };
  }

  /** Looks at the folder at once, and reads the secret files again, whether the rules changed or not. */
  ask(): void {
    this.#watch.ask();
  }

  async next(signal: AbortSignal): Promise<Runtime | null> {
    for (;;) {
      const noticed = await this.#watch.next(signal);
      if (noticed === null) return null;
      const runtime = await this.#take(noticed);
      if (runtime !== null) return runtime;
    }
  }

  async retire({ ports }: Runtime): Promise<void> {
    for (const database of this.#databases) {
      if (database !== ports.database || database === this.#inForce.database) continue;
      this.#databases.delete(database);
      await database.close();
    }
  }

  /** Closes every database that is still open. */
  async close(): Promise<void> {
    await Promise.all([...this.#databases].map((database) => database.close()));
    this.#databases.clear();
  }

  /** Null: the rules in force go on. */
  async #take({ hash, source, asked }: NoticedRules): Promise<Runtime | null> {
    const { folder, environment, log, hide } = this.#options;
    const isSame = hash === this.#inForce.runtime.rules?.hash;
    if (isSame && !asked) {
      this.#said = null;
      log.info('rules as before', { rules: hash });
      return null;
    }
    const { contract, diagnostics } = compileContract(source);
    for (const diagnostic of diagnostics) {
      const fields = { rules: hash, ...diagnosticFields(diagnostic) };
      if (diagnostic.severity === 'error') log.error('rules not taken', fields);
      else if (contract !== null) log.warn('rules warning', fields);
    }
    if (contract === null) return null;
    if (contract.name !== this.#inForce.runtime.contract.name) {
      return this.#refuse(
        hash,
        `${source.main} has contract: ${contract.name} now. The name stands for everything that is stored of its tickets ` +
          'and cannot change while it runs: write the old one, or stop and start',
      );
    }
    const filled = fillSettings(contract, environment);
    if (filled.kind === 'missing') return this.#refuseForNow(hash, filled.reasons.join('; '));
    if (isSame && isDeepEqual(filled.settings, this.#inForce.settings)) {
      log.info('rules as before', { rules: hash });
      return null;
    }
    for (const secret of secretsOf(filled.settings)) hide(secret);
    const version = await rulesVersion(folder, source);
    try {
      const opened = await this.#open(contract, source, filled.settings);
      const isKept = opened.database === this.#inForce.database;
      const runtime: Runtime = {
        contract,
        rules: version,
        ports: { ...this.#inForce.runtime.ports, ...opened },
      };
      this.#inForce = { runtime, settings: filled.settings, database: opened.database };
      this.#source = source;
      this.#said = null;
      log.info('rules accepted', {
        rules: version.hash,
        commit: version.commit,
        database: isKept ? 'kept' : 'opened anew',
      });
      return runtime;
    } catch (error) {
      return this.#refuseForNow(hash, errorWords(error));
    }
  }

  /** The database is kept where nothing that describes it has changed. */
  async #open(contract: Contract, source: ContractSource, settings: FilledSettings): Promise<Opened> {
    const { clock, log, environment } = this.#options;
    const bridge = openBridge(contract, settings, clock, log);
    const sinks = openSinks(contract, settings, environment);
    const isKept =
      settings.connection === this.#inForce.settings.connection &&
      isDeepEqual(besidesMain(source), besidesMain(this.#source));
    if (isKept) return { bridge, sinks, database: this.#inForce.database };
    const database = await openItsmDatabase(contract, settings, clock, log);
    this.#databases.add(database);
    return { bridge, sinks, database };
  }

  /** Something outside of the rules is at fault: they are tried again by themselves. */
  #refuseForNow(hash: string, reason: string): null {
    this.#watch.again();
    return this.#refuse(hash, reason);
  }

  #refuse(hash: string, reason: string): null {
    const words = `${hash} ${reason}`;
    if (this.#said !== words) this.#options.log.error('rules not taken', { rules: hash, reason });
    this.#said = words;
    return null;
  }
}

/** What other rules may need anew. */
type Opened = Pick<Runtime['ports'], 'bridge' | 'sinks'> & { readonly database: OpenDatabase };

const besidesMain = ({ files, main }: ContractSource): readonly (readonly [string, string])[] =>
  [...files].filter(([file]) => file !== main);

const isDeepEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
