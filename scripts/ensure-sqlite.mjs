// Runs after every install. better-sqlite3 is native: npm fetches a ready-made binary or compiles one, and where it can
// do neither, npm leaves the package out (it is optional). As root on Debian the compiler is fetched and it is built
// after all; elsewhere one line says what is missing. Contracts on MySQL and MariaDB work without it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** In a process of its own: a module that failed to load once stays failed. */
const loads = () =>
  spawnSync(process.execPath, ['-e', "new (require('better-sqlite3'))(':memory:').close()"], {
    cwd: root,
    stdio: 'ignore',
  }).status === 0;

// npm may run this script once more for the install that it begins itself.
if (process.env.BRIDGEHEAD_BUILDING_SQLITE === undefined && !loads()) {
  if (missingCompiler().length > 0 && mayInstall()) installCompiler();
  const missing = missingCompiler();
  if (missing.length === 0) build();
  if (!loads())
    console.log(
      `better-sqlite3 is not there: no ready-made binary for this machine could be fetched and ${
        missing.length > 0 ? `${missing.join(', ')} to compile it are missing` : 'compiling it failed'
      }. Contracts on sqlite: do not run; those on mysql:// and mariadb:// do. Once that is mended: npm rebuild, or npm ci`,
    );
}

function missingCompiler() {
  return ['python3', 'make', 'g++'].filter(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status !== 0,
  );
}

function mayInstall() {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

function installCompiler() {
  // A machine that has never fetched the lists of packages has none.
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'python3', 'make', 'g++']);
}

/** The locked version: into its place if npm has left it out, built where it is if npm has left it unbuilt. */
function build() {
  if (existsSync(join(root, 'node_modules', 'better-sqlite3', 'package.json'))) {
    run('npm', ['rebuild', '--ignore-scripts=false', 'better-sqlite3']);
    return;
  }
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { version } = lock.packages['node_modules/better-sqlite3'];
  run('npm', [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts=false',
    `better-sqlite3@${version}`,
  ]);
}

function run(program, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', BRIDGEHEAD_BUILDING_SQLITE: '1' };
  spawnSync(program, args, { cwd: root, env, stdio: 'inherit' });
}
