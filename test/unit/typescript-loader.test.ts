import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const LOADER = pathToFileURL(fileURLToPath(new URL('../../bin/typescript.mjs', import.meta.url))).href;

/** Says what is done to each function, whether classes have their names, and where it breaks. */
const SOURCE = `interface Unused {
  readonly nothing: string;
}
class Named {}
const closure = (): Named => new Named();
console.log(eval('String(__name)'));
console.log(closure().constructor.name);
console.log(new Error('here').stack?.split('\\n')[1]?.replace(/.*:(\\d+):\\d+\\)?$/, 'line $1'));
`;

describe('the loader of the TypeScript sources', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-loader-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('does nothing to a function, and leaves classes their names and errors their places', async () => {
    const file = path.join(folder, 'source.mts');
    await writeFile(file, SOURCE);

    const { stdout } = await promisify(execFile)(process.execPath, ['--import', LOADER, file]);

    expect(stdout.trim().split('\n')).toEqual(['target=>target', 'Named', 'line 8']);
  });
});
