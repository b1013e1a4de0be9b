import { textOf } from './text-of.ts';
import type { Fault } from '../../adapters/simulator/faults.ts';
import type { ProviderRequest } from '../../adapters/simulator/gateway.ts';
import { Provider, type ProviderOptions, type ProviderResponse } from '../../adapters/simulator/provider.ts';
import { isJsonObject, type Json } from '../../engine/domain/json.ts';
import type { Call, History } from './history.ts';

/** The simulated provider, which tells the ground truth of every request it handles. */
export class WitnessedProvider extends Provider {
  readonly #history: History;
  readonly #place: { readonly client: string; readonly environment: 'prod' };
  /** The calls that are under way, by the request that the network made of them. */
  readonly #calls = new WeakMap<ProviderRequest, Call>();
  /** Which message a receipt handle stands for. */
  readonly #handles = new Map<string, string>();

  constructor(options: ProviderOptions, client: string, history: History) {
    super(options);
    this.#history = history;
    this.#place = { client, environment: 'prod' };
  }

  /** The request is how this call travels. */
  expect(request: ProviderRequest, call: Call): void {
    this.#calls.set(request, call);
  }

  override handle(request: ProviderRequest, fault: Fault['kind'] | null = null): ProviderResponse {
    const call = this.#calls.get(request);
    if (call === undefined) throw new Error('a request that no process has sent');
    const { client, environment } = this.#place;
    const tenant = this.tenant(client, environment);
    if (call.providerTicket !== null) {
      call.before = tenant?.ticket(call.providerTicket) ?? null;
      call.change = tenant?.change(call.providerTicket) ?? null;
    }
    const happening = this.#history.next();
    const response = super.handle(request, fault);
    call.handled = { ...happening, isAccepted: isAccepted(response.body), requestId: response.requestId };
    const number =
      call.kind === 'create' && call.handled.isAccepted ? createdNumber(response.body) : call.providerTicket;
    if (number !== null) call.after = tenant?.ticket(number) ?? null;
    if (call.kind === 'receive') call.messages = this.#received(response.body);
    if (call.kind === 'delete' && response.status === 200) {
      const message = this.#handles.get(decodeURIComponent(request.rawPath.split('/').at(-1) ?? ''));
      call.messages = message === undefined ? [] : [message];
    }
    return response;
  }

  #received(body: Json): readonly string[] {
    const messages = messagesIn(body);
    for (const { MessageId: id, ReceiptHandle: handle } of messages)
      this.#handles.set(textOf(handle), textOf(id));
    return messages.map(({ MessageId: id }) => textOf(id));
  }
}

/** The messages of a queue read, in either wrapper. */
export function messagesIn(
  body: Json,
): readonly { readonly MessageId: Json; readonly ReceiptHandle: Json }[] {
  for (let inner: Json | undefined = body; isJsonObject(inner);) {
    if (Array.isArray(inner.messages))
      return inner.messages as readonly { MessageId: Json; ReceiptHandle: Json }[];
    inner = inner.ReceiveMessageResponse ?? inner.ReceiveMessageResult;
  }
  return [];
}

const createdNumber = (body: Json): string | null =>
  isJsonObject(body) && typeof body.Response === 'string' ? body.Response : null;

/** What the provider says when it has done what was asked (client guide v1.2). */
const ACCEPTED =
  /^(?:Update Successful|Ticket Closed Successfully|Comments added|PTN added|(?:e-)?CS\d+| (?:Approval|Rejection) Received Successfully)$/;

const isAccepted = (body: Json): boolean => {
  const response = createdNumber(body);
  return response === null ? isJsonObject(body) && body.Response === undefined : ACCEPTED.test(response);
};
