import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { loadContract, MAIN_FILE } from '../rules/read-contract-folder.ts';
import type { Output } from '../terminal/output.ts';
import { diagnosticText, summaryText, type PrintOptions } from '../terminal/print-diagnostics.ts';

/** Where contracts are looked for when no folder is named. */
const RULES_FOLDER = 'rules';

/** Exit codes: no errors; errors in a contract; a folder that does not exist. */
const CHECKED = 0;
const ERRORS_FOUND = 1;
const USAGE = 2;

/**
 * `bridgehead check [FOLDER…]`: compiles contracts and prints what is wrong with them. Without folders, all below
 * `rules/`. Resolves to the exit code: 0 no errors, 1 errors found, 2 a folder is missing.
 */
export async function runCheck(
  folders: readonly string[],
  out: Output,
  options: PrintOptions,
): Promise<0 | 1 | 2> {
  const checked = folders.length > 0 ? folders : await contractFolders(RULES_FOLDER);
  if (checked.length === 0) {
    out.write(`There is no contract below ${RULES_FOLDER}/: a contract is a folder with a ${MAIN_FILE}.\n`);
    return USAGE;
  }
  if (!(await areFolders(checked, out))) return USAGE;
  const diagnostics = [];
  for (const folder of checked) {
    const loaded = await loadContract(folder);
    for (const diagnostic of loaded.diagnostics) {
      out.write(`${diagnosticText(diagnostic, loaded.files, options)}\n\n`);
    }
    diagnostics.push(...loaded.diagnostics);
  }
  out.write(`${summaryText(checked.length, diagnostics)}\n`);
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? ERRORS_FOUND : CHECKED;
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
