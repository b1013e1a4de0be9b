import { Agent, request } from 'node:http';
import fastify from 'fastify';
import { wallClock } from '../../adapters/clock/wall-clock.ts';
import { collectedLog } from '../../adapters/log/collected-log.ts';
import { REQUEST_BYTES_MAX } from '../../adapters/preview/limits.ts';
import { startPreviewServer } from '../../adapters/preview/server.ts';
import { measure, type Contestant } from '../measure/rounds.ts';
import { comparison, type Benchmark, type BenchOptions } from '../measure/section.ts';
import { linkedTickets } from '../drain/tickets.ts';

/** Requests on their way at the same time: as many as there are evaluators. */
const AT_ONCE = 2;

/** (f) previews over HTTP, beside a route that parses the same request and returns the same answer. */
export const PREVIEW: Benchmark = {
  name: 'preview',
  async run({ quick }: BenchOptions) {
    const preview = await startPreviewServer({
      folders: ['rules/acme'],
      host: '127.0.0.1',
      port: 0,
      token: null,
      environment: {},
      clock: wallClock(),
      log: collectedLog(),
    });
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const body = requestBody();
    const bare = fastify({ bodyLimit: REQUEST_BYTES_MAX });
    try {
      const answer = await post(agent, preview.url, body);
      if (answer.status !== 200) throw new Error(`the preview answers ${answer.status}: ${answer.text}`);
      bare.post('/preview', async (_, reply) => reply.type('application/json').send(answer.text));
      const bareUrl = await bare.listen({ host: '127.0.0.1', port: 0 });
      const measured = await measure(
        [
          requesting('a bare Fastify route', agent, bareUrl, body),
          requesting('POST /preview', agent, preview.url, body),
        ],
        { rounds: quick ? 5 : 15, milliseconds: quick ? 200 : 1000, time: 'wall' },
      );
      return [comparison('(f) a preview over HTTP, rules/acme', 'a request', measured)];
    } finally {
      agent.destroy();
      await bare.close();
      await preview.stop();
    }
  },
};

/** A ticket of about 2 kB that both sides agreed on, since edited. */
function requestBody(): string {
  const [first] = linkedTickets(1);
  if (first === undefined) throw new Error('there is one');
  const { fields, number, providerNumber } = first.ticket;
  return JSON.stringify({
    contract: 'acme',
    ticket: { ...fields, number, priority: 'P1' },
    agreed: { provider_ticket: providerNumber, before: { priority: 'P2' } },
  });
}

const requesting = (name: string, agent: Agent, url: string, body: string): Contestant => ({
  name,
  async run(times) {
    let left = times;
    const one = async (): Promise<void> => {
      for (; left > 0;) {
        left -= 1;
        const { status } = await post(agent, url, body);
        if (status !== 200) throw new Error(`${name} answers ${status}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  },
});

const post = (
  agent: Agent,
  url: string,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(`${url}/preview`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (some: string) => (text += some));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
