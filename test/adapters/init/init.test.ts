import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runInit, type InitOptions } from '../../../adapters/cli/init.ts';
import { runCheck } from '../../../adapters/cli/check.ts';
import { VirtualClock } from '../../../adapters/clock/virtual-clock.ts';
import { environmentPrefix } from '../../../adapters/init/write-starter.ts';
import { EXIT } from '../../../adapters/terminal/exit-codes.ts';

class Kept {
  text = '';
  write(some: string): boolean {
    this.text += some;
    return true;
  }
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-init-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function init(contract: string, change: Partial<InitOptions> = {}) {
  const out = new Kept();
  const complaints = new Kept();
  const code = await runInit(contract, out, {
    folder: path.join(folder, contract),
    sampleDatabase: false,
    clock: new VirtualClock(Date.UTC(2026, 4, 17, 12)),
    complaints,
    ...change,
  });
  return { code, out: out.text, complaints: complaints.text };
}

describe('bridgehead init', () => {
  test('writes a contract in its own name that checks without a warning', async () => {
    const { code, out } = await init('my-contract_2');
    expect(code).toBe(EXIT.ok);
    const written = await readFile(path.join(folder, 'my-contract_2', 'contract.yaml'), 'utf8');
    expect(written).toContain('contract: my-contract_2\n');
    expect(written).toContain('key: ${MY_CONTRACT_2_BRIDGE_KEY}');
    expect(written).toContain('since: 2026-05-17T00:00:00Z');
    expect(written).not.toMatch(/contract: starter|STARTER_/);
    expect(out).toContain('export MY_CONTRACT_2_BRIDGE_KEY=');

    const checked = new Kept();
    const options = {
      format: 'text',
      strict: true,
      verbose: false,
      color: false,
      complaints: checked,
      database: null,
    } as const;
    expect(await runCheck([path.join(folder, 'my-contract_2')], checked, options)).toBe(0);
    expect(checked.text).toContain('no mistakes');
  });

  test('names the schemas from where each file lies', async () => {
    await init('mine');
    for (const file of ['contract.yaml', 'itsm.yaml', 'tests/first.yaml']) {
      const written = path.join(folder, 'mine', file);
      const [, schema] = /\$schema=(\S+)/.exec(await readFile(written, 'utf8')) ?? [];
      const found = path.resolve(path.dirname(written), schema ?? expect.fail('no schema is named'));
      expect(JSON.parse(await readFile(found, 'utf8'))).toHaveProperty('$schema');
    }
  });

  test.each(['Mine', '', '9lives', 'a b', '../mine', 'x'.repeat(41)])(
    'refuses the name "%s"',
    async (name) => {
      const { code, complaints } = await init(name, { folder: path.join(folder, 'x') });
      expect(code).toBe(EXIT.usage);
      expect(complaints).toContain('Small letters, digits');
    },
  );

  test('writes nothing over what is there: a folder with files, or a file', async () => {
    await mkdir(path.join(folder, 'mine'));
    await writeFile(path.join(folder, 'mine', 'contract.yaml'), 'contract: mine\n');
    expect((await init('mine')).code).toBe(EXIT.usage);
    expect(await readFile(path.join(folder, 'mine', 'contract.yaml'), 'utf8')).toBe('contract: mine\n');
    const file = path.join(folder, 'mine', 'contract.yaml');
    expect((await init('mine', { folder: file })).complaints).toContain('is there already');
  });

  test('takes an empty folder', async () => {
    await mkdir(path.join(folder, 'mine'));
    expect((await init('mine')).code).toBe(EXIT.ok);
  });
});

test('settings of a contract begin with its name', () => {
  expect(environmentPrefix('acme-west')).toBe('ACME_WEST_');
});
