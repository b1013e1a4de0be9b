import type { Instant } from '../../engine/domain/instant.ts';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import type { ProviderTicket } from '../simulator/provider-ticket.ts';
import type { SampleClient } from './load-sample-itsm.ts';

/** Plays the simulated provider's users, and looks at what the provider has (docs/simulator.md). */
export interface ProviderControl {
  /** Sets its clock, and how fast it runs. */
  setClock(now: Instant, speed: number): Promise<void>;
  /** The answer of this client's next create is lost on its way back. */
  loseNextCreateAnswer(client: SampleClient): Promise<void>;
  tickets(client: SampleClient): Promise<readonly ProviderTicket[]>;
  /** Messages that the client has not deleted yet. */
  unread(client: SampleClient): Promise<number>;
  open(client: SampleClient, ticket: JsonObject): Promise<void>;
  /** `action` on the provider's ticket with this title or number of the client's. */
  act(client: SampleClient, ticket: string, action: ProviderAction, body: JsonObject): Promise<void>;
}

export type ProviderAction = 'update' | 'comment' | 'resolve' | 'close' | 'reopen' | 'cancel';

const ENVIRONMENT = 'prod';

export function providerControl(url: string): ProviderControl {
  const call = async (method: 'GET' | 'POST', path: string, body?: Json): Promise<unknown> => {
    const response = await fetch(`${url}/_control${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`the simulator answered ${response.status} to ${method} ${path}: ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  };
  const tickets = async (client: SampleClient): Promise<readonly ProviderTicket[]> =>
    (await call('GET', `/${client}/${ENVIRONMENT}/tickets`)) as readonly ProviderTicket[];

  return {
    tickets,
    setClock: async (now, speed) => {
      await call('POST', '/clock', { now, speed });
    },
    loseNextCreateAnswer: async (client) => {
      await call('POST', '/faults', [
        {
          match: { method: 'POST', path: `/${client}/${ENVIRONMENT}/tickets` },
          kind: 'drop-answer',
          how: 'reset',
          times: 1,
        },
      ]);
    },
    unread: async (client) => {
      const state = (await call('GET', `/${client}/${ENVIRONMENT}/queue`)) as {
        readonly waiting: number;
        readonly inFlight: number;
      };
      return state.waiting + state.inFlight;
    },
    open: async (client, ticket) => {
      await call('POST', `/${client}/${ENVIRONMENT}/tickets`, ticket);
    },
    act: async (client, wanted, action, body) => {
      const ticket = (await tickets(client)).find(
        ({ clientTicketNumber, shortDescription }) =>
          clientTicketNumber === wanted || shortDescription === wanted,
      );
      if (ticket === undefined) throw new Error(`the provider has no ticket for ${wanted}`);
      await call('POST', `/${client}/${ENVIRONMENT}/tickets/${ticket.ticketNumber}/${action}`, body);
    },
  };
}
