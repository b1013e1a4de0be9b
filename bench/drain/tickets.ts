import { seededRandom } from '../../adapters/random/seeded-random.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { bodyText, oneOf, titleText } from '../mapping/texts.ts';

/** Rows that demo/itsm/acme.sql has made already, by their keys. */
const GROUPS = [
  { id: 3, name: 'Mainframe Ops' },
  { id: 4, name: 'Network Ops' },
  { id: 5, name: 'Database Ops' },
] as const;
const CALLERS = [
  { id: 3, name: 'Marcus Oyelaran', email: 'marcus.oyelaran@acme.example', phone: '+1 402 555 0177' },
  { id: 5, name: 'Tom Kessler', email: 'tom.kessler@acme.example', phone: null },
] as const;
const LOCATION = { id: 2, name: 'Omaha data center' } as const;
const CI = { id: 1, name: 'LPAR-PROD1', managed_by: 'ensono' } as const;

/** A ticket that both sides have, as AcmeCorp's tables hold it and as rules see it. */
export interface LinkedTicket {
  readonly ticket: Ticket;
  readonly row: Readonly<Record<string, string | number | null>>;
  readonly custom: Readonly<Record<string, string | number | null>> | null;
}

const CREATED = '2026-06-01 08:00:00';

/** Always the same for one count. */
export function linkedTickets(count: number): readonly LinkedTicket[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, (_, index): LinkedTicket => {
    const id = 1000 + index;
    const group = oneOf(random, GROUPS);
    const caller = oneOf(random, CALLERS);
    const own = {
      kind: 'incident',
      title: titleText(random, id),
      description: bodyText(random, 3 + Math.floor(random.next() * 12)),
      status: oneOf(random, ['New', 'On Hold']),
      priority: oneOf(random, ['P2', 'P3']),
      approval: null,
      resolution: null,
      starts_at: null,
      ends_at: null,
    };
    const costCenter = index % 2 === 0 ? '4711' : null;
    const number = `INC${String(id).padStart(7, '0')}`;
    const providerNumber = providerTicket(id);
    const { name, email, phone } = caller;
    return {
      ticket: {
        key: String(id),
        number,
        providerNumber,
        fields: {
          ...own,
          updated: '2026-06-01T08:00:00.000Z',
          group: group.name,
          caller: { name, email, phone },
          location: { name: LOCATION.name },
          ci: { name: CI.name, managed_by: CI.managed_by },
          task: null,
          merged_into: null,
          custom: { cost_center: costCenter },
        },
        comments: [],
      },
      row: {
        ...own,
        id,
        number,
        group_id: group.id,
        caller_id: caller.id,
        location_id: LOCATION.id,
        ci_id: CI.id,
        vendor_ref: providerNumber,
        created_at: CREATED,
        updated_at: CREATED,
        deleted: 0,
      },
      custom:
        costCenter === null
          ? null
          : { ticket_id: id, field: 'cost_center', value: costCenter, changed_at: CREATED },
    };
  });
}

export const providerTicket = (id: number): string => `e-CS${String(id).padStart(7, '0')}`;
