import { sampleClients } from '../../../adapters/simulator/client-options.ts';
import { type Simulator, startSimulator } from '../../../adapters/simulator/server.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';

export const ACME_KEY = 'acme-demo-key';
export const GLOBEX_KEY = 'globex-demo-key';

export const identity = { clientName: 'AcmeCorp', clientTicketNumber: 'INC0000042', ticketType: 'Incident' };

export const newTicketWithoutPriority = {
  ...identity,
  description: 'The printer in hall 3 says \\"PC LOAD LETTER\\".\\nAgain.',
  shortDescription: 'Printer is out',
  contactName: 'Ada Byron',
  contactEmail: 'ada@acme.example',
};
export const newTicket = { ...newTicketWithoutPriority, priority: '2' };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null where it is not JSON. */
  readonly body: Json;
}

export type Call = (
  method: string,
  path: string,
  payload?: Json,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** A simulator on a free port, its two sample clients, and ways to talk to it. */
export interface TestSimulator extends Simulator {
  /** As AcmeCorp, below `/acme`; `payload` is put into `{"payload": …}`. */
  readonly acme: Call;
  readonly globex: Call;
  /** Below `/_control`. */
  readonly control: Call;
}

export async function startTestSimulator(): Promise<TestSimulator> {
  const simulator = await startSimulator({ port: 0, clients: sampleClients(), speed: 0, seed: 'test' });
  const call =
    (base: string, defaults: Record<string, string>, wrap: (payload: Json) => Json): Call =>
    async (method, path, payload, headers = {}) => {
      const response = await fetch(`${simulator.url}${base}${path}`, {
        method,
        headers: {
          ...defaults,
          ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(payload === undefined ? {} : { body: JSON.stringify(wrap(payload)) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: readJson(text) };
    };
  const asPayload = (payload: Json): JsonObject => ({ payload });
  return {
    ...simulator,
    acme: call('/acme', { 'x-api-key': ACME_KEY }, asPayload),
    globex: call('/globex', { 'x-api-key': GLOBEX_KEY }, asPayload),
    control: call('/_control', {}, (body) => body),
  };
}

function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/** A part of a JSON value, by its keys; fails the test by throwing where there is none. */
export function at(value: Json | undefined, ...keys: readonly (string | number)[]): Json {
  let part = value;
  for (const key of keys) {
    part = (part as Readonly<Record<string | number, Json | undefined>> | null | undefined)?.[key];
  }
  if (part === undefined) throw new Error(`nothing at ${keys.join('.')} of ${JSON.stringify(value)}`);
  return part;
}

export interface WireMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody?: string;
  readonly Body: JsonObject;
  readonly Attributes: Readonly<Record<string, string | boolean>>;
}

/** Reads AcmeCorp's queue once (wrapper 1). */
export async function readQueue(
  simulator: TestSimulator,
  environment = 'dev',
): Promise<readonly WireMessage[]> {
  const { body } = await simulator.acme('GET', `/${environment}/queue`);
  const messages = at(body, 'ReceiveMessageResponse', 'ReceiveMessageResult', 'messages');
  return (messages ?? []) as unknown as readonly WireMessage[];
}

/** Creates `newTicket` and returns its number. */
export async function createTicket(
  simulator: TestSimulator,
  environment = 'dev',
  over: JsonObject = {},
): Promise<string> {
  const { body } = await simulator.acme('POST', `/${environment}/tickets`, { ...newTicket, ...over });
  return at(body, 'Response') as string;
}

/** Plays the provider: opens a ticket and returns its number. */
export async function openTicket(simulator: TestSimulator, over: JsonObject = {}): Promise<string> {
  const { body } = await simulator.control('POST', '/acme/dev/tickets', {
    shortDescription: 'Disk is full',
    ...over,
  });
  return at(body, 'ticket', 'ticketNumber') as string;
}
