import { describe, expect, it } from 'vitest';
import { run, simulator, tenant, useProvider } from './fixtures.ts';

useProvider();

describe('bridgehead echo-test', () => {
  it.each(['acme', 'globex', 'initech'])(
    'sends a ticket of %s through its whole life, reads every echo into a scratch database and deletes it',
    async (contract) => {
      const { code, report } = await run(`rules/${contract}`);
      const { verdict, steps, findings, ticket, environments } = report();

      expect({ code, verdict }).toEqual({ code: 0, verdict: 'passed' });
      expect(findings.map(({ text }) => text)).toEqual(
        contract === 'initech'
          ? [
              expect.stringMatching(
                /^changes cannot be played on echo, .*approvals are not tested$/,
              ) as string,
            ]
          : [],
      );
      expect(steps.map(({ name, verdict: end }) => `${name} ${end}`)).toEqual([
        'create ok',
        'update ok',
        'comment ok',
        contract === 'acme' ? 'file ok' : 'file not-tried',
        'resolve ok',
        'reopen ok',
        'resolve again ok',
        'close ok',
      ]);
      const echoes = steps.filter(({ name }) => name !== 'file').flatMap((step) => step.echoes);
      expect(echoes.map(({ transaction }) => transaction)).toEqual([
        'Create',
        'Notes',
        'Update',
        'Notes',
        'Notes',
        'Notes',
        'Closure',
        'Update',
        'Notes',
        'Closure',
        'Closure',
      ]);
      for (const { came, fields } of echoes) {
        const outcome = came?.rule?.startsWith('reopen: comments-only') === true ? 'dropped' : 'applied';
        expect(came).toMatchObject({ outcome, deleted: true, receives: 1 });
        expect(fields.every((field) => field.verdict === 'same')).toBe(true);
      }
      expect(environments).toEqual({
        calls: `${simulator.url}/${contract}/echo`,
        queue: `${simulator.url}/${contract}/dev`,
      });
      const [theirs, ...more] = tenant(contract)?.tickets() ?? [];
      expect(more).toEqual([]);
      expect(theirs).toMatchObject({
        ticketNumber: ticket.providerNumber,
        clientTicketNumber: ticket.number,
        status: 'closed',
      });
      expect(theirs?.shortDescription).toContain(ticket.mark);
      expect(tenant(contract)?.queue.receive(10)).toEqual([]);
    },
  );
});
