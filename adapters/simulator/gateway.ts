import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import { answer, type ProviderAnswer, refused, succeeded, with200 } from './answers.ts';
import { callOnChange } from './change-calls.ts';
import { addNotes, type CallResult, createTicket, returnNumber, updateTicket } from './client-calls.ts';
import type { EnvironmentName } from './client-options.ts';
import { storeFile, uploadUrl } from './file-calls.ts';
import type { FileBytes } from './file-store.ts';
import { caseFields } from './message-bodies.ts';
import { receivedBody } from './queue-answers.ts';
import { type Call, readRoute } from './route.ts';
import type { Tenant } from './tenant.ts';
import type { Tenants } from './tenants.ts';

/** A request as a client sent it. */
export interface ProviderRequest {
  readonly method: string;
  /** With its leading slash, not decoded. */
  readonly rawPath: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** What was put to a presigned URL, in the place of a body. */
  readonly file?: FileBytes;
}

/** What came of a request. Client, environment and call are null where it did not get so far. */
export interface Served {
  readonly answer: ProviderAnswer;
  readonly client: string | null;
  readonly environment: EnvironmentName | null;
  readonly call: Call | null;
  /** A ticket or the queue is another than before. */
  readonly effect: boolean;
  /** The ticket or change that the call changed or created. */
  readonly changed: CallResult['changed'];
}

type WriteCall = Call & { kind: 'create' | 'update' | 'notes' | 'return-number' | 'approve' | 'reject' };

/**
 * Lets a request in and performs it. The gateway's questions come first: is there such a route, is the key right, is
 * the path served. Then the service's: is it JSON, whose name is on it, whose ticket is it, is the payload valid.
 */
export function serve(tenants: Tenants, request: ProviderRequest): Served {
  const route = readRoute(request.method, request.rawPath);
  const nowhere = { client: null, environment: null, call: null, effect: false, changed: null };
  if (route.kind === 'no-such-route') return { ...nowhere, answer: refused.noSuchRoute };
  if (route.kind === 'no-such-environment') return { ...nowhere, answer: refused.forbidden };
  if (route.kind === 'store') return { ...nowhere, ...storeFile(tenants, route.token, request) };
  const { path: client, environment } = route;
  const tenant = tenants.tenant(client, environment);
  if (tenant === undefined || request.headers['x-api-key'] !== tenant.account.apiKey) {
    return { ...nowhere, answer: refused.forbidden };
  }
  if (route.kind === 'bad-path') return { ...nowhere, client, environment, answer: refused.badPath };
  const { call } = route;
  const { answer: given, changed } = perform({ tenants, tenant, environment }, call, request);
  return {
    client,
    environment,
    call,
    answer: given.status >= 400 && tenant.account.switches.errorsWith200 ? with200(given) : given,
    effect: changed !== null || (call.kind === 'delete' && given.status === 200),
    changed,
  };
}

interface Context {
  readonly tenants: Tenants;
  readonly tenant: Tenant;
  readonly environment: EnvironmentName;
}

function perform(context: Context, call: Call, request: ProviderRequest): CallResult {
  switch (call.kind) {
    case 'receive':
      return unchanged(receive(context.tenant));
    case 'delete':
      return unchanged(deleteMessage(context.tenant, call));
    case 'attachment-url':
      return unchanged(
        context.tenant.ticket(call.ticketNumber) === undefined &&
          context.tenant.change(call.ticketNumber) === undefined
          ? notOurs(context, call.ticketNumber)
          : uploadUrl(context.tenant, call, request),
      );
    case 'read-ticket':
      return unchanged(readTicket(context, call.ticketNumber));
    case 'create':
    case 'update':
    case 'notes':
    case 'return-number':
    case 'approve':
    case 'reject':
      return write(context, call, request);
  }
}

function receive({ account, queue, identifiers }: Tenant): ProviderAnswer {
  const deliveries = queue.receive(account.switches.messagesPerRead);
  return answer(200, receivedBody(deliveries, account.switches, identifiers));
}

function deleteMessage({ queue, identifiers }: Tenant, call: Call & { kind: 'delete' }): ProviderAnswer {
  const requestId = identifiers.uuid();
  if (call.receiptHandle === null) return refused.handleInvalid(call.rawHandle, requestId);
  switch (queue.delete(call.receiptHandle)) {
    case 'deleted':
    case 'deleted-before':
      return succeeded.messageDeleted(requestId);
    case 'expired':
      return refused.handleExpired(call.receiptHandle, requestId);
    case 'unknown':
      return refused.handleInvalid(call.receiptHandle, requestId);
  }
}

function readTicket(context: Context, ticketNumber: string): ProviderAnswer {
  const { tenant } = context;
  const ticket = tenant.ticket(ticketNumber);
  if (ticket === undefined) return notOurs(context, ticketNumber);
  const comments = ticket.comments.map((comment) => ({ ...comment }));
  return succeeded.read({ ...caseFields(ticket, tenant.account), comments });
}

function write(context: Context, call: WriteCall, request: ProviderRequest): CallResult {
  const { tenants, tenant, environment } = context;
  const read = readPayload(request);
  if (read.kind === 'refused') return unchanged(read.answer);
  const { payload } = read;
  const { clientName } = payload;
  if (typeof clientName === 'string' && clientName !== tenant.account.clientName) {
    const foreign = tenants.accounts().some((account) => account.clientName === clientName);
    return unchanged(foreign ? refused.foreignTicket : refused.unknownClientName);
  }
  const callContext = { tenant, echo: environment === 'echo' };
  if (call.kind === 'create') return createTicket(callContext, payload);
  const change = tenant.change(call.ticketNumber);
  // The client guide: echo is for incidents and requests only.
  if (change !== undefined && environment === 'echo') return unchanged(refused.unknownTicket);
  if (change !== undefined) return callOnChange(tenant, change, call.kind, payload);
  if (tenant.ticket(call.ticketNumber) === undefined) return unchanged(notOurs(context, call.ticketNumber));
  switch (call.kind) {
    case 'update':
      return updateTicket(callContext, call.ticketNumber, payload);
    case 'notes':
      return addNotes(callContext, call.ticketNumber, payload);
    case 'return-number':
      return returnNumber(callContext, call.ticketNumber, payload);
    case 'approve':
    case 'reject':
      return unchanged(refused.unknownApproval);
  }
}

type Payload =
  | { readonly kind: 'read'; readonly payload: JsonObject }
  | { readonly kind: 'refused'; readonly answer: ProviderAnswer };

function readPayload({ headers, body }: ProviderRequest): Payload {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    return { kind: 'refused', answer: refused.notJsonContent };
  }
  const parsed = parseJson(body);
  if (parsed === undefined) return { kind: 'refused', answer: refused.notJson };
  const payload = isJsonObject(parsed) ? parsed.payload : undefined;
  return isJsonObject(payload)
    ? { kind: 'read', payload }
    : { kind: 'refused', answer: refused.invalidPayload(['payload must be object']) };
}

/** Somebody else's ticket is another error than none at all. */
function notOurs({ tenants, tenant, environment }: Context, ticketNumber: string): ProviderAnswer {
  const foreign = tenants
    .accounts()
    .some(
      ({ path }) =>
        path !== tenant.account.path && tenants.tenant(path, environment)?.ticket(ticketNumber) !== undefined,
    );
  return foreign ? refused.foreignTicket : refused.unknownTicket;
}

const unchanged = (given: ProviderAnswer): CallResult => ({ answer: given, changed: null });

/** Undefined if the text is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
