import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import type { RequestRecord } from '../../adapters/simulator/request-log.ts';
import { eventually, openBothContracts, type BothContracts } from '../support/both-contracts.ts';
import { runCli, type CliEnd, type CliProcess } from '../support/cli-process.ts';
import type { DatabaseKind } from '../support/databases.ts';
import { useMysqlServer } from '../support/mysql-server.ts';
import { wallClockText, type Row } from '../support/people.ts';
import { block, GO_LIVE, SOME_MINUTE, theirComment } from './tickets-at-go-live.ts';
import { ACME_AT_THE_END, GLOBEX_AT_THE_END } from './tickets-at-the-end.ts';

/*
 * Both sample contracts, end to end, as they run in life: engine, provider and people are processes of their own that
 * meet over HTTP and SQL. What each side must come to hold is written out here, value by value: nothing of the engine
 * or of the contracts is asked what it should be.
 */

const mysqlUrl = useMysqlServer();

const clientOf = (number: string): SampleClient => (number.startsWith('INC') ? 'acme' : 'globex');

/** What both sides are about: no numbers that the provider counts, no times of its own. */
function shown(ticket: ProviderTicket, client: SampleClient): Row {
  const { clientTicketNumber, ticketType, status, shortDescription, description, group } = ticket;
  const { priority, impact, urgency, contactName, contactEmail, contactPhone, cis, closeNotes } = ticket;
  return {
    clientTicketNumber,
    ticketType,
    status,
    shortDescription,
    description,
    group,
    ...(client === 'acme' ? { priority } : { impact, urgency }),
    contactName,
    contactEmail,
    contactPhone,
    cis,
    closeNotes,
    comments: ticket.comments.map(({ by, body, commenter, commentTime, commenterEmail }) => ({
      by,
      body,
      commenter,
      commentTime,
      commenterEmail,
    })),
  };
}

/** What was sent of a ticket and had its effect, without the identity that every payload carries. */
function changesSent(calls: readonly RequestRecord[], number: string): readonly unknown[] {
  return calls.flatMap(({ call, effect, body }) => {
    const { payload } = body as { readonly payload: Readonly<Record<string, unknown>> };
    const { clientName, clientTicketNumber, ticketType, ...rest } = payload;
    if (clientTicketNumber !== number || !effect || call === 'create') return [];
    expect(clientName).toBe(clientOf(number) === 'acme' ? 'AcmeCorp' : 'Globex');
    expect(['Incident', 'Request']).toContain(ticketType);
    return [{ [String(call)]: rest }];
  });
}

describe.each<DatabaseKind>(['SQLite', 'MariaDB'])('both contracts on %s', (kind) => {
  let world: BothContracts;
  let engine: CliProcess;
  /** What was written by the engines that have ended. */
  const ended: CliEnd[] = [];
  let liveSince = 0;

  beforeAll(async () => {
    world = await openBothContracts(kind, mysqlUrl);
    liveSince = world.now();
    return () => world.end();
  });

  const acmeTicket = (number: string, set: string): Promise<void> =>
    world.acme.write(`UPDATE tickets SET ${set}, updated_at = :now WHERE number = '${number}'`);
  const globexCase = (number: string, set: string): Promise<void> =>
    world.globex.write(`UPDATE hd_case SET ${set}, mod_ts = :now WHERE case_no = '${number}'`);

  const acmeRow = async (number: string): Promise<Row | undefined> =>
    (
      await world.acme.read(
        `SELECT t.kind, t.title, t.description, t.status, t.priority, g.name AS team, u.email AS caller,
                t.resolution, t.vendor_ref, t.deleted, t.approval, t.location_id, t.ci_id
         FROM tickets t LEFT JOIN \`groups\` g ON g.id = t.group_id LEFT JOIN users u ON u.id = t.caller_id
         WHERE t.number = ?`,
        number,
      )
    )[0];
  const globexRow = async (number: string): Promise<Row | undefined> =>
    (
      await world.globex.read(
        `SELECT c.case_type, c.subject, c.long_text, c.state_cd, c.impact_cd, c.urgency_cd, c.env_cd,
                t.short_name AS team, p.login, c.solution_text, c.ext_ref, c.mod_user
         FROM hd_case c JOIN hd_team t ON t.team_id = c.team_id LEFT JOIN hd_person p ON p.person_id = c.person_id
         WHERE c.case_no = ?`,
        number,
      )
    )[0];
  const acmeComments = (number: string): Promise<readonly Row[]> =>
    world.acme.read(
      `SELECT c.body, u.email AS author, c.is_public FROM comments c
       JOIN tickets t ON t.id = c.ticket_id JOIN users u ON u.id = c.author_id WHERE t.number = ? ORDER BY c.id`,
      number,
    );
  const globexNotes = (number: string): Promise<readonly Row[]> =>
    world.globex.read(
      `SELECT entry_text, entry_by, audience FROM hd_journal
       WHERE case_no = ? AND entry_kind = 'NOTE' ORDER BY entry_no`,
      number,
    );

  /** Waits until the provider holds exactly this of a ticket. */
  const providerHolds = (expected: { readonly clientTicketNumber: string }): Promise<void> =>
    eventually(async () => {
      const client = clientOf(expected.clientTicketNumber);
      expect(shown(await world.providerTicket(client, expected.clientTicketNumber), client)).toEqual(
        expected,
      );
    });
  const journal = async (folder: string, ...args: readonly string[]): Promise<readonly string[]> => {
    const { code, out } = await runCli(['journal', folder, ...args], { cwd: world.folder, env: world.env });
    expect(code).toBe(0);
    return out.trimEnd().split('\n');
  };
  /** `out create sent`, … in order. */
  const outcomes = async (folder: string, ticket: string): Promise<readonly string[]> =>
    (await journal(folder, ticket)).map((line) => line.split('  ').slice(2, 4).join(' '));

  test('go-live: the tickets that the triggers name are created, with what was written before', async () => {
    const dated = 'UPDATE comments SET created_at = ? WHERE id = ?';
    await world.acme.write(dated, '2026-01-05 08:30:00', 1);
    await world.acme.write(dated, '2026-01-05 09:00:00', 2);
    await world.acme.write(dated, '2026-01-05 09:15:00', 3);
    await world.acme.write(dated, '2026-01-05 10:00:00', 4);
    await world.acme.write(
      `UPDATE tickets SET starts_at = '2026-03-29 00:30:00', ends_at = '2026-03-29 04:00:00' WHERE id = 6`,
    );
    const noted = 'UPDATE hd_journal SET entry_ts = ? WHERE entry_no = ?';
    await world.globex.write(noted, '2026-01-15 09:30:00', 2);
    await world.globex.write(noted, '2026-07-15 09:30:00', 4);

    engine = world.startEngine();
    for (const expected of Object.values(GO_LIVE)) await providerHolds(expected);

    // Nothing but these has travelled, and each row carries the number that the provider gave its ticket.
    for (const [client, numbers] of [
      ['acme', ['INC0000001', 'INC0000002', 'INC0000003', 'INC0000006']],
      ['globex', ['GX-00101', 'GX-00102', 'GX-00103', 'GX-00107', 'GX-00110']],
    ] as const) {
      const tickets = await world.provider.tickets(client);
      expect(tickets.map(({ clientTicketNumber }) => clientTicketNumber).sort()).toEqual(numbers);
      await eventually(async () => {
        const linked =
          client === 'acme'
            ? await world.acme.read(
                'SELECT number, vendor_ref AS theirs FROM tickets WHERE vendor_ref IS NOT NULL',
              )
            : await world.globex.read(
                'SELECT case_no AS number, ext_ref AS theirs FROM hd_case WHERE ext_ref IS NOT NULL',
              );
        expect(new Map(linked.map(({ number, theirs }) => [number, theirs]))).toEqual(
          new Map(tickets.map(({ clientTicketNumber, ticketNumber }) => [clientTicketNumber, ticketNumber])),
        );
      });
    }
    const refused = (await world.calls('acme')).filter(({ call, effect }) => call === 'create' && !effect);
    expect(refused.map(({ body }) => (body as { payload: { group: string } }).payload.group)).toEqual([
      'Ensono Database',
    ]);
  });

  test('the clients work: only what changed is sent, internal notes stay, a lost answer makes no second ticket', async () => {
    await world.provider.loseNextCreateAnswer('acme');
    await world.acme.write(
      `INSERT INTO tickets (id, number, kind, title, description, status, priority, group_id, caller_id, created_at, updated_at, deleted)
       VALUES (20, 'INC0000020', 'incident', 'Port flaps on core-sw-oma-01', ?, 'New', 'P9', 4, 5, :now, :now, 0)`,
      'Path C:\\new is fine,\tthe rest is not.',
    );
    await acmeTicket('INC0000001', `priority = 'P1'`);
    await world.acme.write(
      `UPDATE custom_values SET value = '4821', changed_at = :now WHERE ticket_id = 6 AND field = 'cost_center'`,
    );
    const comment = `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (2, 4, ?, ?, :now)`;
    await world.acme.write(comment, 'The "backup" link is at 80 %.\nPlease hurry.', 1);
    await world.acme.write(comment, 'Internal: the board asks for a status at five.', 0);
    await acmeTicket('INC0000003', `status = 'Resolved', resolution = 'The release was rolled back.'`);

    await globexCase('GX-00101', 'state_cd = 2');
    const note = `INSERT INTO hd_journal (case_no, entry_kind, audience, entry_by, entry_ts, entry_text) VALUES ('GX-00101', 'NOTE', ?, 'Katrin Brandt', :now, ?)`;
    await world.globex.write(note, 'C', 'Logs bis 02:00 sind ausgelagert, 40 % frei.');
    await world.globex.write(note, 'W', 'Intern: bitte nicht weitersagen.');
    await world.globex.write(
      `UPDATE hd_case_attr SET attr_value = 'So 02:00 - 06:00', attr_ts = :now WHERE case_id = 102 AND attr_name = 'MAINT_WINDOW'`,
    );
    await globexCase('GX-00103', `state_cd = 6, solution_text = 'Zurückgespielt.'`);
    await globexCase('GX-00110', 'team_id = 40');

    const acmeChanges: Readonly<Record<string, object>> = {
      INC0000001: { priority: '1' },
      INC0000002: {
        comments: [
          ...GO_LIVE.INC0000002.comments,
          theirComment(
            'The "backup" link is at 80 %.\nPlease hurry.',
            'Priya Raman',
            SOME_MINUTE,
            'priya.raman@acme.example',
          ),
        ],
      },
      INC0000003: { status: 'resolved', closeNotes: 'The release was rolled back.' },
      INC0000006: {
        description:
          'The regression tests of release 14 need more DASD.' +
          block(
            'Location: Omaha data center',
            'Change window: 2026-03-29 00:30 – 2026-03-29 04:00',
            'Cost center: 4821',
          ),
      },
    };
    const globexChanges: Readonly<Record<string, object>> = {
      'GX-00101': {
        status: 'workinprogress',
        comments: [
          ...GO_LIVE['GX-00101'].comments,
          theirComment('Logs bis 02:00 sind ausgelagert, 40 % frei.', 'Katrin Brandt', SOME_MINUTE),
        ],
      },
      'GX-00102': {
        description:
          'Nur noch zwei von vier Pfaden aktiv, Redundanz verloren.' +
          block('Environment: PROD', 'Maintenance window: So 02:00 - 06:00', 'Asset tag: GX-ESX-0012'),
      },
      'GX-00103': { status: 'resolved', closeNotes: 'Zurückgespielt.' },
      'GX-00107': {},
      // One of Globex's own teams has taken it over.
      'GX-00110': { group: 'Client Generic', status: 'pending' },
    };
    for (const expected of Object.values(GO_LIVE))
      await providerHolds({
        ...expected,
        ...{ ...acmeChanges, ...globexChanges }[expected.clientTicketNumber],
      });
    await providerHolds({
      clientTicketNumber: 'INC0000020',
      ticketType: 'Incident',
      status: 'open',
      shortDescription: 'Port flaps on core-sw-oma-01',
      description: 'Path C:\\new is fine,\tthe rest is not.',
      group: 'Ensono Network Support',
      priority: '3',
      contactName: 'Tom Kessler',
      contactEmail: 'tom.kessler@acme.example',
      contactPhone: '',
      cis: '',
      closeNotes: '',
      comments: [],
    } as { readonly clientTicketNumber: string });
    await eventually(async () => {
      const { ticketNumber } = await world.providerTicket('acme', 'INC0000020');
      expect((await acmeRow('INC0000020'))?.vendor_ref).toBe(ticketNumber);
    });
    expect(await outcomes('rules/acme', 'INC0000020')).toEqual([
      'out create waiting',
      'in ReturnEnsonoNum applied',
    ]);

    const calls = await world.calls();
    const lines = (...texts: readonly string[]): string => texts.join('\\n');
    expect(changesSent(calls, 'INC0000001')).toEqual([{ update: { priority: '1' } }]);
    expect(changesSent(calls, 'INC0000002')).toEqual([
      { update: { status: 'workinprogress' } },
      {
        notes: {
          comments: [
            {
              body: 'The \\"backup\\" link is at 80 %.\\nPlease hurry.',
              commenter: 'Priya Raman',
              commenterEmail: 'priya.raman@acme.example',
              commentTime: SOME_MINUTE,
            },
          ],
        },
      },
    ]);
    expect(changesSent(calls, 'INC0000003')).toEqual([
      { update: { status: 'resolved', closeNotes: 'The release was rolled back.' } },
    ]);
    expect(changesSent(calls, 'INC0000006')).toEqual([
      {
        update: {
          description: lines(
            'The regression tests of release 14 need more DASD.',
            '',
            '----- Additional information -----',
            'Location: Omaha data center',
            'Change window: 2026-03-29 00:30 – 2026-03-29 04:00',
            'Cost center: 4821',
            '----- End of additional information -----',
          ),
        },
      },
    ]);
    expect(changesSent(calls, 'GX-00101')).toEqual([
      { update: { status: 'workinprogress' } },
      {
        notes: {
          comments: [
            {
              body: 'Logs bis 02:00 sind ausgelagert, 40 % frei.',
              commenter: 'Katrin Brandt',
              commentTime: SOME_MINUTE,
            },
          ],
        },
      },
    ]);
    expect(changesSent(calls, 'GX-00103')).toEqual([
      { update: { status: 'resolved', closeNotes: 'Zurückgespielt.' } },
    ]);
    expect(changesSent(calls, 'GX-00110')).toEqual([
      { update: { group: 'Client Generic', status: 'pending' } },
    ]);
  });

  test('killed in the middle of the work and started again: what came and what changed takes effect once', async () => {
    const { provider } = world;
    const before = (await world.calls()).at(-1)?.id ?? 0;
    await acmeTicket('INC0000002', `title = 'Packet loss on the Omaha link'`);
    await globexCase('GX-00107', `subject = 'Snapshots 30 Tage aufbewahren'`);
    await provider.open('acme', {
      shortDescription: 'Tape library 2 reports an open door',
      description: 'The door sensor has been on since 03:12.\nNobody is on site.',
      group: 'Ensono Mainframe',
      priority: '2',
    });
    await provider.open('acme', {
      shortDescription: 'Printer in the lobby is out of paper',
      group: 'Ensono Service Desk',
      priority: '4',
    });
    await provider.open('globex', {
      ticketType: 'Request',
      shortDescription: 'Sicherungsfenster für gxmail03 verlängern',
      description: 'Die Sicherung läuft über das Fenster hinaus: C:\\Daten ist größer als „geplant“.',
      group: 'Ensono Backup',
      impact: '2',
      urgency: '1',
    });
    await provider.act('acme', 'INC0000001', 'comment', {
      body: 'Step 040 restarted.\nWe watch it.',
      commenter: 'Ravi Menon',
    });
    await provider.act('globex', 'GX-00101', 'comment', {
      body: 'Platz wird um 200 GB erweitert.',
      commenter: 'Ravi Menon',
    });
    // Only what `changed` names counts, whatever else a message says.
    await provider.act('acme', 'INC0000006', 'update', {
      status: 'workinprogress',
      message: { shortDescription: 'Not in changed', priority: '1', group: 'Ensono Network Support' },
    });

    await vi.waitFor(
      async () => {
        const calls = await world.calls();
        expect(calls.some(({ id, effect }) => id > before && effect)).toBe(true);
      },
      { timeout: 45_000, interval: 5 },
    );
    engine.kill('SIGKILL');
    ended.push(await engine.ended);
    expect(ended.at(-1)?.signal).toBe('SIGKILL');

    // MariaDB does not draw a number twice, not even that of a ticket whose transaction died with the engine. So that
    // the numbers can be written out below, the next ones follow the last again.
    if (kind === 'MariaDB') {
      await world.acme.write('ALTER TABLE tickets AUTO_INCREMENT = 1');
      await world.globex.write('ALTER TABLE hd_case AUTO_INCREMENT = 1');
    }

    // Nobody waits for it.
    await globexCase('GX-00102', `subject = 'SAN-Pfade zu gxesx12 fehlen'`);
    await provider.act('acme', 'INC0000002', 'update', { status: 'pending' });
    await provider.act('globex', 'GX-00101', 'comment', {
      body: 'Erledigt bis 18 Uhr.',
      commenter: 'Ravi Menon',
    });
    engine = world.startEngine();

    await eventually(async () => {
      expect(await acmeRow('INC0000021')).toEqual({
        kind: 'incident',
        title: 'Tape library 2 reports an open door',
        description: 'The door sensor has been on since 03:12.\nNobody is on site.',
        status: 'New',
        priority: 'P2',
        team: 'Mainframe Ops',
        caller: 'bridge@acme.example',
        resolution: '',
        vendor_ref: (await world.providerTicket('acme', 'INC0000021')).ticketNumber,
        deleted: 0,
        approval: null,
        location_id: null,
        ci_id: null,
      });
      expect(await globexRow('GX-00111')).toEqual({
        case_type: 'SR',
        subject: 'Sicherungsfenster für gxmail03 verlängern',
        long_text: 'Die Sicherung läuft über das Fenster hinaus: C:\\Daten ist größer als „geplant“.',
        state_cd: 1,
        impact_cd: 'medium',
        urgency_cd: 'high',
        env_cd: 'PROD',
        team: 'BACKUP',
        login: 'EBRIDGE',
        solution_text: '',
        ext_ref: (await world.providerTicket('globex', 'GX-00111')).ticketNumber,
        mod_user: 'EBRIDGE',
      });
      expect((await acmeComments('INC0000001')).slice(3)).toEqual([
        { body: 'Step 040 restarted.\nWe watch it.', author: 'bridge@acme.example', is_public: 1 },
      ]);
      expect((await globexNotes('GX-00101')).slice(5)).toEqual([
        { entry_text: 'Platz wird um 200 GB erweitert.', entry_by: 'Ravi Menon (Ensono)', audience: 'C' },
        { entry_text: 'Erledigt bis 18 Uhr.', entry_by: 'Ravi Menon (Ensono)', audience: 'C' },
      ]);
      expect(await acmeRow('INC0000006')).toMatchObject({
        title: 'Additional 200 GB for LPAR-TEST2',
        status: 'In Progress',
        priority: 'P3',
        team: 'Mainframe Ops',
      });
      expect(await acmeRow('INC0000002')).toMatchObject({
        title: 'Packet loss on the Omaha link',
        status: 'On Hold',
      });
    });
    // Their dates are on Berlin's clocks, whatever the time zone of the process.
    const { openedAt } = await world.providerTicket('globex', 'GX-00111');
    const [dates] = await world.globex.read(`SELECT open_ts, mod_ts FROM hd_case WHERE case_no = 'GX-00111'`);
    for (const written of [dates?.open_ts, dates?.mod_ts]) {
      expect(String(written) >= wallClockText(openedAt, 'Europe/Berlin')).toBe(true);
      expect(String(written) <= wallClockText(world.now(), 'Europe/Berlin')).toBe(true);
    }
    await eventually(async () => {
      const held = async (client: SampleClient, number: string) =>
        (await world.providerTicket(client, number)).shortDescription;
      expect(await held('acme', 'INC0000002')).toBe('Packet loss on the Omaha link');
      expect(await held('globex', 'GX-00107')).toBe('Snapshots 30 Tage aufbewahren');
      expect(await held('globex', 'GX-00102')).toBe('SAN-Pfade zu gxesx12 fehlen');
    });
  });

  test('re-opened, closed, handed back: the clients, and the provider', async () => {
    const { provider } = world;
    await acmeTicket('INC0000003', `status = 'In Progress'`);
    await globexCase('GX-00103', 'state_cd = 7');
    await globexCase('GX-00110', 'team_id = 10');
    await provider.act('acme', 'INC0000001', 'resolve', { closeNotes: 'Input repaired.\nJob ended.' });
    await provider.act('globex', 'GX-00107', 'update', { impact: '1', group: 'Ensono Unix' });
    // The provider's users see, and send back, what the engine has put behind the description.
    await provider.act('globex', 'GX-00102', 'update', {
      description:
        'Nur noch ein Pfad aktiv.' +
        block('Environment: PROD', 'Maintenance window: So 02:00 - 06:00', 'Asset tag: GX-ESX-0012'),
    });

    await eventually(async () => {
      expect((await world.providerTicket('acme', 'INC0000003')).status).toBe('workinprogress');
      expect((await world.providerTicket('globex', 'GX-00103')).status).toBe('closed');
      expect(await world.providerTicket('globex', 'GX-00110')).toMatchObject({
        group: 'Ensono Unix',
        status: 'open',
      });
      expect(await acmeRow('INC0000001')).toMatchObject({
        status: 'Resolved',
        resolution: 'Input repaired.\nJob ended.',
      });
      expect(await globexRow('GX-00107')).toMatchObject({
        impact_cd: 'high',
        urgency_cd: 'low',
        team: 'UNIX',
        state_cd: 3,
      });
      expect((await globexRow('GX-00102'))?.long_text).toBe('Nur noch ein Pfad aktiv.');
    });

    await acmeTicket('INC0000003', `status = 'Closed', resolution = 'No deadlocks since.'`);
    await provider.act('acme', 'INC0000001', 'reopen', {});
    await provider.act('globex', 'GX-00107', 'close', { closeNotes: 'Auf 30 Tage gestellt.' });
    await eventually(async () => {
      expect(await world.providerTicket('acme', 'INC0000003')).toMatchObject({
        status: 'closed',
        closeNotes: 'No deadlocks since.',
      });
      expect((await acmeRow('INC0000001'))?.status).toBe('New');
      expect(await globexRow('GX-00107')).toMatchObject({
        state_cd: 7,
        solution_text: 'Auf 30 Tage gestellt.',
      });
    });
  });

  test('both sides agree, field by field, and nothing is left to say', async () => {
    await world.twoPollsMore();
    const calls = await world.calls();
    await world.twoPollsMore();
    expect((await world.calls()).slice(calls.length)).toEqual([]);
    for (const client of ['acme', 'globex'] as const) expect(await world.provider.unread(client)).toBe(0);

    for (const [number, [ours, theirs]] of Object.entries({ ...ACME_AT_THE_END, ...GLOBEX_AT_THE_END })) {
      const client = clientOf(number);
      const ticket = await world.providerTicket(client, number);
      expect(shown(ticket, client), number).toEqual(theirs);
      const row = await (client === 'acme' ? acmeRow(number) : globexRow(number));
      const link = client === 'acme' ? { vendor_ref: ticket.ticketNumber } : { ext_ref: ticket.ticketNumber };
      expect(row, number).toEqual({ ...ours, ...link });
    }

    // No ticket is there twice, and none has come to a client that is not named above but the printer's, dropped.
    const known = { acme: Object.keys(ACME_AT_THE_END), globex: Object.keys(GLOBEX_AT_THE_END) };
    const numbers = async (client: SampleClient) =>
      (await world.provider.tickets(client)).map(({ clientTicketNumber }) => clientTicketNumber).sort();
    expect(await numbers('acme')).toEqual(['', ...known.acme].sort());
    expect(await numbers('globex')).toEqual([...known.globex].sort());
    const [atClient] = await world.acme.read('SELECT COUNT(*) AS tickets FROM tickets');
    expect(Number(atClient?.tickets)).toBe(12);
    const [atOther] = await world.globex.read('SELECT COUNT(*) AS cases FROM hd_case');
    expect(Number(atOther?.cases)).toBe(11);
    // The custom fields are the client's own.
    expect(
      await world.globex.read(
        'SELECT attr_name, attr_value FROM hd_case_attr WHERE case_id = 102 ORDER BY attr_id',
      ),
    ).toEqual([
      { attr_name: 'ASSET_TAG', attr_value: 'GX-ESX-0012' },
      { attr_name: 'MAINT_WINDOW', attr_value: 'So 02:00 - 06:00' },
    ]);
  });

  test('SIGTERM ends it in good order: exit code 0, and a last word of every contract on what waits', async () => {
    engine.kill('SIGTERM');
    const end = await engine.ended;
    ended.push(end);
    expect(end).toMatchObject({ code: 0, signal: null });
    const lines = logLines(end.out);
    for (const contract of ['acme', 'globex'])
      expect(lines.filter((line) => line.contract === contract).at(-1)).toMatchObject({
        level: 'info',
        step: 'contract ended',
        messages_waiting: 0,
        calls_without_answer: 0,
        lanes_parked: 0,
        summary: expect.stringMatching(/^(nothing waits|all of this is kept)/) as unknown,
      });
  });

  test('the log is one JSON object a line, of a contract, without secrets', () => {
    expect(ended).toHaveLength(2);
    for (const { out, err } of ended) {
      const lines = logLines(out);
      expect(lines.length).toBeGreaterThan(20);
      for (const line of lines) {
        expect(line).toMatchObject({
          step: expect.stringMatching(/./) as unknown,
          contract: expect.stringMatching(/^(acme|globex)$/) as unknown,
          level: expect.stringMatching(/^(info|warn)$/) as unknown,
        });
        const at = Date.parse(String(line.time));
        expect(at >= liveSince && at <= world.now()).toBe(true);
      }
      for (const secret of ['acme-demo-key', 'globex-demo-key', ...passwordOf(world.env.ACME_ITSM_DATABASE)])
        expect(`${out}${err}`).not.toContain(secret);
    }
  });

  test('the journal names the outcome of every transaction', async () => {
    const printer = (await world.provider.tickets('acme')).find(
      ({ clientTicketNumber }) => clientTicketNumber === '',
    );
    const [acme, globex, ofOne, dropped] = await Promise.all([
      journal('rules/acme', '--json', '--limit', '1000'),
      journal('rules/globex', '--json', '--limit', '1000'),
      outcomes('rules/acme', 'INC0000001'),
      journal('rules/acme', printer?.ticketNumber ?? ''),
    ]);
    // What the killed engine had not deleted yet came once more.
    expect(ofOne.filter((outcome) => outcome !== 'in Notes duplicate')).toEqual([
      'out create sent',
      'out update sent',
      'in Notes applied',
      'in Closure applied',
      'in Update applied',
    ]);
    expect(dropped.find((line) => !line.includes('in Create  duplicate'))).toMatch(
      / {2}in Create {2}dropped {2}.*\[printers are not in the contract \(rules\/acme\/contract\.yaml:\d+\)\] {2}rules [0-9a-f]{12}/,
    );

    const entries = [...acme, ...globex].map((line) => JSON.parse(line) as JournalEntry);
    const became = (number: string): readonly string[] =>
      entries
        .filter(({ clientNumber }) => clientNumber === number)
        .map(({ transaction, outcome }) => `${transaction} ${outcome}`);
    expect(became('INC0000003')).toEqual([
      'create refused',
      'create sent',
      'resolve sent',
      'update sent',
      'resolve sent',
      'close sent',
    ]);
    expect(became('GX-00103')).toEqual(['create sent', 'resolve sent', 'close sent']);
    expect(became('INC0000004')).toEqual(['plan held']);

    const messages = new Set(
      entries.filter(({ direction }) => direction === 'in').map(({ transactionId }) => transactionId),
    );
    expect(messages.size).toBe(14);
  });
});

/** A killed process may have left half a line. */
const logLines = (out: string): readonly Readonly<Record<string, unknown>>[] =>
  out
    .slice(0, out.lastIndexOf('\n'))
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

const passwordOf = (connection = ''): readonly string[] =>
  connection.startsWith('mysql:') ? [new URL(connection).password] : [];
