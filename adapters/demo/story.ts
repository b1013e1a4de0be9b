import type { ClientStaff } from './client-staff.ts';
import type { SampleClient } from './load-sample-itsm.ts';
import type { ProviderControl } from './provider-control.ts';

/** Who can do something in the story. */
export interface Cast {
  readonly staff: Readonly<Record<SampleClient, ClientStaff>>;
  readonly provider: ProviderControl;
}

/** What people on either side do at about the same time; the next chapter begins when both sides agree again. */
export interface Chapter {
  readonly title: string;
  readonly deeds: readonly Deed[];
}

export interface Deed {
  readonly by: SampleClient | 'provider';
  /** In plain words, as somebody watching would say it. */
  readonly says: string;
  readonly does: (cast: Cast) => Promise<void>;
}

const acmeTicket = (number: string, set: string): string =>
  `UPDATE tickets SET ${set}, updated_at = :now WHERE number = '${number}'`;
const globexCase = (number: string, set: string): string =>
  `UPDATE hd_case SET ${set}, mod_ts = :now WHERE case_no = '${number}'`;

/** The main job in six chapters: every way a ticket travels, both ways, and what happens when something goes wrong. */
export const STORY: readonly Chapter[] = [
  {
    title: 'Go-live: the tickets that the triggers name are created at the provider',
    deeds: [
      {
        by: 'provider',
        says: "the network loses the answer to Globex's first create",
        does: ({ provider }) => provider.loseNextCreateAnswer('globex'),
      },
    ],
  },
  {
    title: 'The clients work on their tickets',
    deeds: [
      {
        by: 'acme',
        says: 'INC0000001 becomes P1, and its cost center 4712',
        does: async ({ staff }) => {
          await staff.acme.write(acmeTicket('INC0000001', `priority = 'P1'`));
          await staff.acme.write(
            `UPDATE custom_values SET value = '4712', changed_at = :now WHERE ticket_id = 1 AND field = 'cost_center'`,
          );
        },
      },
      {
        by: 'acme',
        says: 'a public comment and an internal note on INC0000002',
        does: async ({ staff }) => {
          const insert = `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (2, 4, ?, ?, :now)`;
          await staff.acme.write(insert, 'The "backup" link is at 80 % now.\nPlease hurry.', 1);
          await staff.acme.write(insert, 'Internal: the board asks for a status at five.', 0);
        },
      },
      {
        by: 'acme',
        says: 'writes task INC0000011 for the provider: it travels as a request, with its site and steps',
        does: async ({ staff }) => {
          await staff.acme.write(
            `INSERT INTO tasks (id, category, site, steps, changed_at) VALUES (2, 'Backup', 'Omaha data center', ?, :now)`,
            'Mount tape 0522, restore to ORD.LOAD.R3, compare.',
          );
          await staff.acme.write(
            `INSERT INTO tickets (id, number, kind, title, description, status, priority, group_id, caller_id, location_id, task_id, created_at, updated_at, deleted)
             VALUES (11, 'INC0000011', 'task', 'Restore the library ORD.LOAD', 'It was overwritten by the release.', 'New', 'P3', 3, 3, 2, 2, :now, :now, 0)`,
          );
        },
      },
      {
        by: 'globex',
        says: 'GX-00101 is in progress, with a note for the provider',
        does: async ({ staff }) => {
          await staff.globex.write(globexCase('GX-00101', 'state_cd = 2'));
          await staff.globex.write(
            `INSERT INTO hd_journal (case_no, entry_kind, audience, entry_by, entry_ts, entry_text) VALUES ('GX-00101', 'NOTE', 'C', 'Katrin Brandt', :now, ?)`,
            'Logs bis 02:00 sind ausgelagert, 40 % frei.',
          );
        },
      },
    ],
  },
  {
    title: 'The provider works on them, and opens tickets of its own',
    deeds: [
      {
        by: 'provider',
        says: "takes Acme's INC0000001 into work, with a comment",
        does: async ({ provider }) => {
          await provider.act('acme', 'INC0000001', 'update', { status: 'workinprogress' });
          await provider.act('acme', 'INC0000001', 'comment', {
            body: 'Step 040 restarted with the corrected input.',
            commenter: 'Provider Operations',
          });
        },
      },
      {
        by: 'provider',
        says: 'opens an incident for Acme: "Tape library 2 reports an open door"',
        does: ({ provider }) =>
          provider.open('acme', {
            shortDescription: 'Tape library 2 reports an open door',
            description: 'The door sensor has been on since 03:12.\nNobody is on site.',
            group: 'Ensono Mainframe',
            priority: '2',
          }),
      },
      {
        by: 'provider',
        says: 'opens one about a printer, which is not in the contract',
        does: ({ provider }) =>
          provider.open('acme', {
            shortDescription: 'Printer in the lobby is out of paper',
            group: 'Ensono Service Desk',
            priority: '4',
          }),
      },
      {
        by: 'provider',
        says: 'opens an incident for Globex: "Backup of gxmail03 failed twice"',
        does: ({ provider }) =>
          provider.open('globex', {
            shortDescription: 'Backup of gxmail03 failed twice',
            description: 'Error 0x2F on both tapes.',
            group: 'Ensono Backup',
            impact: '2',
            urgency: '2',
          }),
      },
    ],
  },
  {
    title: 'Tickets are resolved, on both sides',
    deeds: [
      {
        by: 'provider',
        says: "resolves Acme's INC0000001",
        does: ({ provider }) =>
          provider.act('acme', 'INC0000001', 'resolve', {
            closeNotes: 'Input repaired, job ORDP120 ran to its end.',
          }),
      },
      {
        by: 'globex',
        says: 'solves GX-00103',
        does: ({ staff }) =>
          staff.globex.write(
            globexCase(
              'GX-00103',
              `state_cd = 6, solution_text = 'Verzeichnis aus dem Stand von gestern zurückgespielt.'`,
            ),
          ),
      },
    ],
  },
  {
    title: 'Not everything stays as it was',
    deeds: [
      {
        by: 'acme',
        says: 're-opens INC0000001: the job abended again',
        does: ({ staff }) => staff.acme.write(acmeTicket('INC0000001', `status = 'In Progress'`)),
      },
      {
        by: 'acme',
        says: "adds a step to INC0000011, in the task's own table: the provider's description follows",
        does: ({ staff }) =>
          staff.acme.write(
            `UPDATE tasks SET steps = 'Mount tape 0522, restore to ORD.LOAD.R3, compare, rename.', changed_at = :now WHERE id = 2`,
          ),
      },
      {
        by: 'acme',
        says: 'Field Services take INC0000002 over: it is kept internal now',
        does: ({ staff }) => staff.acme.write(acmeTicket('INC0000002', `group_id = 2`)),
      },
      {
        by: 'globex',
        says: 'closes GX-00103',
        does: ({ staff }) => staff.globex.write(globexCase('GX-00103', 'state_cd = 7')),
      },
    ],
  },
  {
    title: 'The end of the day',
    deeds: [
      {
        by: 'acme',
        says: 'closes INC0000003 in one go',
        does: ({ staff }) =>
          staff.acme.write(
            acmeTicket(
              'INC0000003',
              `status = 'Closed', resolution = 'The release was rolled back; no deadlocks since.'`,
            ),
          ),
      },
      {
        by: 'provider',
        says: "resolves Acme's INC0000001 for good",
        does: ({ provider }) =>
          provider.act('acme', 'INC0000001', 'resolve', { closeNotes: 'The load module was relinked.' }),
      },
    ],
  },
];
