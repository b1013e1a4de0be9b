import { collectedLog, type LogLine } from '../../../adapters/log/collected-log.ts';
import { EXAMPLES } from '../../../adapters/preview/examples.ts';
import {
  startPreviewServer,
  type PreviewServer,
  type PreviewServerOptions,
} from '../../../adapters/preview/server.ts';

export const NOW = Date.parse('2026-11-23T09:00:00Z');

export interface Served {
  readonly server: PreviewServer;
  readonly logLines: readonly LogLine[];
  /** The answer's status, headers and body, which is JSON. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A preview server on a port of its own, with both sample contracts. */
export async function serve(options: Partial<PreviewServerOptions> = {}): Promise<Served> {
  const log = collectedLog();
  const server = await startPreviewServer({
    folders: ['rules/acme', 'rules/globex'],
    host: '127.0.0.1',
    port: 0,
    token: null,
    environment: {},
    clock: { now: () => NOW },
    log,
    ...options,
  });
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${server.url}${path}`, { ...init, signal: AbortSignal.timeout(240_000) });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: JSON.parse(text) as Answer['body'],
    };
  };
  return {
    server,
    logLines: log.lines,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

export const newTicket = EXAMPLES.preview['a new ticket'].value;

/** The example's request with another expression for its short description. */
export const withExpression = (expression: string): object => ({
  ...newTicket,
  rules: {
    ...newTicket.rules,
    'contract.yaml': newTicket.rules['contract.yaml'].replace(
      'shortDescription: title',
      `shortDescription: >-\n      ${expression}`,
    ),
  },
});
