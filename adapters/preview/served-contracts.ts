import path from 'node:path';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import { KeptContractFolder } from '../rules/kept-contract-folder.ts';
import { MAIN_FILE } from '../rules/read-contract-folder.ts';
import { RequestProblem } from './problem.ts';
import { unknownContract } from './read-problem.ts';

/** The contracts on disk that requests may name: no other path of theirs is ever opened. */
export class ServedContracts {
  /** By the last part of the folder's name. */
  readonly #folders: ReadonlyMap<string, string>;
  /** By folder. */
  readonly #kept: ReadonlyMap<string, KeptContractFolder>;

  /** @throws when two folders have one name. */
  constructor(folders: readonly string[]) {
    const named = folders.map((folder) => [path.basename(path.resolve(folder)), folder] as const);
    this.#folders = new Map(named);
    const twice = named.find(([name, folder]) => this.#folders.get(name) !== folder);
    this.#kept = new Map(folders.map((folder) => [folder, new KeptContractFolder(folder)]));
    if (twice !== undefined) throw new Error(`two folders are called "${twice[0]}": requests name them so`);
  }

  list(): readonly { readonly name: string; readonly folder: string }[] {
    return [...this.#folders].map(([name, folder]) => ({ name, folder }));
  }

  /** The files on disk, as they are now: the same object as long as they are. */
  async read(name: string): Promise<ContractSource> {
    const folder =
      this.#folders.get(name) ?? [...this.#folders.values()].find((candidate) => candidate === name);
    const kept = folder === undefined ? undefined : this.#kept.get(folder);
    if (kept === undefined) throw unknownContract(name, [...this.#folders.keys()]);
    const source = await kept.read();
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
  async rulesOf(
    contract: string | null,
    rules: Readonly<Record<string, string>> | null,
  ): Promise<ContractSource> {
    if (contract === null) {
      if (rules !== null) return { files: new Map(Object.entries(rules)), main: MAIN_FILE };
      throw new RequestProblem({
        status: 400,
        code: 'invalid-request',
        message: 'The request names no rules.',
        help: `Name a contract, or send rules: {"${MAIN_FILE}": "…", "itsm.yaml": "…"}.`,
      });
    }
    const source = await this.read(contract);
    if (rules === null) return source;
    const { files, main } = source;
    const folder = path.posix.dirname(main);
    const brought = Object.entries(rules).map(
      ([name, text]) => [path.posix.join(folder, name), text] as const,
    );
    return { files: new Map([...files, ...brought]), main };
  }
}
