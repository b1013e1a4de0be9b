import type { CommentPayload, Payload } from '../../../engine/domain/payload.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { MappedComment, MappedTicket } from '../../../engine/map/outbound.ts';
import type { Decided, Work } from '../work.ts';
import { BY_HAND, callFor, type Check, type Kept } from './call.ts';
import { dateIn, line, withLines } from './texts.ts';

/** rules/globex, as somebody would write it who writes it in TypeScript. */

interface Fields {
  readonly type: string;
  readonly subject: string;
  readonly text: string;
  readonly state: number;
  readonly impact: string;
  readonly urgency: string;
  readonly environment: string;
  readonly solution: string | null;
  readonly team: string | null;
  readonly reporter: { readonly name: string; readonly mail: string | null };
  readonly custom: { readonly maintenance_window: string | null; readonly asset_tag: string | null };
}

interface CommentFields {
  readonly text: string;
  readonly who: string | null;
  readonly visibility: string | null;
  readonly at: string;
}

const STATUSES: ReadonlyMap<number, string> = new Map([
  [1, 'open'],
  [2, 'workinprogress'],
  [3, 'pending'],
  [6, 'resolved'],
  [7, 'closed'],
  [8, 'cancelled'],
]);
const LEVELS: ReadonlyMap<string, string> = new Map([
  ['high', '1'],
  ['medium', '2'],
  ['low', '3'],
]);
const TEAMS: ReadonlyMap<string, string> = new Map([
  ['UNIX', 'Ensono Unix'],
  ['STORAGE', 'Ensono Storage'],
  ['BACKUP', 'Ensono Backup'],
]);
const KEPT: Kept = { group: 'Client Generic', status: 'pending' };

function triggerOf({ environment, team, state }: Fields): string | null {
  const isProviders = team === 'UNIX' || team === 'STORAGE' || team === 'BACKUP';
  return environment === 'PROD' && isProviders && state !== 8
    ? "production cases of the provider's teams"
    : null;
}

export function mapGlobex(ticket: Ticket): MappedTicket {
  const fields = ticket.fields as unknown as Fields;
  const { team, reporter, custom } = fields;
  const lines =
    line('Environment', fields.environment) +
    line('Maintenance window', custom.maintenance_window) +
    line('Asset tag', custom.asset_tag);
  const payload: { -readonly [field in keyof Payload]: string } = {
    shortDescription: fields.subject,
    description: withLines(fields.text, lines),
  };
  const status = STATUSES.get(fields.state);
  if (status !== undefined) payload.status = status;
  payload.impact = LEVELS.get(fields.impact) ?? '3';
  payload.urgency = LEVELS.get(fields.urgency) ?? '3';
  payload.group = TEAMS.get(team ?? '') ?? 'Ensono Service Desk';
  payload.contactName = reporter.name;
  payload.contactEmail = reporter.mail ?? 'it@globex.example';
  if (fields.solution !== null) payload.closeNotes = fields.solution;

  const comments: MappedComment[] = [];
  for (const { key, fields: said } of ticket.comments) {
    const comment = said as unknown as CommentFields;
    if (comment.visibility !== 'C') continue;
    const mapped: { -readonly [field in keyof CommentPayload]: string } = { body: comment.text };
    if (comment.who !== null) mapped.commenter = comment.who;
    mapped.commentTime = dateIn('Europe/Berlin', comment.at);
    comments.push({ key, parts: [mapped], shortened: null });
  }
  return {
    ticketType: fields.type === 'SR' ? 'Request' : 'Incident',
    payload,
    keptInternal: team === 'INTERNAL IT',
    comments,
    shortened: [],
    faults: [],
  };
}

export const decideGlobex = (work: Work, check: Check = BY_HAND): Decided =>
  callFor(
    'Globex',
    triggerOf(work.ticket.fields as unknown as Fields),
    mapGlobex(work.ticket),
    work,
    KEPT,
    check,
  );
