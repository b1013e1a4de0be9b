import type { JsonObject } from '../../engine/domain/json.ts';
import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
import type { QueueState, SentMessage } from '../../adapters/simulator/fifo-queue.ts';
import type { ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import type { RequestRecord } from '../../adapters/simulator/request-log.ts';

/** The provider's own books, and its users' hands (docs/simulator.md). */
export interface ProviderTruth {
  tickets(client: SampleClient): Promise<readonly ProviderTicket[]>;
  sent(client: SampleClient): Promise<readonly SentMessage[]>;
  queue(client: SampleClient): Promise<QueueState>;
  /** Without the reading and deleting of messages. */
  calls(client: SampleClient): Promise<readonly RequestRecord[]>;
  /** False: the ticket does not take it any more. */
  act(client: SampleClient, path: string, body: JsonObject): Promise<boolean>;
}

const CONFLICT = 409;

export function providerTruth(url: string): ProviderTruth {
  const read = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}/_control/${path}`);
    if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${path}`);
    return (await response.json()) as T;
  };
  return {
    tickets: (client) => read(`${client}/prod/tickets`),
    sent: (client) => read(`${client}/prod/queue/sent`),
    queue: (client) => read(`${client}/prod/queue`),
    calls: async (client) =>
      (await read<readonly RequestRecord[]>(`requests?client=${client}&environment=prod`)).filter(
        ({ call }) => call !== null && call !== 'receive' && call !== 'delete',
      ),
    act: async (client, path, body) => {
      const response = await fetch(`${url}/_control/${client}/prod/tickets${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok && response.status !== CONFLICT)
        throw new Error(`the simulator answered ${response.status} to ${path}: ${text}`);
      return response.ok;
    },
  };
}
