import { describe, expect, it } from 'vitest';
import { loadContract } from '../../../adapters/rules/read-contract-folder.ts';
import type { Contract } from '../../../engine/domain/contract.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import type { Lane } from '../../../engine/domain/lane.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import { mapTicket, matchTrigger } from '../../../engine/map/outbound.ts';
import { actionRequest } from '../../../engine/plan/action-request.ts';
import { planOutbound } from '../../../engine/plan/plan-outbound.ts';
import type { BridgeRequest } from '../../../engine/wire/exchange.ts';
import { updateFieldsOf } from '../../../engine/runtime/link.ts';
import { validateRequest } from '../../../engine/wire/validate-payload.ts';
import { lane, linkedLane, ticket } from '../../support/builders.ts';

async function contractNamed(name: string): Promise<Contract> {
  const { contract } = await loadContract(`rules/${name}`);
  if (contract === null) throw new Error(`rules/${name} does not compile`);
  return contract;
}

async function requestsFor(contract: Contract, ours: Lane, row: Ticket): Promise<readonly BridgeRequest[]> {
  const plan = planOutbound({
    contract,
    lane: ours,
    mapped: mapTicket(contract, row, 0),
    trigger: matchTrigger(contract, row, 0),
    ledger: [],
  });
  const requests =
    plan.kind === 'actions'
      ? plan.actions.flatMap((action) =>
          action.kind === 'attachment' ? [] : [actionRequest(contract, ours, action)],
        )
      : [];
  for (const request of requests) expect(validateRequest(request)).toEqual([]);
  return requests;
}

const ACME: JsonObject = {
  kind: 'incident',
  title: 'Printer "P7" down',
  description: 'Since today.\nPath: C:\\temp',
  status: 'Waiting for Vendor',
  priority: 'P2',
  approval: null,
  resolution: null,
  starts_at: '2026-11-23T20:00:00.000Z',
  ends_at: '2026-11-23T22:00:00.000Z',
  group: 'Network Ops',
  caller: { name: 'Kim Carter', email: 'kim@acme.example', phone: null },
  location: { name: 'Berlin' },
  ci: { name: 'srv-01', managed_by: 'ensono' },
  custom: { cost_center: '4711' },
};
const COMMENT = {
  key: '7',
  fields: {
    body: 'Please hurry',
    author: { name: 'Kim Carter', email: 'kim@acme.example' },
    public: true,
    created: '2026-11-23T14:05:00.000Z',
  },
};

describe('the contract of Acme', () => {
  it('creates an incident with exactly this request', async () => {
    const acme = await contractNamed('acme');
    const row = ticket(ACME, { comments: [COMMENT] });
    const [request, ...others] = await requestsFor(acme, lane(), row);
    expect(others).toEqual([]);
    expect(request).toEqual({
      method: 'POST',
      path: 'tickets',
      body: {
        payload: {
          clientName: 'AcmeCorp',
          clientTicketNumber: 'INC0000001',
          ticketType: 'Incident',
          shortDescription: 'Printer \\"P7\\" down',
          description: [
            'Since today.',
            'Path: C:\\\\temp',
            '',
            '----- Additional information -----',
            'Location: Berlin',
            'Change window: 2026-11-23 20:00 – 2026-11-23 22:00',
            'Cost center: 4711',
            '----- End of additional information -----',
          ].join('\\n'),
          group: 'Ensono Network Support',
          priority: '2',
          contactName: 'Kim Carter',
          contactEmail: 'kim@acme.example',
          cis: 'srv-01',
          comments: [
            {
              body: 'Please hurry',
              commenter: 'Kim Carter',
              commentTime: '2026-11-23 14:05',
              commenterEmail: 'kim@acme.example',
            },
          ],
        },
      },
    });
  });

  it('sends the cost center as an update of the description, and resolves after it', async () => {
    const acme = await contractNamed('acme');
    const { payload } = mapTicket(acme, ticket(ACME), 0);
    const fields = updateFieldsOf(payload);
    const done = { ...ACME, custom: { cost_center: '4712' }, status: 'Resolved', resolution: 'New "fuser"' };
    const requests = await requestsFor(acme, linkedLane({ fields }), ticket(done));
    expect(requests.map(({ path }) => path)).toEqual(['tickets/e-CS0000001', 'tickets/e-CS0000001']);
    expect(requests[0]?.body).toEqual({
      payload: {
        clientName: 'AcmeCorp',
        clientTicketNumber: 'INC0000001',
        ticketType: 'Incident',
        description: expect.stringContaining('Cost center: 4712') as string,
      },
    });
    expect(requests[1]?.body).toEqual({
      payload: {
        clientName: 'AcmeCorp',
        clientTicketNumber: 'INC0000001',
        ticketType: 'Incident',
        status: 'resolved',
        closeNotes: 'New \\"fuser\\"',
      },
    });
  });

  it('keeps a ticket of its own groups', async () => {
    const acme = await contractNamed('acme');
    expect(await requestsFor(acme, lane(), ticket({ ...ACME, group: 'Service Desk' }))).toEqual([]);
  });
});

describe('the contract of Globex', () => {
  it('creates a request with impact and urgency, from statuses that are numbers', async () => {
    const globex = await contractNamed('globex');
    const row = ticket({
      type: 'SR',
      subject: 'More disk',
      text: 'On db7',
      state: 1,
      environment: 'PROD',
      team: 'STORAGE',
      impact: 'high',
      urgency: 'unheard of',
      reporter: { name: 'Lee Park', mail: null },
      solution: null,
      custom: { maintenance_window: null, asset_tag: 'A-1' },
    });
    const [request] = await requestsFor(globex, lane(), row);
    expect(request?.body).toEqual({
      payload: {
        clientName: 'Globex',
        clientTicketNumber: 'INC0000001',
        ticketType: 'Request',
        shortDescription: 'More disk',
        description:
          'On db7\\n\\n----- Additional information -----\\nEnvironment: PROD\\nAsset tag: A-1\\n----- End of additional information -----',
        group: 'Ensono Storage',
        impact: '1',
        urgency: '3',
        contactName: 'Lee Park',
        contactEmail: 'it@globex.example',
      },
    });
  });
});
