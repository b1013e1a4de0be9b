// The whole check, in order: format, lint, types, tests. One line per step; what a failing step said is shown.
// The tests meet a private MariaDB and a browser, which are installed when they are missing and may be.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
const { findProgram, startMariaDb } = await import('./support/mariadb.ts');

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'bridgehead-test-'));
const program = (name) => join(root, 'node_modules', '.bin', name);

/** What is to be ended when the run is: the step under way, the server (a promise: it may be starting just then). */
let running = null;
let server = null;
let failed = false;

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.once(signal, () => {
    running?.kill('SIGTERM');
    void end(exitCode);
  });

await step('prettier', program('prettier'), ['--check', '--log-level=warn', '.']);
await step('eslint', program('eslint'), ['.']);
await step('tsc', program('tsc'), ['--noEmit']);

let passedTests = 0;
let failedTests = 0;
const haveMariaDb = await haveProgram(['mariadbd', 'mysqld'], 'mariadb-server');
const haveChromium = await haveProgram(['chromium', 'chromium-browser'], 'chromium');
if (haveMariaDb && haveChromium) {
  const begun = Date.now();
  server = startMariaDb();
  const { url } = await server;
  report('mariadb', true, begun);
  const result = join(folder, 'vitest.json');
  await step(
    'vitest',
    program('vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${result}`, ...process.argv.slice(2)],
    { show: true, env: { BRIDGEHEAD_TEST_MYSQL: url } },
  );
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(result, 'utf8'));
    passedTests = numPassedTests;
    // A file that cannot be loaded has no tests that could fail.
    failedTests = numFailedTests === 0 && failed ? numFailedTestSuites : numFailedTests;
  } catch {
    console.log('vitest left no result');
    failedTests = 1;
  }
} else {
  failed = true;
}
console.log(`${passedTests} passed, ${failedTests} failed`);
await end(failed ? 1 : 0);

/** Runs a program; its output is kept back unless it fails, or is to be shown as it comes. */
async function step(name, file, args, { show = false, env = {} } = {}) {
  const begun = Date.now();
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  running = child;
  let output = '';
  child.stdout?.on('data', (some) => (output += some));
  child.stderr?.on('data', (some) => (output += some));
  const exitCode = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += String(error);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
  running = null;
  if (exitCode !== 0) {
    failed = true;
    if (output !== '') console.log(output.trimEnd());
  }
  report(name, exitCode === 0, begun);
  return exitCode === 0;
}

function report(name, good, begun) {
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  console.log(`${good ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
}

/** Whether a program that the tests meet is there, by one of its names; otherwise its Debian package is installed. */
async function haveProgram(names, debianPackage) {
  const there = () => findProgram(...names) !== null;
  if (there()) return true;
  const apt = findProgram('apt-get');
  if (apt === null || process.getuid?.() !== 0) {
    console.log(
      `the tests need the program ${names[0]} (Debian: apt-get install ${debianPackage}), which is missing and may only be installed by root with apt-get`,
    );
    return false;
  }
  // Runlevel 1: the package is not to start a server of its own.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const updated = await step('apt-get update', apt, ['update', '-q'], { env });
  const install = ['install', '-y', '-q', '--no-install-recommends', debianPackage];
  if (updated && (await step(`apt-get install ${debianPackage}`, apt, install, { env })) && there())
    return true;
  console.log(
    `the tests need the program ${names[0]}, and the package ${debianPackage} could not be installed`,
  );
  return false;
}

async function end(exitCode) {
  await server?.then(
    (started) => started.stop(),
    // It did not start, so there is nothing to stop.
    () => undefined,
  );
  rmSync(folder, { recursive: true, force: true });
  process.exit(exitCode);
}
