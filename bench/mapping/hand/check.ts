import type { PayloadFault } from '../../../engine/wire/validate-payload.ts';
import type { Written } from './call.ts';

/** Hand-written: the provider's documented limits, on texts that have just been escaped. */

const PRIORITIES = new Set(['1', '2', '3', '4']);
const LEVELS = new Set(['1', '2', '3']);
const STATUSES = new Set(['open', 'workinprogress', 'pending', 'resolved', 'closed', 'cancelled']);

export function checkCreate(payload: Written): readonly PayloadFault[] {
  const faults: PayloadFault[] = [];
  checkIdentity(payload, faults);
  checkFields(payload, faults);
  length(payload, 'shortDescription', 1, 160, faults);
  length(payload, 'description', 0, 4000, faults);
  length(payload, 'contactName', 1, Infinity, faults);
  length(payload, 'contactEmail', 1, Infinity, faults);
  if (payload.contactPhone !== undefined) length(payload, 'contactPhone', 1, Infinity, faults);
  if (payload.cis !== undefined) length(payload, 'cis', 1, Infinity, faults);
  const hasPriority = payload.priority !== undefined;
  if (hasPriority === (payload.impact !== undefined && payload.urgency !== undefined))
    faults.push(fault('priority', 'either priority alone, or impact and urgency together'));
  checkComments(payload, faults);
  return faults;
}

export function checkUpdate(payload: Written): readonly PayloadFault[] {
  const faults: PayloadFault[] = [];
  checkIdentity(payload, faults);
  const { status } = payload;
  if (status === 'resolved' || status === 'closed') {
    length(payload, 'closeNotes', 1, 4000, faults);
    return faults;
  }
  checkFields(payload, faults);
  if (payload.shortDescription !== undefined) length(payload, 'shortDescription', 1, 160, faults);
  if (payload.description !== undefined) length(payload, 'description', 0, 4000, faults);
  if (typeof status === 'string') word(status, STATUSES, 'status', faults);
  if (payload.closeNotes !== undefined) length(payload, 'closeNotes', 0, 4000, faults);
  return faults;
}

export function checkNotes(payload: Written): readonly PayloadFault[] {
  const faults: PayloadFault[] = [];
  checkIdentity(payload, faults);
  checkComments(payload, faults);
  return faults;
}

function checkIdentity(payload: Written, faults: PayloadFault[]): void {
  length(payload, 'clientName', 1, Infinity, faults);
  length(payload, 'clientTicketNumber', 1, Infinity, faults);
  const { ticketType } = payload;
  if (ticketType !== 'Incident' && ticketType !== 'Request')
    faults.push(fault('ticketType', 'one of Incident, Request'));
}

function checkFields({ group, priority, impact, urgency }: Written, faults: PayloadFault[]): void {
  if (group === '') faults.push(fault('group', 'must not be empty'));
  if (typeof priority === 'string') word(priority, PRIORITIES, 'priority', faults);
  if (typeof impact === 'string') word(impact, LEVELS, 'impact', faults);
  if (typeof urgency === 'string') word(urgency, LEVELS, 'urgency', faults);
}

function checkComments({ comments }: Written, faults: PayloadFault[]): void {
  if (!Array.isArray(comments)) return;
  for (const [index, { body }] of comments.entries()) {
    if (typeof body !== 'string' || body === '' || body.length > 4000)
      faults.push(fault(`comments[${index}].body`, '1 to 4000 characters'));
  }
}

function length(payload: Written, field: string, min: number, max: number, faults: PayloadFault[]): void {
  const value = payload[field];
  if (typeof value !== 'string' || value.length < min || value.length > max)
    faults.push(fault(field, `${min} to ${max} characters`));
}

function word(value: string, words: ReadonlySet<string>, field: string, faults: PayloadFault[]): void {
  if (!words.has(value)) faults.push(fault(field, `one of ${[...words].join(', ')}`));
}

const fault = (field: string, limit: string): PayloadFault => ({ field, limit, value: '' });
