import type { CommentPayload, Payload } from '../../../engine/domain/payload.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { MappedComment, MappedTicket } from '../../../engine/map/outbound.ts';
import type { Decided, Work } from '../work.ts';
import { BY_HAND, callFor, type Check, type Kept } from './call.ts';
import { dateIn, line, withLines } from './texts.ts';

/** rules/acme, as somebody would write it who writes it in TypeScript. */

interface Fields {
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  readonly status: string;
  readonly priority: string;
  readonly approval: string | null;
  readonly resolution: string | null;
  readonly starts_at: string | null;
  readonly ends_at: string | null;
  readonly group: string | null;
  readonly caller: {
    readonly name: string | null;
    readonly email: string | null;
    readonly phone: string | null;
  } | null;
  readonly location: { readonly name: string | null } | null;
  readonly ci: { readonly name: string | null; readonly managed_by: string | null } | null;
  readonly task: {
    readonly category: string | null;
    readonly site: string | null;
    readonly steps: string | null;
  } | null;
  readonly merged_into: { readonly number: string | null } | null;
  readonly custom: { readonly cost_center: string | null };
}

interface CommentFields {
  readonly body: string;
  readonly author: { readonly name: string | null; readonly email: string | null } | null;
  readonly public: boolean;
  readonly created: string;
}

const STATUSES: ReadonlyMap<string, string> = new Map([
  ['New', 'open'],
  ['In Progress', 'workinprogress'],
  ['On Hold', 'pending'],
  ['Waiting for Vendor', 'pending'],
  ['Resolved', 'resolved'],
  ['Closed', 'closed'],
  ['Cancelled', 'cancelled'],
]);
const PRIORITIES: ReadonlyMap<string, string> = new Map([
  ['P1', '1'],
  ['P2', '2'],
  ['P3', '3'],
  ['P4', '4'],
]);
const GROUPS: ReadonlyMap<string, string> = new Map([
  ['Mainframe Ops', 'Ensono Mainframe'],
  ['Network Ops', 'Ensono Network Support'],
  ['Database Ops', 'Ensono Database'],
]);
const KEPT: Kept = { group: 'Client Generic', status: 'pending' };

function triggerOf({ kind, group, approval, ci, task }: Fields): string | null {
  const isProviders = group === 'Mainframe Ops' || group === 'Network Ops' || group === 'Database Ops';
  if (kind === 'incident' && isProviders) return "incidents for the provider's groups";
  if (kind === 'request' && approval === 'approved' && ci?.managed_by === 'ensono')
    return 'approved requests for what the provider manages';
  if (kind === 'task' && (task?.category === 'Backup' || task?.category === 'Media'))
    return 'tasks that the provider carries out';
  return null;
}

export function mapAcme(ticket: Ticket): MappedTicket {
  const fields = ticket.fields as unknown as Fields;
  const { caller, group, merged_into } = fields;
  const window =
    fields.starts_at === null
      ? null
      : `${dateIn('UTC', fields.starts_at)} – ${fields.ends_at === null ? '' : dateIn('UTC', fields.ends_at)}`;
  const lines =
    line('Location', fields.location?.name) +
    line('Change window', window) +
    line('Cost center', fields.custom.cost_center) +
    line('Site', fields.task?.site) +
    line('Steps', fields.task?.steps);
  const payload: { -readonly [field in keyof Payload]: string } = {
    shortDescription: fields.title,
    description: withLines(fields.description, lines),
  };
  const status = STATUSES.get(fields.status);
  if (status !== undefined) payload.status = status;
  payload.priority = PRIORITIES.get(fields.priority) ?? '3';
  payload.group = GROUPS.get(group ?? '') ?? 'Ensono Service Desk';
  payload.contactName = caller?.name ?? 'AcmeCorp Service Desk';
  payload.contactEmail = caller?.email ?? 'servicedesk@acme.example';
  if (caller?.phone != null) payload.contactPhone = caller.phone;
  if (fields.ci?.name != null) payload.cis = fields.ci.name;
  const resolution = merged_into === null ? fields.resolution : `Merged into ${merged_into.number ?? ''}`;
  if (resolution !== null) payload.closeNotes = resolution;

  const comments: MappedComment[] = [];
  for (const { key, fields: said } of ticket.comments) {
    const comment = said as unknown as CommentFields;
    if (!comment.public) continue;
    const mapped: { -readonly [field in keyof CommentPayload]: string } = { body: comment.body };
    if (comment.author?.name != null) mapped.commenter = comment.author.name;
    if (comment.author?.email != null) mapped.commenterEmail = comment.author.email;
    mapped.commentTime = dateIn('UTC', comment.created);
    comments.push({ key, parts: [mapped], shortened: null });
  }
  return {
    ticketType: fields.kind === 'request' || fields.kind === 'task' ? 'Request' : 'Incident',
    payload,
    keptInternal: group === 'Service Desk' || group === 'Field Services',
    comments,
    shortened: [],
    faults: [],
  };
}

export const decideAcme = (work: Work, check: Check = BY_HAND): Decided =>
  callFor(
    'AcmeCorp',
    triggerOf(work.ticket.fields as unknown as Fields),
    mapAcme(work.ticket),
    work,
    KEPT,
    check,
  );
