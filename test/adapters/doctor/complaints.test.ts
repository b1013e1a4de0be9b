import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../engine/domain/instant.ts';
import { dropLane } from '../../../engine/runtime/drop-lane.ts';
import { doctor, type DoctorOptions } from '../../../adapters/cli/doctor.ts';
import type { Check } from '../../../adapters/doctor/check.ts';
import { displayWidth } from '../../../adapters/terminal/display-width.ts';
import { runCli } from '../../support/cli-process.ts';
import { openWorld, workDue, type World } from '../../support/world.ts';

let world: World;
const environment = () => ({ ACME_ITSM_DATABASE: world.connection });

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly checks: readonly Check[];
  readonly tickets: readonly { readonly ticket: string; readonly checks: readonly Check[] }[];
}

/** Only the database's setting is there: a complaint needs no bridge. */
async function ask(options: Partial<DoctorOptions>): Promise<Answer> {
  let out = '';
  let err = '';
  const code = await doctor(
    'rules/acme',
    { write: (text) => (out += text) },
    {
      number: null,
      complaint: null,
      format: 'json',
      color: false,
      environment: environment(),
      complaints: { write: (text) => (err += text) },
      ...options,
    },
  );
  expect(err).toBe('');
  const { checks, tickets } = JSON.parse(out) as Omit<Answer, 'code' | 'text'>;
  const all = [...checks, ...tickets.flatMap((one) => one.checks)];
  return { code, checks, tickets, text: all.map(({ verdict, text }) => `${verdict} ${text}`).join('\n') };
}

/**
 * INC0000001 is at the provider, INC0000002 is parked, INC0000003's create is without an answer, INC0000004 is none of the
 * provider's, INC0000005 was dropped; INC0000007 went on as another one there; INC0000008 is there twice at the provider.
 */
beforeAll(async () => {
  world = await openWorld('acme', {
    since: 'now',
    adapt: (contract) => {
      const { outbound } = contract;
      const byType = { Incident: 'new-ticket', Request: 'new-ticket' } as const;
      return { ...contract, outbound: { ...outbound, afterClosed: { ...outbound.afterClosed, byType } } };
    },
  });
  const { clock } = world;
  const sql = (statement: string): Promise<unknown> => world.sql(statement);
  await sql(
    `UPDATE tickets SET status = 'New', description = 'Since 8', group_id = (SELECT id FROM groups WHERE name = 'Mainframe Ops'), kind = 'incident', vendor_ref = NULL, updated_at = '2026-11-01 09:00:00' WHERE id IN (1, 2, 3, 5, 7, 8, 9)`,
  );
  await clock.advance(seconds(10));
  await sql(`UPDATE tickets SET updated_at = :now WHERE id IN (1, 4)`);
  await world.settle(minutes(4));
  await sql(`UPDATE tickets SET updated_at = :now WHERE id = 7`);
  await world.settle(minutes(2));
  world.desk.close(world.providerTicket('INC0000007').ticketNumber, {});
  await world.settle(minutes(2));
  await sql(`UPDATE tickets SET status = 'In Progress', updated_at = :now WHERE id = 7`);
  await world.settle(minutes(4));
  await sql(`UPDATE tickets SET status = 'Weird', updated_at = :now WHERE id IN (2, 5)`);
  await world.settle(minutes(4));
  await dropLane(world.runtime, (await world.lane('INC0000005')).id, {
    by: 'pat',
    because: 'entered by mistake',
  });

  // The create of 8 is carried out twice: its answer is lost, and the number comes only after it was sent again.
  let lost = 0;
  const lossy = world.through((bridge) => ({
    send: async (request) => {
      const answer = await bridge.send(request);
      if (request.method !== 'POST' || lost > 0) return answer;
      lost += 1;
      return { kind: 'no-answer', reason: 'no whole answer within 20 s', reached: true };
    },
  }));
  await sql(`UPDATE tickets SET updated_at = :now WHERE id = 8`);
  await world.poll();
  await clock.advance(seconds(10));
  await workDue(lossy);
  const [first] = world.tenant.tickets().filter((one) => one.clientTicketNumber === 'INC0000008');
  await clock.advance(minutes(3));
  await workDue(world.runtime);
  world.desk.comment(first?.ticketNumber ?? '', { body: 'Who is this?' });
  await world.settle(minutes(4));

  const silent = world.through(() => ({
    send: async () => ({ kind: 'no-answer', reason: 'no whole answer within 20 s', reached: true }),
  }));
  await clock.advance(minutes(30));
  await sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
  await world.settle(minutes(3));
  await sql(`UPDATE tickets SET updated_at = :now WHERE id = 3`);
  await world.poll();
  await clock.advance(seconds(10));
  await workDue(silent);
}, 120_000);
afterAll(() => world.close());

describe('"created here, but not at the provider"', () => {
  test('says that it is there, under which number, since when and why', async () => {
    const { code, text } = await ask({ number: 'INC0000001' });

    expect(code).toBe(0);
    expect(text).toMatch(
      /^ok it is at the provider as e-CS\d+: created there 2026-11-23 09:0\d UTC, because trigger "incidents/,
    );
  });

  test('finds it by the number of the provider as well', async () => {
    const { providerTicket } = await world.lane('INC0000001');
    const { tickets } = await ask({ number: (providerTicket ?? '').replace('e-', '') });
    expect(tickets[0]?.ticket).toBe('INC0000001');
  });

  test('says of each trigger what its condition saw', async () => {
    const { code, text } = await ask({ number: 'INC0000004' });

    expect(code).toBe(1);
    expect(text).toMatch(
      /^fail it is not at the provider, and by the rules it need not be: no trigger holds/,
    );
    expect(text).toMatch(/needs kind = 'incident' and group in .*group is "Service Desk" \(groups\.name/);
  });

  test('says why it is parked, by which line of the rules, and what helps', async () => {
    const { code, tickets } = await ask({ number: 'INC0000002' });

    expect(code).toBe(1);
    expect(tickets[0]?.checks[0]).toMatchObject({
      verdict: 'fail',
      text: expect.stringMatching(
        /stands still since .*no entry for "Weird".*contract\.yaml:\d+\)\]/,
      ) as string,
      help: expect.stringContaining('table') as string,
    });
  });

  test('says that an answer is waited for', async () => {
    const { text } = await ask({ number: 'INC0000003' });
    expect(text).toMatch(
      /^warn its create was sent 2026-11-23 .* no answer came: whether the provider has it is not known/,
    );
  });

  test('says who took it out, and why', async () => {
    const { code, text } = await ask({ number: 'INC0000005' });
    expect(code).toBe(1);
    expect(text).toMatch(/an operator took it out: .*pat.*entered by mistake/);
  });

  test('says what its date hides: an old one, none, one before the go-live; and a row that is no ticket', async () => {
    const dated = async (date: string): Promise<string> => {
      await world.sql(`UPDATE tickets SET updated_at = '${date}' WHERE id = 9`);
      return (await ask({ number: 'INC0000009' })).text;
    };
    expect(await dated('2026-11-23 09:02:00')).toMatch(
      /ok "incidents.*holds now\nfail tickets\.updated_at of its row says 2026-11-23 09:02 UTC, and the engine has read on to/,
    );
    expect(await dated('2025-11-23 09:02:00')).toContain('which is before outbound.since (2026-01-01');
    expect(await dated('soon')).toContain('"soon" is not a date');
    expect(await dated('2026-11-23 11:00:00')).toContain('it is noticed at the next look');
    await world.sql(`UPDATE tickets SET updated_at = '2026-11-23 09:02:00', deleted = 1 WHERE id = 9`);
    expect((await ask({ number: 'INC0000009' })).text).toContain('deleted is 1, and must be 0');
    await world.sql('UPDATE tickets SET deleted = 0 WHERE id = 9');
    expect((await ask({ number: 'INC7777777' })).text).toContain('the engine never heard of it');
  });

  test('lists all that should be there, and leaves out those that need not', async () => {
    const { code, tickets } = await ask({ complaint: 'missing' });

    expect(code).toBe(1);
    const named = tickets.map(({ ticket }) => ticket);
    expect(named).toEqual(expect.arrayContaining(['INC0000002', 'INC0000003', 'INC0000005', 'INC0000009']));
    expect(named).not.toContain('INC0000001');
    expect(named).not.toContain('INC0000004');
  });
});

describe('"a ticket exists twice"', () => {
  test('tells it from the journal: the lost answer, both creates, the second ticket, its cancelling', async () => {
    const cli = await runCli(['doctor', 'rules/acme', 'INC0000008', '--complaint', 'twice'], {
      env: environment(),
    });

    expect(cli.out).toMatch(/1 create accepted, 1 answer to a create lost/);
    expect(cli.out).toMatch(/1 second ticket of the provider's\s+found, 1 cancelled there/);
    expect(cli.out).toMatch(/out create waiting/);
    expect(cli.out).toMatch(/out cancel-surplus sent/);
    for (const line of cli.out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(100);
    const { tickets } = await ask({ complaint: 'twice' });
    expect(tickets.map(({ ticket }) => ticket)).toEqual(['INC0000008', 'INC0000007']);
  });

  test('tells of former numbers, which are none too many, by each of the numbers', async () => {
    const { providerTicket, state } = await world.lane('INC0000007');
    const [former = ''] = state.former;
    expect(former).toMatch(/^e-CS/);
    const words = `ok ${former} had ended before INC0000007 went on there as ${providerTicket ?? ''} (after_closed): `;
    for (const number of ['INC0000007', former, providerTicket ?? '']) {
      const { text } = await ask({ number, complaint: 'twice' });
      expect(text).toContain(words);
    }
    expect((await ask({ number: 'INC0000008', complaint: 'twice' })).text).not.toContain('had ended');

    await world.sql(`UPDATE tickets SET vendor_ref = ? WHERE id IN (4, 6)`, former);
    expect((await ask({ complaint: 'twice' })).text).toContain(
      `fail ${former} stands in 2 rows of tickets: INC0000004, INC0000006; it is a former ticket of INC0000007's, which goes on there as ${providerTicket ?? ''}`,
    );
    await world.sql('UPDATE tickets SET vendor_ref = NULL WHERE id IN (4, 6)');
  });

  test('names the rows that carry one number, and whose it is', async () => {
    const { providerTicket } = await world.lane('INC0000001');
    await world.sql(`UPDATE tickets SET vendor_ref = ? WHERE id = 6`, providerTicket ?? '');
    const { code, text } = await ask({ complaint: 'twice' });

    expect(code).toBe(1);
    expect(text).toContain(
      `fail ${providerTicket ?? ''} stands in 2 rows of tickets: INC0000001, INC0000006; the provider's ticket is INC0000001's`,
    );
    expect((await ask({ number: 'INC0000006' })).text).toContain('stands in 2 rows of tickets');
    await world.sql('UPDATE tickets SET vendor_ref = NULL WHERE id = 6');
  });

  test('changes nothing: what the tables hold is the same afterwards', async () => {
    const before = JSON.stringify([
      await world.sql('SELECT * FROM tickets'),
      await world.sql('SELECT * FROM bh_lanes'),
    ]);
    await ask({ complaint: 'twice' });
    await ask({ complaint: 'missing' });
    await ask({ number: 'INC0000002' });
    expect(
      JSON.stringify([await world.sql('SELECT * FROM tickets'), await world.sql('SELECT * FROM bh_lanes')]),
    ).toBe(before);
  });
});
