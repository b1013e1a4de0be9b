import { stat as statWithCallback } from 'node:fs';
import { promisify } from 'node:util';
import { readContractFolder, type ReadContract } from './read-contract-folder.ts';

/** Takes half as long as that of `node:fs/promises`, and is asked for every preview. */
const stat = promisify(statWithCallback);

/** Two writes within this of each other may leave a file with one and the same date: some file systems count in seconds. */
const SETTLED_MS = 2500;
/** contract.yaml, and the file that its `itsm:` names: both were there to be read. */
const FILES = 2;

/**
 * The files of a contract's folder, always as they are now: they are read again only if one of them is another, or was
 * written to, since they were read. What has changed just now is read every time.
 */
export class KeptContractFolder {
  readonly #folder: string;
  #kept: {
    readonly contract: ReadContract;
    readonly files: readonly string[];
    readonly marks: string;
  } | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(): Promise<ReadContract> {
    const kept = this.#kept;
    if (kept !== null && (await marksOf(kept.files)) === kept.marks) return kept.contract;
    this.#kept = null;
    const before = Date.now();
    const contract = await readContractFolder(this.#folder);
    if (contract.kind === 'failed' || contract.files.size !== FILES) return contract;
    const files = [...contract.files.keys()];
    const marks = await marksOf(files, before - SETTLED_MS);
    if (marks !== null) this.#kept = { contract, files, marks };
    return contract;
  }
}

/** What is another as soon as a file is, or its content; null: one is gone, or was written to after `settledAt`. */
async function marksOf(files: readonly string[], settledAt = Infinity): Promise<string | null> {
  try {
    const all = await Promise.all(files.map((file) => stat(file)));
    if (all.some(({ ctimeMs, mtimeMs }) => Math.max(ctimeMs, mtimeMs) > settledAt)) return null;
    return all
      .map(({ dev, ino, size, mtimeMs, ctimeMs }) => `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`)
      .join('\n');
  } catch {
    return null;
  }
}
