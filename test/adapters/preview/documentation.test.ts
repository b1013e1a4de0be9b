import { Ajv2020 } from 'ajv/dist/2020.js';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../../adapters/preview/examples.ts';
import { findProgram } from '../../support/mariadb.ts';
import { serve, type Served } from './fixtures.ts';

const TOKEN = 'correct-horse-battery-staple';

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly security?: readonly object[];
  readonly requestBody?: {
    readonly content: {
      readonly 'application/json': {
        readonly schema: object;
        readonly examples: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;
      };
    };
  };
  readonly responses: Readonly<
    Record<string, { readonly content?: { readonly 'application/json': { readonly schema: object } } }>
  >;
}

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly securitySchemes?: object };
}

describe('the OpenAPI document', () => {
  let served: Served;
  let document: OpenApi;
  beforeAll(async () => {
    served = await serve({ token: TOKEN });
    document = (await served.get('/docs/json')).body as unknown as OpenApi;
  });
  afterAll(() => served.server.stop());

  it('names every route, and who needs the token', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security = [] }]) => [method, path, security.length > 0]),
    );

    expect(document.openapi).toBe('3.1.0');
    expect(operations).toEqual([
      ['post', '/preview', true],
      ['post', '/check', true],
      ['get', '/contracts', true],
      ['get', '/health', false],
    ]);
    expect(document.components?.securitySchemes).toMatchObject({ token: { type: 'http', scheme: 'bearer' } });
  });

  it('has schemas that are schemas, described, with examples that fit them', () => {
    const ajv = new Ajv2020({ strict: false });
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    for (const { summary, description, requestBody, responses } of operations) {
      expect(summary).not.toBe('');
      expect(description).not.toBe('');
      for (const response of Object.values(responses)) {
        const schema = response.content?.['application/json'].schema;
        expect(schema).toBeDefined();
        if (schema !== undefined) ajv.compile(schema);
      }
      if (requestBody === undefined) continue;
      const { schema, examples } = requestBody.content['application/json'];
      const validate = ajv.compile(schema);
      for (const [name, { value }] of Object.entries(examples)) {
        expect(validate(value) ? [] : [name, validate.errors]).toEqual([]);
      }
    }
    expect(document.paths['/preview']?.post?.requestBody?.content['application/json'].examples).toEqual(
      EXAMPLES.preview,
    );
  });
});

describe('the page /docs, in a browser', () => {
  let served: Served;
  let browser: Browser;
  beforeAll(async () => {
    const executablePath = findProgram('chromium', 'chromium-browser', 'google-chrome');
    if (executablePath === null) throw new Error('the program chromium is missing: apt-get install chromium');
    served = await serve({ token: TOKEN });
    // Root has no sandbox; the page is our own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await served.server.stop();
  });

  it('takes the token, tries the example, shows the plan, and loads nothing from elsewhere', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const elsewhere: string[] = [];
    const faults: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(served.server.url) && !request.url().startsWith('data:')) {
        elsewhere.push(request.url());
      }
    });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(`${served.server.url}/docs`);
    await page.click('button.authorize');
    await page.fill('.auth-container input', TOKEN);
    await page.click('.auth-container button[type=submit]');
    await page.click('.auth-container button.btn-done');
    await page.click('.opblock-post:has-text("/preview") .opblock-summary-control');
    await page.click('.try-out__btn');
    await page.click('button.execute');
    const status = page.locator('.live-responses-table tbody .response-col_status').first();
    await status.waitFor();
    const answer = (await page.locator('.live-responses-table .highlight-code').first().textContent()) ?? '';

    expect(await status.textContent()).toContain('200');
    expect(answer).toContain('Nothing was performed');
    expect(answer).toContain('"path": "tickets"');
    expect(elsewhere).toEqual([]);
    expect(faults).toEqual([]);
  }, 240_000);
});
