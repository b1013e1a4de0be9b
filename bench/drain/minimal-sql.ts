/** Every statement of the minimal drainer: they are the same on SQLite and on MariaDB, but for the lock. */
export const SQL = {
  tables: [
    'CREATE TABLE mini_inbox (message_id varchar(64) NOT NULL PRIMARY KEY, message_group varchar(40) NOT NULL, body text NOT NULL, outcome varchar(20))',
    'CREATE TABLE mini_lanes (ticket_id INTEGER NOT NULL PRIMARY KEY, provider_ticket varchar(40) NOT NULL UNIQUE, shadow text NOT NULL, intent text)',
  ],
  accept: 'INSERT INTO mini_inbox (message_id, message_group, body) VALUES (?, ?, ?)',
  settle: 'UPDATE mini_inbox SET outcome = ? WHERE message_id = ?',
  lane: 'SELECT ticket_id, shadow FROM mini_lanes WHERE provider_ticket = ?',
  laneLocked: 'SELECT ticket_id, shadow FROM mini_lanes WHERE provider_ticket = ? FOR UPDATE',
  laneOfTicket: 'SELECT provider_ticket, shadow FROM mini_lanes WHERE ticket_id = ?',
  agree: 'UPDATE mini_lanes SET shadow = ? WHERE ticket_id = ?',
  intend: 'UPDATE mini_lanes SET intent = ? WHERE ticket_id = ?',
  conclude: 'UPDATE mini_lanes SET shadow = ?, intent = NULL WHERE ticket_id = ?',
  updateTicket:
    'UPDATE tickets SET title = ?, priority = ?, status = ?, updated_at = ? WHERE id = ? AND deleted = 0',
  changed:
    'SELECT id, updated_at FROM tickets WHERE deleted = 0 AND (updated_at > ? OR (updated_at = ? AND id > ?)) ORDER BY updated_at, id LIMIT ?',
  ticket: `SELECT t.id, t.number, t.kind, t.title, t.description, t.status, t.priority, t.approval, t.resolution, t.starts_at,
      t.ends_at, t.vendor_ref, g.name AS group_name, u.full_name AS caller_name, u.email AS caller_email,
      u.phone AS caller_phone, l.name AS location_name, c.name AS ci_name, c.managed_by, k.id AS task, k.category, k.site, k.steps,
      m.number AS merged_number
    FROM tickets t LEFT JOIN \`groups\` g ON g.id = t.group_id LEFT JOIN users u ON u.id = t.caller_id
      LEFT JOIN locations l ON l.id = t.location_id LEFT JOIN cis c ON c.id = t.ci_id
      LEFT JOIN tasks k ON k.id = t.task_id LEFT JOIN tickets m ON m.id = t.merged_into
    WHERE t.id = ? AND t.deleted = 0`,
  custom: "SELECT value FROM custom_values WHERE ticket_id = ? AND field = 'cost_center'",
  comments: 'SELECT id, body, is_public FROM comments WHERE ticket_id = ? ORDER BY created_at, id',
} as const;
