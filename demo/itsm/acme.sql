-- AcmeCorp's own ITSM tables with some of its tickets: the sample client of rules/acme.
--
-- One file for SQLite and for MySQL/MariaDB: what stands between /*! and */ is a comment to the one and part of the
-- statement to the other. A placeholder such as {{now-2h}} (d, h, m or s; + or -) becomes that date, in the client's
-- time zone (UTC). Statements end with a semicolon at the end of a line.

CREATE TABLE locations (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  name varchar(120) NOT NULL UNIQUE
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE TABLE `groups` (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  name varchar(80) NOT NULL UNIQUE
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE TABLE users (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  full_name varchar(120) NOT NULL,
  email varchar(190) NOT NULL UNIQUE,
  phone varchar(40)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE TABLE cis (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  name varchar(120) NOT NULL UNIQUE,
  managed_by varchar(40) NOT NULL
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE TABLE tasks (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  category varchar(40) NOT NULL,
  site varchar(80),
  steps text,
  changed_at datetime NOT NULL
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX tasks_changed ON tasks (changed_at, id);

CREATE TABLE tickets (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  number varchar(20) NOT NULL UNIQUE,
  kind varchar(20) NOT NULL,
  title varchar(200) NOT NULL,
  description text,
  status varchar(40) NOT NULL,
  priority varchar(10) NOT NULL,
  approval varchar(20),
  resolution text,
  group_id INTEGER,
  caller_id INTEGER,
  location_id INTEGER,
  ci_id INTEGER,
  task_id INTEGER,
  merged_into INTEGER,
  starts_at datetime,
  ends_at datetime,
  vendor_ref varchar(40),
  created_at datetime NOT NULL,
  updated_at datetime NOT NULL,
  deleted tinyint NOT NULL,
  FOREIGN KEY (group_id) REFERENCES `groups` (id),
  FOREIGN KEY (caller_id) REFERENCES users (id),
  FOREIGN KEY (location_id) REFERENCES locations (id),
  FOREIGN KEY (ci_id) REFERENCES cis (id),
  FOREIGN KEY (task_id) REFERENCES tasks (id),
  FOREIGN KEY (merged_into) REFERENCES tickets (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX tickets_updated ON tickets (updated_at, id);
CREATE INDEX tickets_task ON tickets (task_id);
CREATE INDEX tickets_vendor_ref ON tickets (vendor_ref);

CREATE TABLE comments (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  ticket_id INTEGER NOT NULL,
  author_id INTEGER,
  body text NOT NULL,
  is_public tinyint NOT NULL,
  created_at datetime NOT NULL,
  FOREIGN KEY (ticket_id) REFERENCES tickets (id),
  FOREIGN KEY (author_id) REFERENCES users (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX comments_ticket ON comments (ticket_id, created_at);
CREATE INDEX comments_created ON comments (created_at, id);

CREATE TABLE attachments (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  ticket_id INTEGER NOT NULL,
  file_name varchar(255) NOT NULL,
  content_type varchar(120),
  file_size bigint,
  content longblob,
  is_public tinyint NOT NULL,
  uploaded_by INTEGER,
  created_at datetime NOT NULL,
  FOREIGN KEY (ticket_id) REFERENCES tickets (id),
  FOREIGN KEY (uploaded_by) REFERENCES users (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX attachments_ticket ON attachments (ticket_id, created_at);
CREATE INDEX attachments_created ON attachments (created_at, id);

CREATE TABLE custom_values (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  ticket_id INTEGER NOT NULL,
  field varchar(60) NOT NULL,
  value varchar(500),
  changed_at datetime NOT NULL,
  UNIQUE (ticket_id, field),
  FOREIGN KEY (ticket_id) REFERENCES tickets (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX custom_values_changed ON custom_values (changed_at, id);

INSERT INTO locations (id, name) VALUES
  (1, 'Chicago, Wacker Drive'),
  (2, 'Omaha data center'),
  (3, 'Dallas, Elm Street');

INSERT INTO `groups` (id, name) VALUES
  (1, 'Service Desk'),
  (2, 'Field Services'),
  (3, 'Mainframe Ops'),
  (4, 'Network Ops'),
  (5, 'Database Ops'),
  (6, 'Facilities'),
  (7, 'Vendor Desk');

INSERT INTO users (id, full_name, email, phone) VALUES
  (1, 'Ensono Bridge', 'bridge@acme.example', NULL),
  (2, 'Dana Whitfield', 'dana.whitfield@acme.example', '+1 312 555 0141'),
  (3, 'Marcus Oyelaran', 'marcus.oyelaran@acme.example', '+1 402 555 0177'),
  (4, 'Priya Raman', 'priya.raman@acme.example', '+1 312 555 0119'),
  (5, 'Tom Kessler', 'tom.kessler@acme.example', NULL),
  (6, 'Lucía Ortega', 'lucia.ortega@acme.example', '+1 214 555 0163');

INSERT INTO cis (id, name, managed_by) VALUES
  (1, 'LPAR-PROD1', 'ensono'),
  (2, 'LPAR-TEST2', 'ensono'),
  (3, 'core-sw-oma-01', 'ensono'),
  (4, 'db2-orders', 'ensono'),
  (5, 'badge-readers-chi', 'acme');

INSERT INTO tasks (id, category, site, steps, changed_at) VALUES
  (1, 'Backup', 'Omaha data center', 'Mount tape 0417, restore to PAY.LOAD.R14, compare, rename.', {{now-4d}});

INSERT INTO tickets (id, number, kind, title, description, status, priority, approval, resolution, group_id, caller_id, location_id, ci_id, task_id, starts_at, ends_at, vendor_ref, created_at, updated_at, deleted) VALUES
  (1, 'INC0000001', 'incident', 'Nightly batch ORDP120 abended with S0C7',
   'Job ORDP120 ended with S0C7 in step 040 at 02:14.
Restart from step 040 is fine once the input is repaired.', 'New', 'P2', NULL, NULL, 3, 3, 2, 1, NULL, NULL, NULL, NULL, {{now-3h}}, {{now-95m}}, 0),
  (2, 'INC0000002', 'incident', 'Packet loss between Omaha and Chicago',
   'Since this morning 3 to 5 % loss on the primary link; the "backup" link is clean.', 'In Progress', 'P1', NULL, NULL, 4, 4, 2, 3, NULL, NULL, NULL, NULL, {{now-5h}}, {{now-2h}}, 0),
  (3, 'INC0000003', 'incident', 'Deadlocks in the order database',
   'db2-orders reports SQL0911N about twenty times an hour since the release.', 'New', 'P3', NULL, NULL, 5, 2, 1, 4, NULL, NULL, NULL, NULL, {{now-1d}}, {{now-4h}}, 0),
  (4, 'INC0000004', 'incident', 'Laptop does not wake up from sleep',
   'Black screen after the lid is opened; a hard reset helps.', 'New', 'P4', NULL, NULL, 1, 5, 1, NULL, NULL, NULL, NULL, NULL, {{now-2d}}, {{now-1d}}, 0),
  (5, 'INC0000005', 'incident', 'Badge reader at the east door is offline',
   'People have to walk around the building.', 'On Hold', 'P3', NULL, NULL, 6, 2, 1, 5, NULL, NULL, NULL, NULL, {{now-3d}}, {{now-2d}}, 0),
  (6, 'INC0000006', 'request', 'Additional 200 GB for LPAR-TEST2',
   'The regression tests of release 14 need more DASD.', 'New', 'P3', 'approved', NULL, 3, 4, 2, 2, NULL, {{now+2d}}, {{now+50h}}, NULL, {{now-6h}}, {{now-3h}}, 0),
  (7, 'INC0000007', 'request', 'Port channel for the new storage array',
   'Two 25 Gb ports on core-sw-oma-01.', 'New', 'P3', 'requested', NULL, 1, 3, 2, 3, NULL, {{now+7d}}, {{now+172h}}, NULL, {{now-8h}}, {{now-7h}}, 0),
  (8, 'INC0000008', 'task', 'Restore the library PAY.LOAD',
   'It was deleted in the night of Friday.', 'Resolved', 'P4', NULL, 'Restored from the tape of Friday.', 3, 6, 2, NULL, 1, NULL, NULL, NULL, {{now-4d}}, {{now-1d}}, 0),
  (9, 'INC0000009', 'incident', 'VTAM session drops for remote users',
   'Sessions from Dallas drop after about ten minutes of idle time.', 'Resolved', 'P3', NULL, 'INACTIVITY timer raised to 60 minutes.', 3, 6, 3, 1, NULL, NULL, NULL, NULL, {{now-9d}}, {{now-6d}}, 0),
  (10, 'INC0000010', 'incident', 'Opened by mistake', 'Please ignore.', 'Cancelled', 'P4', NULL, NULL, 4, 5, 1, NULL, NULL, NULL, NULL, NULL, {{now-2d}}, {{now-2d}}, 1);

INSERT INTO comments (id, ticket_id, author_id, body, is_public, created_at) VALUES
  (1, 1, 3, 'The input came from the new EDI partner; I have asked them for a corrected file.', 1, {{now-150m}}),
  (2, 1, 2, 'Internal: finance wants to know whether the month-end run is at risk.', 0, {{now-120m}}),
  (3, 1, 3, 'Corrected file is in PROD.EDI.IN(+1).', 1, {{now-95m}}),
  (4, 2, 4, 'Traceroutes attached in the share; loss begins at hop 3.', 1, {{now-2h}}),
  (5, 5, 2, 'Vendor comes on Thursday.', 0, {{now-2d}}),
  (6, 8, 6, 'The owner has compared both copies.', 0, {{now-1d}});

INSERT INTO custom_values (id, ticket_id, field, value, changed_at) VALUES
  (1, 1, 'cost_center', '4711', {{now-3h}}),
  (2, 6, 'cost_center', '4820', {{now-6h}}),
  (3, 6, 'asset_class', 'DASD', {{now-6h}}),
  (4, 8, 'cost_center', '1200', {{now-4d}});
