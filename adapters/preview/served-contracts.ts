import path from 'node:path';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import { MAIN_FILE, readContractFolder } from '../rules/read-contract-folder.ts';
import type { RuleFiles } from './job.ts';
import { RequestProblem } from './problem.ts';
import { unknownContract } from './read-problem.ts';

/** The contracts on disk that requests may name: no other path of theirs is ever opened. */
export class ServedContracts {
  /** By the last part of the folder's name. */
  readonly #folders: ReadonlyMap<string, string>;

  /** @throws when two folders have one name. */
  constructor(folders: readonly string[]) {
    const named = folders.map((folder) => [path.basename(path.resolve(folder)), folder] as const);
    this.#folders = new Map(named);
    const twice = named.find(([name, folder]) => this.#folders.get(name) !== folder);
    if (twice !== undefined) throw new Error(`two folders are called "${twice[0]}": requests name them so`);
  }

  list(): readonly { readonly name: string; readonly folder: string }[] {
    return [...this.#folders].map(([name, folder]) => ({ name, folder }));
  }

  /** The files on disk, as they are now. */
  async read(name: string): Promise<ContractSource> {
    const folder =
      this.#folders.get(name) ?? [...this.#folders.values()].find((candidate) => candidate === name);
    if (folder === undefined) throw unknownContract(name, [...this.#folders.keys()]);
    const source = await readContractFolder(folder);
    if (source.kind === 'read') return source;
    throw new RequestProblem({
      status: 422,
      code: 'rules-have-errors',
      message: source.diagnostic.message,
      help: source.diagnostic.hint ?? '',
      diagnostics: [source.diagnostic],
    });
  }

  /** The rules that a request means: those on disk, with the ones that it brings over them. */
  async rulesOf(contract: string | null, rules: Readonly<Record<string, string>> | null): Promise<RuleFiles> {
    if (contract === null) {
      if (rules !== null) return { files: rules, main: MAIN_FILE };
      throw new RequestProblem({
        status: 400,
        code: 'invalid-request',
        message: 'The request names no rules.',
        help: `Name a contract, or send rules: {"${MAIN_FILE}": "…", "itsm.yaml": "…"}.`,
      });
    }
    const { files, main } = await this.read(contract);
    const folder = path.posix.dirname(main);
    const brought = Object.entries(rules ?? {}).map(
      ([name, text]) => [path.posix.join(folder, name), text] as const,
    );
    return { files: { ...Object.fromEntries(files), ...Object.fromEntries(brought) }, main };
  }
}
