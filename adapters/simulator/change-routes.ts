import type { FastifyInstance } from 'fastify';
import type {
  ChangeDesk,
  ChangeResult,
  DeskApproval,
  DeskDraft,
  DeskChangeEnding,
  DeskChangeUpdate,
} from './change-desk.ts';
import { ControlError, environmentAt, tenantAt, type At } from './control-places.ts';
import * as schemas from './change-schemas.ts';
import { commentSchema } from './control-schemas.ts';
import type { MessageTweaks } from './message-bodies.ts';
import type { Provider } from './provider.ts';
import type { DeskComment } from './provider-desk.ts';

interface Action<Sent> {
  readonly Params: At & { readonly number: string };
  readonly Body: Sent;
}

/** The provider's users at work on changes, for whoever plays them from outside. */
export function changeRoutes(server: FastifyInstance, provider: Provider): void {
  const changes = '/:client/:environment/changes';
  const deskAt = (at: At): ChangeDesk => {
    const desk = provider.changeDesk(at.client, environmentAt(at));
    if (desk === undefined) throw new ControlError(404, `no such client: ${at.client}`);
    return desk;
  };
  server.get<{ Params: At }>(changes, ({ params }) => tenantAt(provider, params).changes());
  server.get<{ Params: At & { number: string } }>(`${changes}/:number`, ({ params }) => {
    const change = tenantAt(provider, params).change(params.number);
    if (change === undefined) throw new ControlError(404, `no such change: ${params.number}`);
    return change;
  });
  server.post<{ Params: At; Body: DeskDraft }>(
    changes,
    { schema: { body: schemas.draftSchema } },
    ({ params, body }) => result(deskAt(params).draft(body)),
  );
  server.post<Action<DeskChangeUpdate>>(
    `${changes}/:number/update`,
    { schema: { body: schemas.updateChangeSchema } },
    ({ params, body }) => result(deskAt(params).update(params.number, body)),
  );
  server.post<Action<DeskApproval>>(
    `${changes}/:number/approval`,
    { schema: { body: schemas.approvalSchema } },
    ({ params, body }) => result(deskAt(params).requestApproval(params.number, body)),
  );
  server.post<Action<MessageTweaks & { readonly approvalId: string }>>(
    `${changes}/:number/withdraw`,
    { schema: { body: schemas.withdrawSchema } },
    ({ params, body }) => result(deskAt(params).withdrawApproval(params.number, body.approvalId, body)),
  );
  server.post<Action<MessageTweaks>>(
    `${changes}/:number/redraft`,
    { schema: { body: schemas.redraftSchema } },
    ({ params, body }) => result(deskAt(params).redraft(params.number, body)),
  );
  server.post<Action<DeskComment>>(
    `${changes}/:number/comment`,
    { schema: { body: commentSchema } },
    ({ params, body }) => result(deskAt(params).comment(params.number, body)),
  );
  server.post<Action<DeskChangeEnding>>(
    `${changes}/:number/cancel`,
    { schema: { body: schemas.endChangeSchema } },
    ({ params, body }) => result(deskAt(params).cancel(params.number, body)),
  );
  server.post<Action<DeskChangeEnding>>(
    `${changes}/:number/close`,
    { schema: { body: schemas.endChangeSchema } },
    ({ params, body }) => result(deskAt(params).close(params.number, body)),
  );
}

function result(done: ChangeResult) {
  if (done.kind === 'impossible') throw new ControlError(409, done.reason);
  return { change: done.change, message: done.message };
}
