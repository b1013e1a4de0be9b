import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ContractSource } from '../../../engine/compile/contract-source.ts';
import { CompiledContracts } from '../../../adapters/preview/compiled-contracts.ts';
import { KEPT_RULES_LENGTH_MAX } from '../../../adapters/preview/limits.ts';
import type { Preview } from '../../../adapters/preview/preview.ts';
import { newTicket, serve } from './fixtures.ts';

const sourceOf = (change: (text: string) => string): ContractSource => ({
  files: new Map(Object.entries(newTicket.rules).map(([name, text]) => [name, change(text)])),
  main: 'contract.yaml',
});

describe('contracts that are kept compiled', () => {
  it('are compiled once for the same texts under the same names, and anew for others', () => {
    const contracts = new CompiledContracts();
    const first = contracts.of(sourceOf((text) => text));
    const edited = contracts.of(sourceOf((text) => `${text}\n# edited`));

    expect(first.compiled.contract).not.toBeNull();
    expect(contracts.of(sourceOf((text) => text))).toBe(first);
    expect(edited.hash).not.toBe(first.hash);
    const { files } = first.source;
    const renamed = new Map([...files].map(([name, text]) => [`a/${name}`, text]));
    expect(contracts.of({ files: renamed, main: 'a/contract.yaml' })).not.toBe(first);
  });

  it('are as many as their texts are short: a huge one is not kept, and takes the place of none', () => {
    const contracts = new CompiledContracts();
    const small = contracts.of(sourceOf((text) => text));
    const huge = sourceOf((text) => `${text}\n# ${'x'.repeat(KEPT_RULES_LENGTH_MAX)}`);

    expect(contracts.of(huge)).not.toBe(contracts.of(huge));
    expect(contracts.of(sourceOf((text) => text))).toBe(small);
  });
});

describe('a served contract', () => {
  it('is previewed as it is on disk at that moment, however often it was previewed before', async () => {
    const parent = await mkdtemp(path.join(tmpdir(), 'bridgehead-served-'));
    const folder = path.join(parent, 'acme');
    await cp('rules/acme', folder, { recursive: true });
    // Files that were written to a moment ago are read every time.
    await sleep(2600);
    const served = await serve({ folders: [folder] });
    try {
      const ticket = { kind: 'incident', group: 'Network Ops', title: 't', description: 'd' };
      const body = { contract: 'acme', ticket: { ...ticket, status: 'New', priority: 'P1' } };
      const previewed = async (): Promise<readonly unknown[]> => {
        const { calls, rules } = (await served.post('/preview', body)).body as unknown as Preview;
        const { payload } = calls[0]?.body as { readonly payload: { readonly priority: string } };
        return [payload.priority, rules.hash];
      };
      const before = await previewed();
      expect([await previewed(), await previewed(), await previewed()]).toEqual([before, before, before]);
      const file = path.join(folder, 'contract.yaml');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace("P1: '1'", "P1: '2'"));
      const edited = await previewed();

      expect(before[0]).toBe('1');
      expect(edited[0]).toBe('2');
      expect(edited[1]).not.toBe(before[1]);
      await writeFile(file, text);
      expect(await previewed()).toEqual(before);
    } finally {
      await served.server.stop();
      await rm(parent, { recursive: true });
    }
  }, 60_000);
});
