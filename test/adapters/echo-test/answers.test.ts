import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceIn } from '../../support/contract-copies.ts';
import { folder, notes, problems, run, simulator, tenant, useProvider } from './fixtures.ts';

useProvider();

describe('bridgehead echo-test', () => {
  it('settles a create whose answer is lost by the number that comes in the queue', async () => {
    simulator.provider.faults.add([
      { kind: 'drop-answer', how: 'reset', match: { method: 'POST' }, times: 1 },
    ] as never);
    const { code, report } = await run('rules/acme', { timeoutMs: 5000 });

    expect(notes(report()).join()).toMatch(/create was answered with/);
    expect(problems(report())).toEqual([]);
    expect({ code, tickets: tenant()?.tickets().length }).toEqual({ code: 0, tickets: 1 });
  });

  it('tells of a group that the provider lacks, and that its substitute would come back as a ticket of our own', async () => {
    const file = path.join(folder, 'ticket.yaml');
    await writeFile(
      file,
      'ticket: { kind: incident, group: Database Ops, title: Hello, description: x, status: On Hold }\n' +
        'update: { title: Changed }\ncomment: { author: { email: kim@acme.example } }\nclose: { status: Closed }\n',
    );
    const kept = path.join(folder, 'acme');
    await cp('rules/acme', kept, { recursive: true });
    await replaceIn(path.join(kept, 'contract.yaml'), '    Vendor Desk: Ensono Service Desk', '    #');
    await replaceIn(path.join(kept, 'contract.yaml'), 'default: Vendor Desk }', 'default: Service Desk }');
    expect((await run('rules/acme', { ticket: file })).code).toBe(0);
    const { code, report } = await run(kept, { ticket: file });

    expect(code).toBe(1);
    expect(notes(report()).join()).toContain('name not found');
    expect(problems(report()).join()).toMatch(/made the reading side call again.*kept_internal/);
    expect(report().ticket.file).toBe(file);
  });
});
