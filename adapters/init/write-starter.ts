import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const STARTER = fileURLToPath(new URL('starter', import.meta.url));
const SCHEMAS = fileURLToPath(new URL('../../schemas', import.meta.url));

/** The starter is a contract of its own, which is checked and tested as it stands; these are its names. */
const NAME = 'starter';
const PREFIX = 'STARTER_';
const SINCE = '2026-01-01T00:00:00Z';

/** The files of a contract's folder, and those of its tests. */
const FILES = ['contract.yaml', 'itsm.yaml', path.join('tests', 'first.yaml')] as const;

export interface Starter {
  readonly contract: string;
  readonly folder: string;
  /** What its settings in the environment begin with: `MY_CONTRACT_`. */
  readonly prefix: string;
  /** The go-live: the beginning of a day, as an ISO date. */
  readonly since: string;
}

export const environmentPrefix = (contract: string): string =>
  `${contract.toUpperCase().replaceAll('-', '_')}_`;

/**
 * Writes the starter contract under a name of its own; returns the files written. Null, and nothing is written, if the
 * folder is there already and not empty.
 */
export async function writeStarter(starter: Starter): Promise<readonly string[] | null> {
  if (!(await isFree(starter.folder))) return null;
  const written: string[] = [];
  for (const file of FILES) {
    const target = path.join(starter.folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, rendered(await readFile(path.join(STARTER, file), 'utf8'), target, starter));
    written.push(target);
  }
  return written;
}

/** The starter's text in the words of the new contract; its editor finds the schema from where the file lies. */
function rendered(text: string, target: string, { contract, prefix, since }: Starter): string {
  const schemas = path.relative(path.dirname(target), SCHEMAS).split(path.sep).join('/');
  return text
    .replace(/\$schema=[./]*\/schemas\//, `$schema=${schemas}/`)
    .replace(`contract: ${NAME}\n`, `contract: ${contract}\n`)
    .replaceAll(PREFIX, prefix)
    .replace(SINCE, since);
}

/** The starter's tables, with a few tickets, as SQL with placeholders for dates. */
export const sampleTables = (): Promise<string> => readFile(path.join(STARTER, 'sample.sql'), 'utf8');

async function isFree(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return true;
    if (code === 'ENOTDIR') return false;
    throw error;
  }
}
