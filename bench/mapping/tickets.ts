import { seededRandom } from '../../adapters/random/seeded-random.ts';
import { minutes } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Ticket, TicketComment } from '../../engine/domain/ticket.ts';
import type { Random } from '../../engine/runtime/ports.ts';
import { bodyText, oneOf, titleText } from './texts.ts';
import { NOW } from './work.ts';

export type Client = 'acme' | 'globex';

/** Tickets as the sample clients' tables hold them, about 2 kB each: always the same for one seed. */
export function ticketsOf(client: Client, count: number, seed = 1): readonly Ticket[] {
  const random = seededRandom(seed);
  const make = client === 'acme' ? acmeTicket : globexTicket;
  return Array.from({ length: count }, (_, index) => make(random, index + 1));
}

function acmeTicket(random: Random, id: number): Ticket {
  const drawn = random.next() < 0.8 ? 'incident' : 'request';
  const kind = id % 16 === 5 ? 'task' : drawn;
  const status = oneOf(random, ['New', 'In Progress', 'On Hold', 'Waiting for Vendor', 'In Progress']);
  const hasDates = drawn === 'request' && random.next() < 0.7;
  return {
    key: String(id),
    number: `INC${String(id).padStart(7, '0')}`,
    providerNumber: null,
    fields: {
      kind,
      title: titleText(random, id),
      description: bodyText(random, 3 + Math.floor(random.next() * 12)),
      status,
      priority: oneOf(random, ['P1', 'P2', 'P3', 'P4']),
      approval: kind === 'request' ? 'approved' : null,
      resolution: null,
      starts_at: hasDates ? dateText(random) : null,
      ends_at: hasDates ? dateText(random) : null,
      updated: dateText(random),
      group: oneOf(random, ['Mainframe Ops', 'Network Ops', 'Database Ops', 'Service Desk']),
      caller:
        random.next() < 0.1
          ? null
          : {
              name: 'Priya Raman',
              email: 'priya.raman@acme.example',
              phone: random.next() < 0.3 ? null : '+1 312 555 0119',
            },
      location: random.next() < 0.2 ? null : { name: 'Omaha data center' },
      ci: random.next() < 0.3 ? null : { name: 'LPAR-PROD1', managed_by: 'ensono' },
      task:
        kind === 'task' ? { category: 'Media', site: 'Omaha data center', steps: 'Mount tape 0417' } : null,
      merged_into: id % 32 === 12 ? { number: 'INC0000001' } : null,
      custom: { cost_center: random.next() < 0.5 ? null : '4711' },
    },
    comments: commentsOf(random, id, (index) => ({
      body: bodyText(random, 1 + index),
      author: { name: 'Marcus Oyelaran', email: 'marcus.oyelaran@acme.example' },
      public: random.next() < 0.7,
      created: dateText(random),
    })),
  };
}

function globexTicket(random: Random, id: number): Ticket {
  return {
    key: String(id),
    number: `GX-${String(id).padStart(5, '0')}`,
    providerNumber: null,
    fields: {
      type: random.next() < 0.8 ? 'IN' : 'SR',
      subject: titleText(random, id),
      text: bodyText(random, 3 + Math.floor(random.next() * 12)),
      state: oneOf(random, [1, 2, 3, 2]),
      impact: oneOf(random, ['high', 'medium', 'low']),
      urgency: oneOf(random, ['high', 'medium', 'low']),
      environment: random.next() < 0.9 ? 'PROD' : 'TEST',
      solution: null,
      modified: dateText(random),
      team: oneOf(random, ['UNIX', 'STORAGE', 'BACKUP', 'INTERNAL IT', 'SAP']),
      reporter: { name: 'Katrin Brandt', mail: random.next() < 0.2 ? null : 'katrin.brandt@globex.example' },
      custom: {
        maintenance_window: random.next() < 0.5 ? null : 'Sa 22:00 - So 04:00',
        asset_tag: random.next() < 0.3 ? null : 'GX-SRV-0707',
      },
    },
    comments: commentsOf(random, id, (index) => ({
      text: bodyText(random, 1 + index),
      who: random.next() < 0.1 ? null : 'Katrin Brandt',
      visibility: random.next() < 0.7 ? 'C' : 'W',
      at: dateText(random),
    })),
  };
}

/** None to three of them. */
const commentsOf = (
  random: Random,
  id: number,
  fields: (index: number) => JsonObject,
): readonly TicketComment[] =>
  Array.from({ length: Math.floor(random.next() * 4) }, (_, index) => ({
    key: String(id * 10 + index),
    fields: fields(index),
  }));

const dateText = (random: Random): string =>
  new Date(NOW - Math.floor(random.next() * minutes(60 * 24 * 30))).toISOString();
