import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../engine/domain/json.ts';
import type { UpdateField } from '../../engine/domain/payload.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { updateFieldsOf } from '../../engine/runtime/link.ts';
import type { Bridge } from '../../engine/runtime/ports.ts';
import { decideAcme, mapAcme } from '../mapping/hand/acme.ts';
import type { Work } from '../mapping/work.ts';
import { NEW_LANE_STATE } from '../../engine/domain/lane.ts';
import type { Drainer } from './drainer.ts';
import { openSession, type Row, type Session } from './session.ts';
import { SQL } from './minimal-sql.ts';
import type { LinkedTicket } from './tickets.ts';
import type { World } from './world.ts';

/** Tickets worked at once on a server; SQLite has one writer. */
const WORKERS = 8;
const ROWS_PER_PAGE = 1000;

const STATUS_HERE: ReadonlyMap<string, string> = new Map([
  ['open', 'New'],
  ['workinprogress', 'In Progress'],
  ['pending', 'On Hold'],
]);

interface Shadow {
  readonly [field: string]: string | undefined;
}

interface Accepted {
  readonly id: string;
  readonly group: string;
  readonly body: JsonObject;
}

/**
 * The least that is as durable for this one client: a message's row is committed before it is deleted from the queue; what it
 * changes, its outcome and what is agreed from then on are one transaction; a call's intent is committed before it, its
 * outcome after. No journal, no leases, no retries, no rules: what it does is written out.
 */
export async function minimalDrainer(
  { connection, knex }: World,
  tickets: readonly LinkedTicket[],
): Promise<Drainer> {
  const isServer = !connection.startsWith('sqlite:');
  for (const statement of SQL.tables) await knex.raw(statement);
  await knex.batchInsert(
    'mini_lanes',
    tickets.map(({ ticket }) => ({
      ticket_id: Number(ticket.key),
      provider_ticket: ticket.providerNumber,
      shadow: JSON.stringify(updateFieldsOf(mapAcme(ticket).payload)),
      intent: null,
    })),
    100,
  );
  const reader = await openSession(connection);
  const workers = isServer
    ? await Promise.all(Array.from({ length: WORKERS }, () => openSession(connection)))
    : [reader];

  return {
    async drainQueue(bridge) {
      const busy = workers.map(() => Promise.resolve());
      for (;;) {
        const read = await receive(bridge);
        if (read.length === 0) break;
        await reader.begin();
        for (const { message } of read)
          await reader.run(SQL.accept, [message.id, message.group, JSON.stringify(message.body)]);
        await reader.commit();
        for (const { handle } of read) await bridge.send({ method: 'DELETE', path: `queue/${handle}` });
        for (const { message } of read) {
          const at = hash(message.group) % workers.length;
          const worker = workers[at] ?? reader;
          const turn = (busy[at] ?? Promise.resolve()).then(() => apply(worker, message, isServer));
          busy[at] = turn;
          if (!isServer) await turn;
        }
      }
      await Promise.all(busy);
    },

    async drainRows(bridge) {
      let after: Row | undefined;
      for (;;) {
        const page: readonly Row[] = await reader.all(SQL.changed, [
          after?.updated_at ?? '2026-06-01 08:00:01',
          after?.updated_at ?? '2026-06-01 08:00:01',
          after?.id ?? 0,
          ROWS_PER_PAGE,
        ]);
        const left = [...page];
        const work = async (worker: Session): Promise<void> => {
          for (let row = left.shift(); row !== undefined; row = left.shift())
            await send(worker, bridge, row.id);
        };
        await Promise.all(workers.map(work));
        after = page.at(-1);
        if (page.length < ROWS_PER_PAGE) return;
      }
    },

    async end() {
      await Promise.all([...new Set([reader, ...workers])].map((session) => session.end()));
    },
  };
}

async function receive(
  bridge: Bridge,
): Promise<readonly { readonly handle: string; readonly message: Accepted }[]> {
  const answer = await bridge.send({ method: 'GET', path: 'queue' });
  const body = answer.kind === 'answer' && isJsonObject(answer.body) ? answer.body : {};
  const { ReceiveMessageResult: result } = body.ReceiveMessageResponse as JsonObject;
  const messages = ((result as JsonObject).messages ?? []) as readonly JsonObject[];
  return messages.map(({ ReceiptHandle, MessageId, Attributes, Body }) => ({
    handle: ReceiptHandle as string,
    message: {
      id: MessageId as string,
      group: (Attributes as JsonObject).MessageGroupId as string,
      body: Body as JsonObject,
    },
  }));
}

/** The row, the outcome and what is agreed, or nothing. */
async function apply(session: Session, { id, group, body }: Accepted, isServer: boolean): Promise<void> {
  const changed = body.changed as Readonly<Record<string, string | undefined>>;
  await session.begin();
  const [lane] = await session.all(isServer ? SQL.laneLocked : SQL.lane, [group]);
  if (lane?.ticket_id == null) throw new Error(`no lane of ${group}`);
  const before = await ticketOf(session, lane.ticket_id);
  const shadow = JSON.parse(String(lane.shadow)) as Shadow;
  const now = localNow();
  const title = changed.shortDescription ?? (before.fields.title as string);
  const priority =
    changed.priority === undefined ? (before.fields.priority as string) : `P${changed.priority}`;
  const status =
    changed.status === undefined
      ? (before.fields.status as string)
      : (STATUS_HERE.get(changed.status) ?? 'New');
  await session.run(SQL.updateTicket, [title, priority, status, now, lane.ticket_id]);
  const after = mapAcme({ ...before, fields: { ...before.fields, title, priority, status } }).payload;
  const agreed: Record<string, string | undefined> = { ...shadow };
  const was = mapAcme(before).payload;
  for (const field of ['shortDescription', 'priority', 'status'] as const satisfies UpdateField[])
    if (after[field] !== was[field]) agreed[field] = after[field];
  await session.run(SQL.agree, [JSON.stringify(agreed), lane.ticket_id]);
  await session.run(SQL.settle, ['applied', id]);
  await session.commit();
}

/** The difference to what was agreed: intent, call, outcome. */
async function send(session: Session, bridge: Bridge, id: Row[string] | undefined): Promise<void> {
  await session.begin();
  const [lane] = await session.all(SQL.laneOfTicket, [id ?? 0]);
  if (lane === undefined) throw new Error(`no lane of ticket ${String(id)}`);
  const ticket = await ticketOf(session, id ?? 0);
  const shadow = JSON.parse(String(lane.shadow)) as Shadow;
  const { request, faults } = decideAcme(workOf(ticket, String(lane.provider_ticket), shadow));
  if (request === null || faults.length > 0) throw new Error(`nothing to send of ticket ${String(id)}`);
  await session.run(SQL.intend, [JSON.stringify({ id: randomUUID(), request }), id ?? 0]);
  await session.commit();
  const answer = await bridge.send(request);
  if (answer.kind !== 'answer' || answer.status !== 200) throw new Error('the bridge takes every call here');
  const agreed = { ...shadow, ...updateFieldsOf(mapAcme(ticket).payload) };
  await session.begin();
  await session.run(SQL.conclude, [JSON.stringify(agreed), id ?? 0]);
  await session.commit();
}

const workOf = (ticket: Ticket, providerTicket: string, shadow: Shadow): Work => ({
  ticket,
  lane: {
    id: 0,
    clientTicket: ticket.key,
    clientNumber: ticket.number,
    providerTicket,
    state: {
      ...NEW_LANE_STATE,
      link: 'linked',
      ticketType: 'Incident',
      shadow: { fields: shadow, unsure: [], sent: {} },
    },
    wanted: 0,
    dueAt: null,
    recheckAt: null,
    parked: null,
  },
  ledger: [],
});

async function ticketOf(session: Session, id: string | number): Promise<Ticket> {
  const [row] = await session.all(SQL.ticket, [id]);
  if (row === undefined) throw new Error(`no ticket ${id}`);
  const custom = await session.all(SQL.custom, [id]);
  const { caller_name, caller_email, caller_phone, location_name, ci_name, managed_by, group_name } = row;
  const { task, category, site, steps, merged_number } = row;
  return {
    key: String(row.id),
    number: String(row.number),
    providerNumber: row.vendor_ref as string | null,
    fields: {
      ...(row as JsonObject),
      group: group_name ?? null,
      caller:
        caller_email === null
          ? null
          : { name: caller_name ?? null, email: caller_email ?? null, phone: caller_phone ?? null },
      location: location_name === null ? null : { name: location_name ?? null },
      ci: ci_name === null ? null : { name: ci_name ?? null, managed_by: managed_by ?? null },
      task: task === null ? null : { category: category ?? null, site: site ?? null, steps: steps ?? null },
      merged_into: merged_number === null ? null : { number: merged_number ?? null },
      custom: { cost_center: custom[0]?.value ?? null },
    },
    comments: (await session.all(SQL.comments, [id])).map((comment) => ({
      key: String(comment.id),
      fields: { ...(comment as JsonObject), public: comment.is_public === 1 },
    })),
  };
}

const localNow = (): string => new Date().toISOString().slice(0, 19).replace('T', ' ');

function hash(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) >>> 0;
  return sum;
}
