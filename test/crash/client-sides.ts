import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';

/** One sample client's tables in SQL: how its people work, and what is looked at afterwards. `:now` is the moment. */
export interface ClientSide {
  readonly timeZone: string;
  /** Keeps every change of a title, in the order in which it was made. */
  readonly audit: readonly string[];
  /** Values: number, title, text, group. */
  readonly create: string;
  /** Groups whose tickets travel, and one whose do not. */
  readonly groups: readonly number[];
  readonly groupAtHome: number;
  /** Values: new value, number. Nobody edits a ticket that is done. */
  readonly setTitle: string;
  readonly setPriority: string;
  readonly setStatus: string;
  readonly priorities: readonly string[];
  readonly statuses: readonly (string | number)[];
  /** Values: text, whether it travels, number. */
  readonly comment: string;
  readonly visible: readonly [travels: string | number, internal: string | number];
  /** Values: number. Only what the provider has is resolved, and only what is resolved is closed. */
  readonly resolve: string;
  readonly close: string;
  /** `number`, of tickets that people work on. */
  readonly openTickets: string;
  /** `number`, `theirs`, `title`, `status`, `priority`, `in_scope`, of every ticket. */
  readonly tickets: string;
  /** `number`, `body`, `travels`, `id`, in the order in which they count. */
  readonly comments: string;
  readonly statusWords: ReadonlyMap<string, string>;
  /** The provider's field, and its word for each of the client's. */
  readonly priorityField: 'priority' | 'impact';
  readonly priorityWords: ReadonlyMap<string, string>;
}

const audit = (table: string, number: string, title: string): readonly string[] => [
  `CREATE TABLE crash_titles (id INTEGER NOT NULL PRIMARY KEY AUTO_INCREMENT, number varchar(20) NOT NULL, title varchar(200) NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  `CREATE TRIGGER crash_titles AFTER UPDATE ON ${table} FOR EACH ROW
   BEGIN IF NEW.${title} <> OLD.${title} THEN INSERT INTO crash_titles (number, title) VALUES (NEW.${number}, NEW.${title}); END IF; END`,
];

export const SIDES: Readonly<Record<SampleClient, ClientSide>> = {
  acme: {
    timeZone: 'UTC',
    audit: audit('tickets', 'number', 'title'),
    create: `INSERT INTO tickets (number, kind, title, description, status, priority, group_id, caller_id, created_at, updated_at, deleted)
             VALUES (?, 'incident', ?, ?, 'New', 'P3', ?, 3, :now, :now, 0)`,
    groups: [3, 4, 5],
    groupAtHome: 6,
    setTitle: `UPDATE tickets SET title = ?, updated_at = :now WHERE number = ? AND status NOT IN ('Resolved', 'Closed', 'Cancelled')`,
    setPriority: `UPDATE tickets SET priority = ?, updated_at = :now WHERE number = ? AND status NOT IN ('Resolved', 'Closed', 'Cancelled')`,
    setStatus: `UPDATE tickets SET status = ?, updated_at = :now WHERE number = ? AND status NOT IN ('Resolved', 'Closed', 'Cancelled')`,
    priorities: ['P1', 'P2', 'P3', 'P4'],
    statuses: ['New', 'In Progress', 'On Hold'],
    comment: `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at)
              SELECT id, 4, ?, ?, :now FROM tickets WHERE number = ? AND status NOT IN ('Closed', 'Cancelled')`,
    visible: [1, 0],
    resolve: `UPDATE tickets SET status = 'Resolved', resolution = 'Done.', updated_at = :now
              WHERE number = ? AND vendor_ref IS NOT NULL AND status NOT IN ('Resolved', 'Closed', 'Cancelled')`,
    close: `UPDATE tickets SET status = 'Closed', updated_at = :now WHERE number = ? AND status = 'Resolved'`,
    openTickets: `SELECT number FROM tickets WHERE kind = 'incident' AND group_id IN (3, 4, 5) AND deleted = 0 AND status NOT IN ('Closed', 'Cancelled') ORDER BY id DESC LIMIT 40`,
    tickets: `SELECT number, vendor_ref AS theirs, title, status, priority,
                     number = 'INC0000006' OR deleted = 0 AND kind = 'incident' AND group_id IN (3, 4, 5) AND (vendor_ref IS NOT NULL OR status NOT IN ('Resolved', 'Closed', 'Cancelled')) AS in_scope
              FROM tickets ORDER BY id`,
    comments: `SELECT t.number, c.body, c.is_public AS travels, c.id FROM comments c JOIN tickets t ON t.id = c.ticket_id ORDER BY c.created_at, c.id`,
    statusWords: new Map([
      ['New', 'open'],
      ['In Progress', 'workinprogress'],
      ['On Hold', 'pending'],
      ['Resolved', 'resolved'],
      ['Closed', 'closed'],
    ]),
    priorityField: 'priority',
    priorityWords: new Map([
      ['P1', '1'],
      ['P2', '2'],
      ['P3', '3'],
      ['P4', '4'],
    ]),
  },
  globex: {
    timeZone: 'Europe/Berlin',
    audit: audit('hd_case', 'case_no', 'subject'),
    create: `INSERT INTO hd_case (case_no, case_type, subject, long_text, state_cd, impact_cd, urgency_cd, env_cd, team_id, person_id, open_ts, mod_ts, mod_user)
             VALUES (?, 'IN', ?, ?, 1, 'low', 'low', 'PROD', ?, 2, :now, :now, 'KBRANDT')`,
    groups: [10, 20, 30],
    groupAtHome: 50,
    setTitle: `UPDATE hd_case SET subject = ?, mod_ts = :now WHERE case_no = ? AND state_cd NOT IN (6, 7, 8)`,
    setPriority: `UPDATE hd_case SET impact_cd = ?, mod_ts = :now WHERE case_no = ? AND state_cd NOT IN (6, 7, 8)`,
    setStatus: `UPDATE hd_case SET state_cd = ?, mod_ts = :now WHERE case_no = ? AND state_cd NOT IN (6, 7, 8)`,
    priorities: ['high', 'medium', 'low'],
    statuses: [1, 2, 3],
    comment: `INSERT INTO hd_journal (entry_text, audience, case_no, entry_kind, entry_by, entry_ts)
              SELECT ?, ?, case_no, 'NOTE', 'Katrin Brandt', :now FROM hd_case WHERE case_no = ? AND state_cd NOT IN (7, 8)`,
    visible: ['C', 'W'],
    resolve: `UPDATE hd_case SET state_cd = 6, solution_text = 'Erledigt.', mod_ts = :now
              WHERE case_no = ? AND ext_ref IS NOT NULL AND state_cd NOT IN (6, 7, 8)`,
    close: `UPDATE hd_case SET state_cd = 7, mod_ts = :now WHERE case_no = ? AND state_cd = 6`,
    openTickets: `SELECT case_no AS number FROM hd_case WHERE env_cd = 'PROD' AND team_id IN (10, 20, 30) AND state_cd NOT IN (7, 8) ORDER BY case_id DESC LIMIT 40`,
    tickets: `SELECT case_no AS number, ext_ref AS theirs, subject AS title, state_cd AS status, impact_cd AS priority,
                     env_cd = 'PROD' AND team_id IN (10, 20, 30) AND (ext_ref IS NOT NULL OR state_cd NOT IN (6, 7, 8)) AS in_scope
              FROM hd_case ORDER BY case_id`,
    comments: `SELECT case_no AS number, entry_text AS body, audience = 'C' AS travels, entry_no AS id FROM hd_journal WHERE entry_kind = 'NOTE' ORDER BY entry_ts, entry_no`,
    statusWords: new Map([
      ['1', 'open'],
      ['2', 'workinprogress'],
      ['3', 'pending'],
      ['6', 'resolved'],
      ['7', 'closed'],
    ]),
    priorityField: 'impact',
    priorityWords: new Map([
      ['high', '1'],
      ['medium', '2'],
      ['low', '3'],
    ]),
  },
};
