import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOUNDS, startEvaluators } from '../../../adapters/preview/isolated-evaluators.ts';
import type { Job } from '../../../adapters/preview/job.ts';
import { newTicket, serve, type Served } from './fixtures.ts';

/** The example's request with so many expressions, each of which stays within its own bounds. */
const withMany = (count: number, expression: string): object => ({
  ...newTicket,
  rules: {
    ...newTicket.rules,
    'contract.yaml': newTicket.rules['contract.yaml'].replace(
      'append: { Location: location.name }',
      `append:\n${Array.from({ length: count }, (_, line) => `        L${line}: ${expression}`).join('\n')}`,
    ),
  },
});

/** Long enough for a good request on a machine that is busy, short enough to be waited for. */
const bounds = { ...BOUNDS, evaluationMsMax: 6000, waitingMsMax: 120_000 };

/** Hours of counting. */
const ENDLESS = withMany(300, '$sum([1..9999].$sum([1..9999]))');
/** Gigabytes of blanks. */
const GREEDY = withMany(300, '$pad("x", 900000)');

describe('what a request holds', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ bounds });
  });
  afterAll(() => served.server.stop());

  it.each([
    ['does not come to an end', ENDLESS],
    ['wants more memory than there is', GREEDY],
  ])('is ended when it %s, and others are answered meanwhile', async (_, body) => {
    const bad = served.post('/preview', body);
    const [health, good] = await Promise.all([served.get('/health'), served.post('/preview', newTicket)]);
    const ended = await bad;

    expect(health.status).toBe(200);
    expect(good.status).toBe(200);
    expect(ended.status).toBe(422);
    // On a busy machine the time may be over before the memory is.
    expect(['took-too-long', 'evaluation-ended']).toContain(ended.body.code);
    expect(ended.body.help).not.toBe('');
  });

  it('leaves the server as it was, a hundred times, and more than it takes is asked to come again', async () => {
    const small = await serve({ bounds: { ...bounds, evaluationMsMax: 1500, waitingMax: 2 } });
    try {
      const statuses: number[] = [];
      for (let round = 0; round < 4; round += 1) {
        const answers = await Promise.all(Array.from({ length: 25 }, () => small.post('/preview', ENDLESS)));
        for (const { status, headers } of answers) {
          statuses.push(status);
          if (status === 503) expect(headers.get('retry-after')).toBe('2');
        }
      }

      expect(statuses).toHaveLength(100);
      expect(new Set(statuses)).toEqual(new Set([422, 503]));
      expect((await small.post('/check', { rules: newTicket.rules })).status).toBe(200);
      expect((await small.get('/health')).body).toEqual({ status: 'ok', working: 0, waiting: 0 });
    } finally {
      await small.server.stop();
    }
  }, 300_000);

  it('waits no longer for a free evaluator than it is told', async () => {
    const evaluators = startEvaluators({ ...BOUNDS, evaluators: 1, waitingMsMax: 1 });
    const files = new Map(Object.entries(newTicket.rules));
    const job: Job = { kind: 'check', rules: { files, main: 'contract.yaml' } };
    const [first, second] = await Promise.all([evaluators.run(job), evaluators.run(job)]);
    const later = await evaluators.run(job);
    await evaluators.close();

    expect([first.kind, second.kind, later.kind]).toEqual(['done', 'busy', 'done']);
    expect(await evaluators.run(job)).toEqual({ kind: 'busy' });
  });
});
