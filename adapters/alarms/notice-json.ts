import type { JsonObject } from '../../engine/domain/json.ts';
import { isDuration } from '../../engine/domain/alarm.ts';
import { alarmText } from '../../engine/runtime/alarm-entry.ts';
import type { AlarmNotice } from '../../engine/runtime/ports.ts';

/** An alarm as webhooks and commands get it; schemas/alarm/notice.schema.json describes it. Dates are ISO texts in UTC. */
export function noticeJson({ event, contract, alarm }: AlarmNotice): JsonObject {
  const { finding } = alarm;
  return {
    // For chats, which show this and nothing else.
    text: `${event === 'raised' ? 'ALARM' : 'OK'} ${contract}: ${alarmText(alarm, event)}`,
    event,
    id: alarm.id,
    contract,
    alarm: finding.kind,
    raised_at: date(alarm.raisedAt),
    cleared_at: date(alarm.clearedAt),
    since: date(finding.since),
    unit: isDuration(finding.kind) ? 'milliseconds' : 'count',
    value: finding.value,
    threshold: finding.threshold,
    summary: finding.summary,
    look_at: finding.advice,
    tickets: finding.tickets.map((ticket) => ({
      ticket: ticket.clientNumber,
      provider_ticket: ticket.providerTicket,
      since: date(ticket.since),
      reason: ticket.reason,
    })),
  };
}

const date = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
