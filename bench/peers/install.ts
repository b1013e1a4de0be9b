import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FOLDER = new URL('./', import.meta.url);

/**
 * Requires from the peers' own package (`bench/peers/package.json`), which the product's `npm ci` does not install: it is
 * installed now where it is missing, and that is said.
 */
export async function peers(): Promise<NodeJS.Require> {
  if (!existsSync(new URL('node_modules/json-rules-engine', FOLDER))) {
    process.stderr.write(
      'bench/peers: installing Node-RED and json-rules-engine, which only this benchmark uses …\n',
    );
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: fileURLToPath(FOLDER),
    });
  }
  return createRequire(new URL('package.json', FOLDER));
}
