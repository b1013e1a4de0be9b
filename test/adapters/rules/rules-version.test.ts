import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rulesHash, rulesVersion } from '../../../adapters/rules/rules-version.ts';

const source = (folder: string, contract = 'contract: a\n', itsm = 'sources: {}\n') => ({
  files: new Map([
    [`${folder}/contract.yaml`, contract],
    [`${folder}/itsm.yaml`, itsm],
  ]),
  main: `${folder}/contract.yaml`,
});

describe('the hash of rules', () => {
  test('is the same for the same files, wherever they lie and in whatever order they were read', () => {
    const one = source('rules/acme');
    const other = source('/etc/bridgehead/acme');
    expect(rulesHash(one)).toMatch(/^[0-9a-f]{12}$/);
    expect(rulesHash({ ...other, files: new Map([...other.files].reverse()) })).toBe(rulesHash(one));
  });

  test('is another one when any file says something else, or when text moves from one to the other', () => {
    const hashes = [
      source('r'),
      source('r', 'contract: b\n'),
      source('r', 'contract: a\n', 'sources: []\n'),
      source('r', 'contract: a\ns', 'ources: {}\n'),
    ].map(rulesHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('the commit of rules', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bridgehead-git-'));
    await writeFile(join(folder, 'contract.yaml'), 'contract: a\n');
    await writeFile(join(folder, 'itsm.yaml'), 'sources: {}\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t.example', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  const commit = async (): Promise<string | null> => (await rulesVersion(folder, source(folder))).commit;

  test('is unknown outside of a repository, and in one without a commit', async () => {
    expect(await commit()).toBeNull();
    git('init', '-q');
    expect(await commit()).toBeNull();
  });

  test('is the one checked out, with + as long as a rule file differs from it', async () => {
    git('init', '-q');
    git('add', 'contract.yaml');
    git('commit', '-q', '-m', 'one file');
    expect(await commit()).toBe(`${git('rev-parse', 'HEAD').slice(0, 7)}+`);
    git('add', 'itsm.yaml');
    git('commit', '-q', '-m', 'both');
    const clean = git('rev-parse', 'HEAD').slice(0, 7);
    await writeFile(join(folder, 'notes.txt'), 'no rule file');
    expect(await commit()).toBe(clean);
    await writeFile(join(folder, 'itsm.yaml'), 'sources: []\n');
    expect(await commit()).toBe(`${clean}+`);
  });

  test('is unknown when there is no git, which is no reason to fail', async () => {
    const { PATH } = process.env;
    process.env.PATH = '';
    try {
      expect(await commit()).toBeNull();
    } finally {
      process.env.PATH = PATH;
    }
  });
});
