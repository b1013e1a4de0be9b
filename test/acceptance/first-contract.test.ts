import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');
/** What the commands of the README need of the project, besides its packages; npx runs its install script once. */
const PARTS = ['adapters', 'bin', 'engine', 'schemas', 'scripts', 'package.json'] as const;

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-first-'));
  for (const part of PARTS) await cp(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The commands below the heading, as a reader copies them. */
async function commandsOf(heading: string): Promise<string> {
  const readme = await readFile(path.join(ROOT, 'README.md'), 'utf8');
  const [, section = ''] = readme.split(`## ${heading}\n`);
  const [, block] = /```sh\n([\s\S]*?)```/.exec(section) ?? [];
  return block ?? expect.fail(`the README has no commands below "${heading}"`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs commands in a shell as an interactive one does: each in the background is a job of its own. */
function runInShell(commands: string): Promise<{ readonly code: number | null; readonly out: string }> {
  const shell = spawn('bash', ['-c', `set -m\nset -e\n${commands}`], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  shell.stderr.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.once('close', (code) => {
      resolve({ code, out });
    });
  });
}

const SEEN = 'npx bridgehead journal rules/mine | grep -q " sent "';

test('the first contract in five minutes works as the README has it: a ticket travels', async () => {
  const port = await freePort();
  const written = await commandsOf('A first contract in five minutes');
  expect(written).toContain('sleep 15;');
  const commands = written
    .replaceAll('8700', String(port))
    .replace('npx bridgehead simulate', `npx bridgehead simulate --port ${port}`)
    // A loaded machine takes longer than a reader's own.
    .replace('sleep 15;', `for again in $(seq 60); do ${SEEN} && break; sleep 2; done;`);
  // The sample database is as one should be.
  const held = 'npx bridgehead check rules/mine --database --strict';
  const { code, out } = await runInShell(`${commands}\n${held}`);
  expect(code, out).toBe(0);
  expect(out).toContain('1 contract: no mistakes');
  expect(out).toContain('7 tests passed');
  expect(out).toContain('The contract mine');
  expect(out).toContain('Nothing was performed');
  expect(out).toMatch(/T00001 e-CS\d+ +out create +sent +trigger "tickets of the mainframe group" matches/);
  expect(out).toMatch(/T00002 +out plan +held +no trigger matches/);
}, 300_000);
