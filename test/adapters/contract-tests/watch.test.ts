import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startCli } from '../../support/cli-process.ts';
import { replaceIn } from '../../support/contract-copies.ts';
import { smallContract } from './fixtures.ts';

const TESTS = `
tickets:
  disk full: { title: Disk full, team: OPS, state: New, priority: Low, text: '-', caller: { name: Kim Carter } }
tests:
  - { name: nothing changed, agreed: disk full, expect: { sends: [] } }
`;

let root = '';
afterEach(() => rm(root, { recursive: true, force: true }));

test('--watch plays the tests again after each change, of new files too, until it is told to end', async () => {
  root = await smallContract(TESTS);
  const folder = path.join(root, 'small');
  const cli = startCli(['test', folder, '--watch']);
  const runs = (): number => cli.out().split('Ctrl-C ends').length - 1;
  const run = (count: number): Promise<void> =>
    vi.waitFor(() => expect(runs(), cli.out() + cli.err()).toBe(count), { timeout: 50_000, interval: 50 });
  try {
    await run(1);
    expect(cli.out()).toContain('1 test passed');

    await replaceIn(path.join(folder, 'contract.yaml'), 'shortDescription: title', 'shortDescription: titel');
    await run(2);
    expect(cli.out()).toContain('BH025');

    await replaceIn(path.join(folder, 'contract.yaml'), 'shortDescription: titel', 'shortDescription: title');
    await run(3);

    const more = (await readFile(path.join(folder, 'tests/tests.yaml'), 'utf8'))
      .replace('nothing changed', 'nothing changed here either')
      .replaceAll('disk full:', 'other:')
      .replaceAll('agreed: disk full', 'agreed: other');
    await writeFile(path.join(folder, 'tests/more.yaml'), more);
    await run(4);
    expect(cli.out()).toContain('2 tests passed');
  } finally {
    cli.kill('SIGTERM');
  }
  const { code, err } = await cli.ended;
  expect({ code, err }).toEqual({ code: 0, err: '' });
}, 120_000);
