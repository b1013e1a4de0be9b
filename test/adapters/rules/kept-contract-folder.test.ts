import { cp, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeptContractFolder } from '../../../adapters/rules/kept-contract-folder.ts';

describe('the files of a folder that is read again and again', () => {
  let folder: string;
  let kept: KeptContractFolder;
  const file = (name: string): string => path.join(folder, name);
  const texts = async (): Promise<readonly string[]> => {
    const contract = await kept.read();
    return contract.kind === 'read' ? [...contract.files.values()] : [contract.diagnostic.message];
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-kept-'));
    await cp('rules/acme', folder, { recursive: true });
    kept = new KeptContractFolder(folder);
    // Files that were written to a moment ago are not relied upon.
    await sleep(2600);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are the same object while nothing happens to them', async () => {
    const first = await kept.read();

    expect(first.kind).toBe('read');
    expect(await kept.read()).toBe(first);
  });

  it('are seen as they are at once: edited in place, to the same length and the old date, replaced, gone and back', async () => {
    const [contract = '', itsm = ''] = await texts();
    const other = contract.replace('P1', 'P9');
    expect(other).not.toBe(contract);

    await writeFile(file('contract.yaml'), other);
    expect(await texts()).toEqual([other, itsm]);

    const longAgo = new Date('2020-01-01T00:00:00Z');
    await writeFile(file('contract.yaml'), contract);
    await utimes(file('contract.yaml'), longAgo, longAgo);
    expect(await texts()).toEqual([contract, itsm]);
    await writeFile(file('contract.yaml'), other);
    await utimes(file('contract.yaml'), longAgo, longAgo);
    expect(await texts()).toEqual([other, itsm]);

    await writeFile(file('another.yaml'), `${itsm}\n# another`);
    await rename(file('another.yaml'), file('itsm.yaml'));
    expect(await texts()).toEqual([other, `${itsm}\n# another`]);

    await rm(file('itsm.yaml'));
    expect(await texts()).toEqual([other]);
    await writeFile(file('itsm.yaml'), itsm);
    expect(await texts()).toEqual([other, itsm]);

    await rm(file('contract.yaml'));
    expect((await texts())[0]).toContain('There is no file');
    await writeFile(file('contract.yaml'), contract);
    expect(await texts()).toEqual([await readFile(file('contract.yaml'), 'utf8'), itsm]);
  });
});
