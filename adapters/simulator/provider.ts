import type { Instant } from '../../engine/domain/instant.ts';
import type { Account } from './account.ts';
import type { ProviderAnswer } from './answers.ts';
import { ChangeDesk } from './change-desk.ts';
import type { ClientOptions, EnvironmentName } from './client-options.ts';
import { type Fault, Faults } from './faults.ts';
import { parseJson, type ProviderRequest, serve } from './gateway.ts';
import { Identifiers } from './identifiers.ts';
import { returnNumberBody } from './message-bodies.ts';
import { OFFER_HOST, type Served } from './offered-files.ts';
import { ProviderDesk } from './provider-desk.ts';
import { RequestLog, type RequestRecord } from './request-log.ts';
import type { Tenant } from './tenant.ts';
import { Tenants } from './tenants.ts';

export interface ProviderOptions {
  readonly clients: readonly ClientOptions[];
  readonly now: () => Instant;
  /** Every identifier follows from it and from the calls made. Default: always the same. */
  readonly seed?: string;
}

export interface ProviderResponse extends ProviderAnswer {
  /** Of the record in the request log. */
  readonly requestId: number;
}

/**
 * The provider's end of the bridge, in memory: several clients, each with its environments, tickets and queues. It
 * does no I/O and knows no time but what it is handed, so that the same calls at the same times give the same answers.
 */
export class Provider {
  readonly now: () => Instant;
  readonly faults = new Faults();
  /** Where addresses of files begin: the server that serves them. */
  filesAt = OFFER_HOST;
  readonly #clients: readonly ClientOptions[];
  readonly #identifiers: Identifiers;
  readonly #log = new RequestLog();
  #tenants: Tenants;

  constructor({ clients, now, seed }: ProviderOptions) {
    this.now = now;
    this.#clients = clients;
    this.#identifiers = new Identifiers(seed ?? 'bridge');
    this.#tenants = new Tenants(clients, now, this.#identifiers);
  }

  /** Answers a request at once, and takes the answer as delivered. `fault`: what is about to go wrong, for the log. */
  handle(request: ProviderRequest, fault: Fault['kind'] | null = null): ProviderResponse {
    const served = serve(this.#tenants, request);
    const record = this.#log.add({
      ...received(request, this.now()),
      client: served.client,
      environment: served.environment,
      call: served.call?.kind ?? null,
      ticketNumber: served.changed?.ticketNumber ?? null,
      effect: served.effect,
      status: served.answer.status,
      answer: served.answer.body,
      delivered: true,
      fault,
    });
    this.#returnNumber(record, 'always');
    return { ...served.answer, requestId: record.id };
  }

  /** Records a request that never got through: it was lost, or something in between answered it. */
  recordLost(request: ProviderRequest, fault: Fault['kind'], answered: ProviderAnswer | null): void {
    this.#log.add({
      ...received(request, this.now()),
      client: null,
      environment: null,
      call: null,
      ticketNumber: null,
      effect: false,
      status: answered?.status ?? null,
      answer: answered?.body ?? null,
      delivered: answered !== null,
      fault,
    });
  }

  /**
   * The answer to a request did not reach the client, or another one did (`instead`). If it was a create's, the number
   * goes to the queue, unless the client is set otherwise.
   */
  answerLost(requestId: number, instead: ProviderAnswer | null = null): void {
    const record = this.#log.get(requestId);
    if (!record?.delivered) return;
    record.delivered = false;
    record.status = instead?.status ?? null;
    record.answer = instead?.body ?? null;
    this.#returnNumber(record, 'lost');
  }

  /** Every request received, oldest first. */
  requests(): readonly RequestRecord[] {
    return this.#log.list();
  }

  accounts(): readonly Account[] {
    return this.#tenants.accounts();
  }

  /** By the client's path segment. */
  account(path: string): Account | undefined {
    return this.#tenants.account(path);
  }

  /** One client's tickets and queue; `echo` has those of `dev`. */
  tenant(path: string, environment: EnvironmentName): Tenant | undefined {
    return this.#tenants.tenant(path, environment);
  }

  /** The provider's users at work for one client. */
  desk(path: string, environment: EnvironmentName): ProviderDesk | undefined {
    const tenant = this.tenant(path, environment);
    return tenant === undefined ? undefined : new ProviderDesk(tenant, this.filesAt);
  }

  /** The same at work on its changes. */
  changeDesk(path: string, environment: EnvironmentName): ChangeDesk | undefined {
    const tenant = this.tenant(path, environment);
    return tenant === undefined ? undefined : new ChangeDesk(tenant, this.filesAt);
  }

  /** The file behind an address, whosever it is: only the token tells. */
  offeredFile(token: string): Served {
    for (const { offered } of this.#tenants.all()) {
      const served = offered.ask(token);
      if (served.kind !== 'unknown') return served;
    }
    return { kind: 'unknown' };
  }

  /** As at the beginning: no tickets, no messages, no faults, no log, the switches as first set. Time goes on. */
  reset(): void {
    this.faults.clear();
    this.#log.clear();
    this.#tenants = new Tenants(this.#clients, this.now, this.#identifiers);
  }

  /** Sends the number of a create, if the client is set to `when`. */
  #returnNumber(record: RequestRecord, when: 'lost' | 'always'): void {
    const { client, environment, call, ticketNumber } = record;
    if (call !== 'create' || client === null || environment === null || ticketNumber === null) return;
    const tenant = this.tenant(client, environment);
    const ticket = tenant?.ticket(ticketNumber);
    if (ticket === undefined || tenant?.account.switches.returnNumber !== when) return;
    tenant.announce('ReturnEnsonoNum', ticket, returnNumberBody(ticket, tenant.account));
  }
}

const received = (
  request: ProviderRequest,
  at: Instant,
): Pick<RequestRecord, 'at' | 'method' | 'path' | 'body'> => ({
  at,
  method: request.method,
  path: request.rawPath,
  body: request.body === '' ? null : (parseJson(request.body) ?? request.body),
});
