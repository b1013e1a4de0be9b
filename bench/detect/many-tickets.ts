import type { Knex } from 'knex';
import type { Server } from '../drain/world.ts';

/** Rows of the first statement; each further one doubles what is there. */
const FIRST = 1000;
const BEFORE = '2026-06-01 08:00:00';

/** Fills AcmeCorp's table with so many tickets that were last changed long ago. */
export async function fillTickets(knex: Knex, { kind }: Server, count: number): Promise<void> {
  await knex.batchInsert(
    'tickets',
    Array.from({ length: Math.min(FIRST, count) }, (_, index) => ({
      id: index + 1,
      number: `T${index + 1}`,
      kind: 'incident',
      title: 'Nightly batch ORDP120 abended with S0C7',
      description: 'Job ORDP120 ended with S0C7 in step 040 at 02:14; restart from there is fine.',
      status: 'New',
      priority: 'P3',
      group_id: 3 + (index % 3),
      caller_id: 3,
      created_at: BEFORE,
      updated_at: BEFORE,
      deleted: 0,
    })),
    100,
  );
  const number = kind === 'SQLite' ? "'T' || (id + :have)" : "CONCAT('T', id + :have)";
  for (let have = Math.min(FIRST, count); have < count; have *= 2) {
    const more = Math.min(have, count - have);
    await knex.raw(
      `INSERT INTO tickets (id, number, kind, title, description, status, priority, group_id, caller_id, created_at, updated_at, deleted)
       SELECT id + :have, ${number}, kind, title, description, status, priority, group_id, caller_id, created_at, updated_at, deleted
       FROM tickets WHERE id <= :more`,
      { have, more },
    );
  }
  if (kind === 'MariaDB') await knex.raw('ANALYZE TABLE tickets');
}

/** A hundred of them, spread over the whole table, are edited now. */
export async function editSome(knex: Knex, count: number, edited: number, at: string): Promise<void> {
  const ids = Array.from({ length: edited }, (_, index) => 1 + Math.floor((index * count) / edited));
  await knex('tickets').whereIn('id', ids).update({ priority: 'P1', updated_at: at });
}
