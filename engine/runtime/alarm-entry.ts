import { ageText } from '../decide/judge-alarms.ts';
import type { Alarm, AlarmEvent } from '../domain/alarm.ts';
import type { Contract } from '../domain/contract.ts';
import type { JsonObject } from '../domain/json.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { Log } from './ports.ts';
import type { Runtime } from './step.ts';

/** What is said of an alarm in one line. */
export const alarmText = (alarm: Alarm, event: AlarmEvent): string =>
  event === 'raised'
    ? alarm.finding.summary
    : `over, it was up for ${ageText((alarm.clearedAt ?? alarm.raisedAt) - alarm.raisedAt)}: ${alarm.finding.summary}`;

/** The journal's line: of the contract, not of a ticket. */
export const alarmEntry = ({ rules }: Runtime, alarm: Alarm, event: AlarmEvent): JournalEntry => ({
  at: event === 'raised' ? alarm.raisedAt : (alarm.clearedAt ?? alarm.raisedAt),
  laneId: null,
  clientNumber: null,
  providerTicket: null,
  direction: 'out',
  transaction: 'alarm',
  transactionId: alarm.id,
  outcome: event === 'raised' ? 'alarm-raised' : 'alarm-cleared',
  rule: null,
  summary: `${alarm.finding.kind}: ${alarmText(alarm, event)}`,
  detail: alarmDetail(alarm),
  rules,
});

const alarmDetail = ({ finding }: Alarm): JsonObject => ({
  alarm: finding.kind,
  value: finding.value,
  threshold: finding.threshold,
  since: finding.since,
});

/** The log's line, with the tickets that are named. */
export function logAlarm(log: Log, { name }: Contract, alarm: Alarm, event: AlarmEvent): void {
  const { finding } = alarm;
  const fields: JsonObject = {
    contract: name,
    alarm: finding.kind,
    id: alarm.id,
    value: finding.value,
    threshold: finding.threshold,
    since: finding.since === null ? null : new Date(finding.since).toISOString(),
    summary: alarmText(alarm, event),
    ...(event === 'raised' ? { look_at: finding.advice } : {}),
    ...(event === 'raised' && finding.tickets.length > 0
      ? {
          tickets: finding.tickets.map((ticket) => ({
            ticket: ticket.clientNumber,
            provider_ticket: ticket.providerTicket,
            since: new Date(ticket.since).toISOString(),
            reason: ticket.reason,
          })),
        }
      : {}),
  };
  if (event === 'raised') log.error('alarm raised', fields);
  else log.info('alarm cleared', fields);
}
