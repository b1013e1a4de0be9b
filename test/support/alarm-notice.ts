import type { AlarmEvent } from '../../engine/domain/alarm.ts';
import type { AlarmNotice } from '../../engine/runtime/ports.ts';

const AT = Date.parse('2026-11-23T09:00:00Z');

/** One parked ticket, raised at nine and cleared twelve minutes later. */
export const alarmNotice = (event: AlarmEvent): AlarmNotice => ({
  event,
  contract: 'acme',
  alarm: {
    id: 'a-1',
    raisedAt: AT,
    clearedAt: event === 'raised' ? null : AT + 720_000,
    calmSince: null,
    finding: {
      kind: 'parked',
      value: 1,
      threshold: 1,
      since: AT - 60_000,
      summary: '1 ticket is parked (alarm from 1 on)',
      advice: 'bridgehead journal rules/acme',
      tickets: [
        {
          clientNumber: 'INC0000051',
          providerTicket: null,
          since: AT - 60_000,
          reason: 'the table "status" has no entry for "Weird"',
        },
      ],
    },
    pending: [],
  },
});
