import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { MAIN_FILE } from '../rules/read-contract-folder.ts';
import type { Output } from '../terminal/output.ts';

/** Where contracts are looked for when no folder is named. */
export const RULES_FOLDER = 'rules';

/**
 * The folders that a command was given; without any, all contracts below `rules/`. Null, and said why: one of them is
 * missing, or there is no contract.
 */
export async function chooseFolders(
  folders: readonly string[],
  complaints: Output,
): Promise<readonly string[] | null> {
  if (folders.length > 0) return (await areFolders(folders, complaints)) ? folders : null;
  const found = await contractFolders(RULES_FOLDER);
  if (found.length > 0) return found;
  complaints.write(
    `There is no contract below ${RULES_FOLDER}/: a contract is a folder with a ${MAIN_FILE}.\n`,
  );
  return null;
}

/** Says so if one of them is missing. */
export async function areFolders(folders: readonly string[], out: Output): Promise<boolean> {
  for (const folder of folders) {
    if (await isFolder(folder)) continue;
    out.write(`There is no folder ${folder}: name the folder that holds a ${MAIN_FILE}.\n`);
    return false;
  }
  return true;
}

/** The folders below this one that hold a contract, by name. Empty if there is no such folder. */
export async function contractFolders(folder: string): Promise<readonly string[]> {
  if (!(await isFolder(folder))) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const candidate = path.join(folder, entry.name);
    if (entry.isDirectory() && (await exists(path.join(candidate, MAIN_FILE)))) found.push(candidate);
  }
  return found.sort();
}

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
