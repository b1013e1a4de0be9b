import type { DeskFile } from './attach-file.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Account } from './account.ts';
import type { Switches } from './client-options.ts';
import { changeRoutes } from './change-routes.ts';
import { ControlError, environmentAt, tenantAt, type At } from './control-places.ts';
import * as schemas from './control-schemas.ts';
import type { DrivenClock } from './driven-clock.ts';
import type { FaultRule } from './faults.ts';
import type { NewMessage } from './fifo-queue.ts';
import type { Provider } from './provider.ts';
import type {
  DeskComment,
  DeskEnding,
  DeskFields,
  DeskReopening,
  DeskResult,
  DeskTicket,
  ProviderDesk,
} from './provider-desk.ts';

/** One action on one ticket; the route's schema vouches for `Sent`. */
interface DeskAction<Sent> {
  readonly Params: At & { readonly number: string };
  readonly Body: Sent;
}

/**
 * What a person or a test may do to the simulator from outside: play the provider's users, look at the ground truth,
 * switch faults on, drive the clock. Described in docs/simulator.md. Meant for the loopback: it asks for no key.
 */
export function controlRoutes(server: FastifyInstance, provider: Provider, clock: DrivenClock): void {
  clockRoutes(server, clock);
  faultRoutes(server, provider);
  clientRoutes(server, provider);
  deskRoutes(server, provider);
  changeRoutes(server, provider);
  queueRoutes(server, provider);
  server.post('/reset', (_, reply) => {
    provider.reset();
    return nothing(reply);
  });
}

function clockRoutes(server: FastifyInstance, clock: DrivenClock): void {
  const view = () => ({ now: clock.now(), iso: new Date(clock.now()).toISOString(), speed: clock.speed });
  server.get('/clock', view);
  server.post<{ Body: { now?: number | string; advanceMs?: number; speed?: number } }>(
    '/clock',
    { schema: { body: schemas.clockSchema } },
    ({ body }) => {
      const now = body.now === undefined ? null : new Date(body.now).getTime();
      if (Number.isNaN(now)) throw new ControlError(400, `not a time: ${String(body.now)}`);
      if (now !== null) clock.set(now);
      if (body.advanceMs !== undefined) clock.advance(body.advanceMs);
      if (body.speed !== undefined) clock.run(body.speed);
      return view();
    },
  );
}

function faultRoutes(server: FastifyInstance, provider: Provider): void {
  const add = (rules: readonly FaultRule[]) => {
    try {
      provider.faults.add(rules);
    } catch (error) {
      if (error instanceof SyntaxError) throw new ControlError(400, error.message);
      throw error;
    }
    return provider.faults.list();
  };
  const options = { schema: { body: schemas.faultsSchema } };
  server.get('/faults', () => provider.faults.list());
  server.post<{ Body: readonly FaultRule[] }>('/faults', options, ({ body }) => add(body));
  server.delete('/faults', (_, reply) => {
    provider.faults.clear();
    return nothing(reply);
  });
}

function clientRoutes(server: FastifyInstance, provider: Provider): void {
  const view = (account: Account) => ({
    path: account.path,
    clientName: account.clientName,
    groups: account.groups,
    defaultGroup: account.defaultGroup.name,
    switches: account.switches,
  });
  server.get('/clients', () => provider.accounts().map(view));
  server.patch<{ Params: { client: string }; Body: Partial<Switches> }>(
    '/clients/:client',
    { schema: { body: schemas.switchesSchema } },
    ({ params, body }) => {
      const account = provider.account(params.client);
      if (account === undefined) throw new ControlError(404, `no such client: ${params.client}`);
      account.switches = { ...account.switches, ...body };
      return view(account);
    },
  );
  server.get<{ Querystring: { client?: string; environment?: string; call?: string; after?: string } }>(
    '/requests',
    ({ query }) =>
      provider
        .requests()
        .filter(
          (record) =>
            (query.client === undefined || record.client === query.client) &&
            (query.environment === undefined || record.environment === query.environment) &&
            (query.call === undefined || record.call === query.call) &&
            (query.after === undefined || record.id > Number(query.after)),
        ),
  );
}

function deskRoutes(server: FastifyInstance, provider: Provider): void {
  const tickets = '/:client/:environment/tickets';
  server.get<{ Params: At }>(tickets, ({ params }) => tenantAt(provider, params).tickets());
  server.get<{ Params: At & { number: string } }>(`${tickets}/:number`, ({ params }) => {
    const ticket = tenantAt(provider, params).ticket(params.number);
    if (ticket === undefined) throw new ControlError(404, `no such ticket: ${params.number}`);
    return ticket;
  });
  server.get<{ Params: At & { number: string } }>(`${tickets}/:number/files`, ({ params }) =>
    tenantAt(provider, params).files.of(params.number),
  );
  server.post<{ Params: At; Body: DeskTicket }>(
    tickets,
    { schema: { body: schemas.openSchema } },
    ({ params, body }) => result(deskAt(provider, params).open(body)),
  );
  server.post<DeskAction<DeskFields>>(
    `${tickets}/:number/update`,
    { schema: { body: schemas.updateSchema } },
    ({ params, body }) => result(deskAt(provider, params).update(params.number, body)),
  );
  server.post<DeskAction<DeskComment>>(
    `${tickets}/:number/comment`,
    { schema: { body: schemas.commentSchema } },
    ({ params, body }) => result(deskAt(provider, params).comment(params.number, body)),
  );
  server.post<DeskAction<DeskFile>>(
    `${tickets}/:number/attach`,
    { schema: { body: schemas.attachSchema } },
    ({ params, body }) => result(deskAt(provider, params).attach(params.number, body)),
  );
  server.get<{ Params: At & { number: string } }>(`${tickets}/:number/offered`, ({ params }) =>
    tenantAt(provider, params)
      .offered.of(params.number)
      .map(({ name, type, size, expiresAt }) => ({ name, type, size, expiresAt })),
  );
  server.post<DeskAction<DeskEnding>>(
    `${tickets}/:number/resolve`,
    { schema: { body: schemas.resolveSchema } },
    ({ params, body }) => result(deskAt(provider, params).resolve(params.number, body)),
  );
  server.post<DeskAction<Partial<DeskEnding>>>(
    `${tickets}/:number/close`,
    { schema: { body: schemas.closeSchema } },
    ({ params, body }) => result(deskAt(provider, params).close(params.number, body)),
  );
  server.post<DeskAction<DeskEnding>>(
    `${tickets}/:number/cancel`,
    { schema: { body: schemas.cancelSchema } },
    ({ params, body }) => result(deskAt(provider, params).cancel(params.number, body)),
  );
  server.post<DeskAction<DeskReopening>>(
    `${tickets}/:number/reopen`,
    { schema: { body: schemas.reopenSchema } },
    ({ params, body }) => result(deskAt(provider, params).reopen(params.number, body)),
  );
}

function queueRoutes(server: FastifyInstance, provider: Provider): void {
  const queue = '/:client/:environment/queue';
  server.get<{ Params: At }>(queue, ({ params }) => tenantAt(provider, params).queue.state());
  server.post<{ Params: At; Body: Omit<NewMessage, 'clientReferenceAvailable'> & Partial<NewMessage> }>(
    queue,
    { schema: { body: schemas.messageSchema } },
    ({ params, body }) => tenantAt(provider, params).queue.send({ clientReferenceAvailable: true, ...body }),
  );
  server.get<{ Params: At }>(`${queue}/sent`, ({ params }) => tenantAt(provider, params).queue.sent());
  server.post<{ Params: At & { id: string }; Body: { by?: 'queue' | 'sender' } }>(
    `${queue}/:id/duplicate`,
    { schema: { body: schemas.duplicateSchema } },
    ({ params, body }) => {
      const copy = tenantAt(provider, params).queue.duplicate(params.id, body.by ?? 'queue');
      if (copy === null) throw new ControlError(404, `no such message: ${params.id}`);
      return copy;
    },
  );
  server.post<{ Params: At & { id: string } }>(`${queue}/:id/release`, ({ params }, reply) => {
    if (!tenantAt(provider, params).queue.release(params.id)) {
      throw new ControlError(409, `not in flight: ${params.id}`);
    }
    return nothing(reply);
  });
}

function deskAt(provider: Provider, at: At): ProviderDesk {
  const desk = provider.desk(at.client, environmentAt(at));
  if (desk === undefined) throw new ControlError(404, `no such client: ${at.client}`);
  return desk;
}

function result(done: DeskResult) {
  if (done.kind === 'impossible') throw new ControlError(409, done.reason);
  return { ticket: done.ticket, message: done.message };
}

const nothing = (reply: FastifyReply) => reply.code(204).send();
