import { describe, expect, it } from 'vitest';
import { notes, problems, run, simulator, tampered, tenant, useProvider } from './fixtures.ts';

useProvider();

describe('bridgehead echo-test', () => {
  it('says field by field what came back otherwise, and what helps', async () => {
    const account = simulator.provider.account('acme');
    if (account !== undefined) account.switches = { ...account.switches, textsEscaped: true };
    const { code, report } = await run('rules/acme');
    const [create] = report().steps;

    expect(code).toBe(1);
    expect(create?.echoes[0]?.fields.find(({ field }) => field === 'description')?.verdict).toBe('differs');
    expect(create?.findings[0]).toMatchObject({
      kind: 'problem',
      help: 'the provider escapes the texts that it sends: say `text: escaped` under `inbound` in contract.yaml',
    });
  });

  it('says which rule of the contract keeps its echo out', async () => {
    const { code, report } = await tampered({
      message: (entry) => ({ ...entry, Body: { ...entry.Body, category: 'Private Cloud' } }),
    });

    expect(code).toBe(1);
    expect(problems(report())[0]).toMatch(
      /the Create was read, and dropped: out of contract: private cloud .* \[.*contract\.yaml:\d+\)\]/,
    );
  });

  it('reads a Create that names our number without it, and says so', async () => {
    const { code, report } = await tampered({
      message: (entry) => {
        const number = tenant()?.tickets()[0]?.clientTicketNumber ?? '';
        return { ...entry, Body: { ...entry.Body, clientTicketNumber: number } };
      },
    });

    expect(code).toBe(0);
    expect(notes(report()).join()).toContain('the Create named our number');
  });
});
