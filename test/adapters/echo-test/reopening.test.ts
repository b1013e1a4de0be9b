import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { replaceIn } from '../../support/contract-copies.ts';
import {
  folder,
  NO_ECHO,
  notes,
  problems,
  run,
  simulator,
  tampered,
  tenant,
  useProvider,
} from './fixtures.ts';

useProvider();

describe('bridgehead echo-test', () => {
  it.each([
    ['acme', 'Incident', 'reopen', /^changed here: status$/],
    ['globex', 'Incident', 'comments-only', /^the provider re-opened the ticket; ours stays as it is/],
    [
      'initech',
      'Request',
      'new-ticket',
      /^the provider re-opened ECHO-.*-1: opened here as ECHO-.*-2; .*names/,
    ],
  ])(
    'takes for right what %s says of its %s that is re-opened: %s',
    async (contract, type, policy, summary) => {
      const { report } = await run(`rules/${contract}`);
      const step = report().steps.find(({ name }) => name === 'reopen');

      expect(report().ticket.ticketType).toBe(type);
      expect(step?.calls[0]).toMatchObject({ kind: 'update', accepted: true });
      expect(step?.echoes[0]?.came?.summary).toMatch(summary);
      expect(step?.findings.map(({ text }) => text)).toEqual([
        expect.stringContaining(`re-opened ticket of this type is ${policy}: `) as string,
      ]);
    },
  );

  it('tells two tickets of each other in comments where the contract has no references, and goes on', async () => {
    await cp('rules/acme', folder, { recursive: true });
    await replaceIn(path.join(folder, 'contract.yaml'), 'reopen: reopen', 'reopen: new-ticket');
    const { code, report } = await run(folder);

    expect(problems(report())).toEqual([]);
    expect(code).toBe(0);
    expect(notes(report()).join()).toContain('another scratch ticket takes its place');
    expect(tenant()?.tickets()[0]).toMatchObject({
      clientTicketNumber: report().ticket.number,
      status: 'closed',
    });
  });

  it('says that what came back did not re-open, where the contract would have dropped it', async () => {
    let isResolved = false;
    const { code, report } = await tampered(
      {
        message: (entry) => {
          const { Body: body } = entry;
          const isReopening = isResolved && entry.Attributes.TransactionType === 'Update';
          isResolved ||= entry.Attributes.TransactionType === 'Closure';
          const changed = { ...(body.changed as JsonObject), status: 'resolved' };
          return isReopening ? { ...entry, Body: { ...body, status: 'resolved', changed } } : entry;
        },
      },
      'globex',
    );

    expect(code).toBe(1);
    expect(problems(report())).toEqual([
      expect.stringMatching(/^the Update was read, and applied: .*; not what comments-only is$/) as string,
      expect.stringContaining('status came back as "resolved"; sent "workinprogress"') as string,
    ]);
  });

  it('does not resolve again what an edit of the file does not re-open, and says so', async () => {
    const file = path.join(folder, 'ticket.yaml');
    await writeFile(file, 'reopen: { status: Closed }\n');
    const { code, report } = await run('rules/acme', { ticket: file });

    expect(code).toBe(0);
    expect(
      report()
        .steps.map(({ name, verdict }) => `${name} ${verdict}`)
        .slice(4),
    ).toEqual(['resolve ok', 'reopen not-tried', 'resolve again not-tried', 'close ok']);
    expect(notes(report())).toEqual([
      NO_ECHO,
      'the edit makes the contract send status closed, which does not re-open it',
      'it was not re-opened',
    ]);
  });

  it('says of a provider that closes what is resolved that there is nothing to re-open', async () => {
    const account = simulator.provider.account('acme');
    if (account !== undefined) account.switches = { ...account.switches, resolveAlsoCloses: true };
    const { code, report } = await run('rules/acme');

    expect(code).toBe(1);
    expect(report().steps.map(({ verdict }) => verdict)).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
      'failed',
      'not-tried',
      'not-tried',
      'failed',
    ]);
    expect(notes(report())).toContain(
      'the provider closed the ticket when it was resolved: there is nothing to re-open',
    );
    expect(problems(report())).toEqual([
      'Closure: status came back as "closed"; sent "resolved"',
      'the provider took none of its calls',
    ]);
  });
});
