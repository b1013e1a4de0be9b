import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import type { RulesVersion } from '../../engine/domain/rules-version.ts';

const HASH_LENGTH = 12;
const COMMIT_LENGTH = 7;
/** A git that hangs (a network share, a hook) must not hold anything up. */
const GIT_MS_MAX = 5000;

/**
 * The first twelve hexadecimal digits of the SHA-256 over the files, each as name, length and content, by name. Names
 * count from the contract's folder, so that the same rules have the same hash wherever they lie.
 */
export function rulesHash({ files, main }: ContractSource): string {
  const hash = createHash('sha256');
  for (const [name, content] of namedInFolder({ files, main })) {
    hash.update(`${name}\0${Buffer.byteLength(content)}\0`).update(content);
  }
  return hash.digest('hex').slice(0, HASH_LENGTH);
}

/** What the rules in this folder are called in the journal. Never rejects: without git there is no commit. */
export async function rulesVersion(folder: string, source: ContractSource): Promise<RulesVersion> {
  const names = namedInFolder(source).map(([name]) => name);
  return { hash: rulesHash(source), commit: await gitCommit(folder, names) };
}

const namedInFolder = ({ files, main }: ContractSource): readonly (readonly [string, string])[] =>
  [...files]
    .map(([file, content]) => [path.posix.relative(path.posix.dirname(main), file), content] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** The commit that is checked out, with `+` if one of these files differs from it; null: no repository, or no git. */
async function gitCommit(folder: string, names: readonly string[]): Promise<string | null> {
  try {
    const head = (await git(folder, 'rev-parse', '--verify', 'HEAD')).trim();
    if (!/^[0-9a-f]{40,64}$/.test(head)) return null;
    // A file that git ignores, or does not know, is in no commit.
    const differing = await git(folder, 'status', '--porcelain', '--ignored', '--', ...names);
    return `${head.slice(0, COMMIT_LENGTH)}${differing === '' ? '' : '+'}`;
  } catch {
    return null;
  }
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args], {
    timeout: GIT_MS_MAX,
    // To look must not take the lock that somebody's own git needs.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
  });
  return stdout;
}
