import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadContract, readContractFolder } from '../../adapters/rules/read-contract-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-rules-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const write = (name: string, content: string | Uint8Array): Promise<void> =>
  writeFile(path.join(folder, name), content);

const codes = async (): Promise<readonly string[]> =>
  (await loadContract(folder)).diagnostics.map(({ code }) => code);

describe('reading a contract’s folder', () => {
  test('takes contract.yaml and the file that it names, by the folder’s name', async () => {
    await write('contract.yaml', 'itsm: our-itsm.yaml\n');
    await write('our-itsm.yaml', 'database: {}\n');
    await write('itsm.yaml', 'not: read\n');
    expect(await readContractFolder(`${folder}/`)).toEqual({
      kind: 'read',
      main: `${folder}/contract.yaml`,
      files: new Map([
        [`${folder}/contract.yaml`, 'itsm: our-itsm.yaml\n'],
        [`${folder}/our-itsm.yaml`, 'database: {}\n'],
      ]),
    });
  });

  test('the samples load without a word', async () => {
    for (const name of ['acme', 'globex']) {
      const { contract, diagnostics } = await loadContract(
        path.join(import.meta.dirname, '../../rules', name),
      );
      expect(diagnostics).toEqual([]);
      expect(contract?.name).toBe(name);
    }
  });

  test('a folder without contract.yaml', async () => {
    expect(await codes()).toEqual(['BH001']);
  });

  test('a missing ITSM file is told where it is named', async () => {
    await write('contract.yaml', 'contract: x\nitsm: other.yaml\n');
    const { diagnostics } = await loadContract(folder);
    const missing = diagnostics.find(({ code }) => code === 'BH001');
    expect(missing?.place).toEqual({ file: `${folder}/contract.yaml`, line: 2, column: 7 });
  });

  test('a path that climbs out of the folder is never read', async () => {
    await mkdir(path.join(folder, 'inner'));
    await write('secret.yaml', 'a: b\n');
    await writeFile(path.join(folder, 'inner/contract.yaml'), 'itsm: ../secret.yaml\n');
    const read = await readContractFolder(path.join(folder, 'inner'));
    expect(read.kind === 'read' ? [...read.files.keys()] : read).toEqual([
      path.join(folder, 'inner/contract.yaml'),
    ]);
    expect((await loadContract(path.join(folder, 'inner'))).diagnostics.map(({ code }) => code)).toContain(
      'BH008',
    );
  });

  test('a link that leads out of the folder is refused', async () => {
    await mkdir(path.join(folder, 'inner'));
    await write('secret.yaml', 'a: b\n');
    await writeFile(path.join(folder, 'inner/contract.yaml'), 'itsm: itsm.yaml\n');
    await symlink(path.join(folder, 'secret.yaml'), path.join(folder, 'inner/itsm.yaml'));
    expect(await readContractFolder(path.join(folder, 'inner'))).toMatchObject({
      kind: 'failed',
      diagnostic: { code: 'BH008' },
    });
  });

  test('a file that is no UTF-8', async () => {
    await write('contract.yaml', new Uint8Array([0x61, 0x3a, 0x20, 0xff]));
    expect(await codes()).toEqual(['BH006']);
  });

  test('a file too large is not read to its end', async () => {
    await write('contract.yaml', 'a'.repeat(2_000_000));
    expect(await codes()).toEqual(['BH002']);
  });

  test('a directory in a file’s place', async () => {
    await mkdir(path.join(folder, 'contract.yaml'));
    expect(await codes()).toEqual(['BH001']);
  });
});
