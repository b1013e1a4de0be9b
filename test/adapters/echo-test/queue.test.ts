import { describe, expect, it } from 'vitest';
import { notes, problems, run, simulator, tampered, tenant, useProvider } from './fixtures.ts';

useProvider();

describe('bridgehead echo-test', () => {
  it('leaves messages of others on the queue, and says how many', async () => {
    const desk = simulator.provider.desk('acme', 'dev');
    for (let count = 0; count < 12; count += 1) desk?.open({ shortDescription: `Another ${count}` });
    const { code, report } = await run('rules/acme');

    expect(code).toBe(0);
    expect(report().others).toEqual({ messages: 12, tickets: 12, receivesMax: 1 });
    simulator.clock.advance(31_000);
    expect(tenant()?.queue.receive(100)).toHaveLength(12);
  });

  it('does not make a message come again that is soon given up', async () => {
    simulator.provider.desk('acme', 'dev')?.open({ shortDescription: 'Another' });
    for (let count = 0; count < 15; count += 1) {
      tenant()?.queue.receive(10);
      simulator.clock.advance(31_000);
    }
    const { code, report } = await run('rules/acme');

    expect(code).toBe(3);
    expect(report().verdict).toBe('stopped');
    expect(problems(report()).join()).toContain('has been received 16 times, and is given up after 20');
    expect(notes(report()).join()).toContain('is left open at the provider');
  });

  it('says which echo was lost, goes on, and closes its ticket all the same', async () => {
    const { code, report } = await tampered({
      message: (entry) => (entry.Attributes.TransactionType === 'Update' ? null : entry),
    });

    expect(code).toBe(1);
    expect(report().steps.map(({ verdict }) => verdict)).toEqual([
      'ok',
      'failed',
      'ok',
      'ok',
      'ok',
      'failed',
      'ok',
      'ok',
    ]);
    const lost = 'the Update did not come back within 4 s';
    expect(problems(report())).toEqual([lost, lost]);
    expect(tenant()?.tickets()[0]?.status).toBe('closed');
  });

  it('gives up waiting when nothing comes back, and closes its ticket all the same', async () => {
    const { code, report } = await tampered({ message: () => null });

    expect(code).toBe(1);
    expect(problems(report())[0]).toMatch(/^the Create did not come back within/);
    expect(report().steps[0]?.findings[0]?.help).toMatch(/nothing at all is on dev's queue/);
    expect(tenant()?.tickets()[0]?.status).toBe('closed');
  });

  it('says what came in the wrong order', async () => {
    const { code, report } = await tampered({
      message: (entry) => {
        const { Attributes: attributes, Body: body } = entry;
        const isThird = JSON.stringify(body).includes('Comment 3 of 3');
        const SentTimestamp = String(Number(attributes.SentTimestamp) - 500);
        return isThird ? { ...entry, Attributes: { ...attributes, SentTimestamp } } : entry;
      },
    });

    expect(code).toBe(1);
    expect(problems(report()).join('\n')).toMatch(
      /out of order: the Notes of "Comment 3 of 3\." was sent to the provider after the Notes of "Comment 2/,
    );
    expect(problems(report()).join('\n')).toMatch(/stands before one that was written earlier/);
  });

  it('says that a message cannot be deleted', async () => {
    const { code, report } = await tampered({
      deleted: { status: 404, body: { Error: { Code: 'ReceiptHandleIsInvalid', Message: 'no' } } },
    });

    expect(code).toBe(1);
    expect(problems(report())).toContain('the Create could not be deleted from the queue');
  });
});
