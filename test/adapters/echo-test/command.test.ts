import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../adapters/terminal/display-width.ts';
import { runCli } from '../../support/cli-process.ts';
import { environmentOf, folder, run, simulator, tenant, useProvider } from './fixtures.ts';

useProvider();

describe('bridgehead echo-test', () => {
  it('never tells the key, whether it is right or wrong; a wrong one is exit code 3, with what helps', async () => {
    const cli = await runCli(['echo-test', 'rules/acme', '--poll', '100ms', '--format', 'markdown'], {
      env: environmentOf(simulator.url, 'not-the-right-key'),
    });

    expect(cli.code).toBe(3);
    expect(cli.out).toContain('**NOT FINISHED');
    expect(cli.out).toMatch(/Forbidden.*\*What helps: the key is wrong/);
    expect(cli.out + cli.err).not.toContain('not-the-right-key');
  });

  it('prints its report for a terminal in 100 columns, and how it goes on standard error', async () => {
    const cli = await runCli(['echo-test', 'rules/acme', '--poll', '100ms'], {
      env: environmentOf(simulator.url),
    });

    expect(cli.code).toBe(0);
    expect(cli.err).toContain('create: ok, 2 came back\n');
    expect(cli.out).toMatch(/^Echo-test of acme: PASSED: 8 of 8 steps/);
    expect(cli.out).toMatch(/rules +[0-9a-f]{12}/);
    expect(cli.out).not.toContain('acme-demo-key');
    for (const line of cli.out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(100);
  });

  it('says what is missing before anything is called', async () => {
    expect(await run('rules/acme', { environment: {} })).toMatchObject({
      code: 3,
      err: expect.stringMatching(/ACME_BRIDGE_URL is not set\n.*ACME_BRIDGE_KEY is not set/) as string,
    });
    expect(
      await run('rules/acme', {
        environment: { ...environmentOf('http://x/y'), ACME_BRIDGE_URL: 'http://x/y/live' },
      }),
    ).toMatchObject({ code: 3, err: expect.stringContaining('ends in none of /dev') as string });
    expect((await run('rules/nowhere')).code).toBe(2);
    expect(tenant()?.tickets()).toEqual([]);
  });

  it('says which trigger does not hold, of a ticket in a file, and of none that can be made up', async () => {
    const file = path.join(folder, 'ticket.yaml');
    await writeFile(file, 'ticket: { kind: incident, group: Fleet, title: Hello }\n');
    const named = await run('rules/acme', { ticket: file });
    expect(named.code).toBe(1);
    expect(named.err).toMatch(/needs kind = 'incident'.*group is "Fleet" \(groups\.name/);

    await writeFile(file, 'ticket: { knd: incident }\nupdat: {}\n');
    expect(await run('rules/acme', { ticket: file })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/updat: is not known\. Did you mean "update"\?[^]*ticket\.knd/) as string,
    });

    const rules = await readFile('rules/acme/contract.yaml', 'utf8');
    await writeFile(
      path.join(folder, 'contract.yaml'),
      rules.replaceAll(/when: kind = .*/g, "when: $contains(title, 'never of this')"),
    );
    await writeFile(path.join(folder, 'itsm.yaml'), await readFile('rules/acme/itsm.yaml', 'utf8'));
    const none = await run(folder);
    expect(none.code).toBe(1);
    expect(none.err).toMatch(/No test ticket could be made up[^]*never of this[^]*--ticket FILE/);
  });
});
