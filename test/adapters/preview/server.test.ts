import { request as httpRequest } from 'node:http';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import { EXAMPLES } from '../../../adapters/preview/examples.ts';
import type { Preview } from '../../../adapters/preview/preview.ts';
import {
  checkSchema,
  contractsSchema,
  healthSchema,
  previewSchema,
} from '../../../adapters/preview/response-schema.ts';
import { startPreviewServer } from '../../../adapters/preview/server.ts';
import { newTicket, NOW, serve, type Answer, type Served } from './fixtures.ts';

const ajv = new Ajv({ strictTypes: false, allowUnionTypes: true });

/** Every answer is what its route's schema says, and no status comes that is not described. */
function expectDescribed(answer: Answer, response: Readonly<Record<number | string, object>>): void {
  const schema = response[answer.status] ?? response[`${Math.floor(answer.status / 100)}xx`];
  expect(schema, `${answer.status}: ${answer.text.slice(0, 300)}`).toBeDefined();
  const validate = ajv.compile(schema ?? {});
  expect(validate(answer.body) ? [] : validate.errors).toEqual([]);
}

/** fetch does not let one choose the Host. */
const statusWithHost = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    httpRequest(`${url}/health`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });

describe('the preview server', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served.server.stop());

  it.each(Object.entries(EXAMPLES.preview))('answers the documented example "%s"', async (_, { value }) => {
    const answer = await served.post('/preview', value);

    expect(answer.status).toBe(200);
    expectDescribed(answer, previewSchema.response);
  });

  it.each(Object.entries(EXAMPLES.check))('answers the documented check "%s"', async (_, { value }) => {
    const answer = await served.post('/check', value);

    expect(answer.status).toBe(200);
    expectDescribed(answer, checkSchema.response);
  });

  it('says what would happen and why, and that nothing was performed', async () => {
    const { body } = await served.post('/preview', newTicket);
    const preview = body as unknown as Preview;

    expect(preview.performed).toMatch(/^Nothing was performed/);
    expect(preview.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST tickets',
      'PUT tickets/e-CS9000001',
    ]);
    const { payload } = preview.calls[0]?.body as { payload: Readonly<Record<string, unknown>> };
    expect(payload.description).toContain('loss;\\nthe \\"backup\\" link');
    expect(payload.comments).toEqual([{ body: 'Loss begins at hop 3.', commenter: 'Priya Raman' }]);
    const { outbound } = preview.reasons;
    expect(outbound?.triggers).toMatchObject([
      { name: 'incidents of the network group', verdict: 'yes', asked: true, decided: true },
      { name: 'everything of priority P1', verdict: 'yes', asked: false, decided: false },
    ]);
    expect(outbound?.comments.map(({ when }) => when.verdict)).toEqual(['yes', 'no']);
    expect(outbound?.fields.find(({ field }) => field === 'group')).toMatchObject({
      value: 'Ensono Network Support',
      from: 'entry',
      place: 'contract.yaml:25:21',
      operands: [{ text: 'group', value: 'Network Ops', source: 'groups.name (by tickets.group_id)' }],
      table: { name: 'group', entry: 'Network Ops: Ensono Network Support', place: 'contract.yaml:9:25' },
    });
  });

  it('takes rules from disk, and files of the request over them', async () => {
    const ticket = {
      kind: 'incident',
      group: 'Network Ops',
      title: 't',
      description: 'd',
      status: 'New',
      priority: 'P1',
    };
    const disk = (await served.post('/preview', { contract: 'acme', ticket })).body as unknown as Preview;
    const { readFile } = await import('node:fs/promises');
    const text = (await readFile('rules/acme/contract.yaml', 'utf8')).replace("P1: '1'", "P1: '2'");
    const over = (
      await served.post('/preview', { contract: 'acme', rules: { 'contract.yaml': text }, ticket })
    ).body as unknown as Preview;
    const priority = (preview: Preview): unknown =>
      (preview.calls[0]?.body as { payload: { priority: string } }).payload.priority;

    expect([priority(disk), priority(over)]).toEqual(['1', '2']);
    expect(over.rules.files).toEqual(['rules/acme/contract.yaml', 'rules/acme/itsm.yaml']);
    expect(over.rules.hash).not.toBe(disk.rules.hash);
  });

  it('lists contracts, and tells its health', async () => {
    const contracts = await served.get('/contracts');
    const health = await served.get('/health');

    expect(contracts.body).toEqual({
      contracts: [
        { name: 'acme', folder: 'rules/acme' },
        { name: 'globex', folder: 'rules/globex' },
      ],
    });
    expectDescribed(contracts, contractsSchema.response);
    expectDescribed(health, healthSchema.response);
  });

  it.each([
    ['malformed JSON', '{"contract": acme}', 400, 'malformed-json', /at position|not valid JSON/],
    ['nothing', '', 400, 'malformed-json', /cannot be read/],
    ['a forbidden key', '{"contract":"acme","ticket":{"__proto__":{}}}', 400, 'malformed-json', /__proto__/],
    ['a list', '[]', 400, 'invalid-request', /must be an object, not \[\]/],
    ['no rules', { ticket: {} }, 400, 'invalid-request', /names no rules/],
    ['no situation', { contract: 'acme' }, 400, 'invalid-request', /neither a ticket, nor a ticket_number/],
    [
      'two tickets',
      { contract: 'acme', ticket: {}, ticket_number: 'INC1' },
      400,
      'invalid-request',
      /take one/,
    ],
    ['an unknown key', { contract: 'acme', tiket: {} }, 400, 'invalid-request', /Did you mean "ticket"\?/],
    [
      'a wrong type',
      { contract: 'acme', ticket: 'x' },
      400,
      'invalid-request',
      /ticket: must be an object, not x/,
    ],
    [
      'a wrong type inside',
      { contract: 'acme', ticket: {}, agreed: { kept_internal: 'yes' } },
      400,
      'invalid-request',
      /agreed\.kept_internal: must be true or false, not yes/,
    ],
    [
      'an answer that is none',
      { contract: 'acme', ticket: {}, answers: ['maybe'] },
      400,
      'invalid-request',
      /answers\[0\]/,
    ],
    [
      'unknown names',
      { contract: 'acme', ticket: { titel: 'x' } },
      400,
      'invalid-request',
      /does not fit the rules/,
    ],
    ['an unknown contract', { contract: 'acne', ticket: {} }, 404, 'unknown-contract', /no contract "acne"/],
    ['a path', { contract: '../../etc', ticket: {} }, 404, 'unknown-contract', /no contract/],
    [
      'a name of a rule file that is a path',
      { rules: { '../x': '' }, ticket: {} },
      400,
      'invalid-request',
      /rules/,
    ],
    [
      'rules with errors',
      { rules: { 'contract.yaml': 'contract: x' }, ticket: {} },
      422,
      'rules-have-errors',
      /errors/,
    ],
    [
      'a live ticket without a contract',
      { rules: newTicket.rules, ticket_number: 'INC1' },
      400,
      'invalid-request',
      /name a contract/,
    ],
    [
      'a missing setting',
      { contract: 'acme', ticket_number: 'INC1' },
      503,
      'settings-missing',
      /ACME_ITSM_DATABASE is not set/,
    ],
    ['a body of 10 MB', 'x'.repeat(10_000_000), 413, 'too-large', /larger than 1048576 bytes/],
    ['a deep body', `{"ticket":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400, 'too-deep', /64 levels/],
  ] as const)('says what is wrong with %s', async (_, body, status, code, words) => {
    const answer = await served.post('/preview', body);

    expect(answer.status, answer.text).toBe(status);
    expect(answer.body).toMatchObject({ code });
    expect(answer.body.message).toMatch(words);
    expect(answer.body.help).not.toBe('');
    expectDescribed(answer, previewSchema.response);
  });

  it('takes JSON only', async () => {
    const answer = await served.post('/preview', newTicket, { 'content-type': 'text/plain' });

    expect(answer.status).toBe(415);
    expect(answer.body).toMatchObject({ code: 'unsupported-media-type' });
  });

  it('names what there is where nothing is', async () => {
    const answer = await served.get('/previews');

    expect(answer.status).toBe(404);
    expect(answer.body.help).toContain('POST /preview');
  });

  it('refuses a Host that is not its own, and pages of other sites', async () => {
    const { url } = served.server;
    const { port } = new URL(url);
    const page = await served.get('/contracts', { origin: 'http://evil.example' });

    expect(await statusWithHost(url, `evil.example:${port}`)).toBe(403);
    expect(await statusWithHost(url, `localhost:${port}`)).toBe(200);
    expect(await statusWithHost(url, `127.0.0.1.evil.example`)).toBe(403);
    expect(page.status).toBe(403);
    expect((await served.get('/contracts', { origin: url })).status).toBe(200);
  });

  it('tells browsers to take nothing for what it is not, and lets no other page read it', async () => {
    const { headers } = await served.get('/contracts');

    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('logs requests without what is in them', async () => {
    await served.post('/preview', { ...newTicket, now: '2026-11-23T09:00:01Z' });
    const line = served.logLines.findLast(({ fields }) => fields.path === '/preview');

    expect(line).toMatchObject({ step: 'request', fields: { method: 'POST', status: 200 } });
    expect(JSON.stringify(served.logLines)).not.toContain('Packet loss');
  });
});

describe('a preview server with a token', () => {
  const token = 'correct-horse-battery-staple';

  it('answers only requests that bring it', async () => {
    const served = await serve({ token });
    try {
      const without = await served.get('/contracts');
      const wrong = await served.get('/contracts', { authorization: 'Bearer correct-horse-battery' });
      const basic = await served.get('/contracts', { authorization: `Basic ${token}` });
      const right = await served.post('/preview', newTicket, { authorization: `Bearer ${token}` });

      expect([without.status, wrong.status, basic.status, right.status]).toEqual([401, 401, 401, 200]);
      expect(without.headers.get('www-authenticate')).toBe('Bearer');
      expect(wrong.body).toMatchObject({ code: 'unauthorized', message: 'The token is wrong.' });
      expect((await served.get('/health')).status).toBe(200);
      expect((await served.post('/check', '{')).status).toBe(401);
      expect(JSON.stringify(served.logLines)).not.toContain(token);
    } finally {
      await served.server.stop();
    }
  });

  it('is what other machines are served with, and nothing less', async () => {
    const options = {
      folders: [],
      port: 0,
      environment: {},
      clock: { now: () => NOW },
      log: collectedLog(),
    };
    await expect(startPreviewServer({ ...options, host: '0.0.0.0', token: null })).rejects.toThrow(
      'a token is needed',
    );
    const server = await startPreviewServer({ ...options, host: '0.0.0.0', token });
    const { port } = new URL(server.url);
    // By whatever name it is reached: the token is the guard.
    expect(await statusWithHost(`http://127.0.0.1:${port}`, 'bridge.example')).toBe(200);
    await server.stop();
  });
});
