-- Initech's own ITSM tables with some of its requests: the sample client of rules/initech, whose provider sends changes.
--
-- One file for SQLite and for MySQL/MariaDB: what stands between /*! and */ is a comment to the one and part of the
-- statement to the other. A placeholder such as {{now-2h}} (d, h, m or s; + or -) becomes that date, in the client's
-- time zone (America/New_York). Statements end with a semicolon at the end of a line.

CREATE TABLE work_queue (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  name varchar(40) NOT NULL UNIQUE
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE TABLE staff (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  email varchar(120) NOT NULL UNIQUE,
  full_name varchar(80) NOT NULL
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE TABLE service_request (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  number varchar(16) NOT NULL UNIQUE,
  title varchar(160) NOT NULL,
  details text,
  status varchar(20) NOT NULL,
  priority varchar(10) NOT NULL,
  queue_id INTEGER NOT NULL,
  requester_id INTEGER,
  resolution text,
  reopened_from INTEGER,
  goes_on_as varchar(16),
  vendor_ref varchar(30),
  created_at datetime NOT NULL,
  updated_at datetime NOT NULL,
  FOREIGN KEY (queue_id) REFERENCES work_queue (id),
  FOREIGN KEY (requester_id) REFERENCES staff (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX service_request_updated ON service_request (updated_at, id);
CREATE INDEX service_request_vendor ON service_request (vendor_ref);

CREATE TABLE request_note (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  request_id INTEGER NOT NULL,
  author varchar(120),
  body text NOT NULL,
  shared smallint NOT NULL,
  written_at datetime NOT NULL,
  FOREIGN KEY (request_id) REFERENCES service_request (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX request_note_request ON request_note (request_id, written_at);
CREATE INDEX request_note_written ON request_note (written_at, id);

CREATE TABLE change_order (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  number varchar(16) NOT NULL UNIQUE,
  title varchar(200) NOT NULL,
  description text,
  kind varchar(20) NOT NULL,
  phase varchar(20) NOT NULL,
  risk varchar(40),
  assessment text,
  plan text,
  backout text,
  starts_at datetime,
  ends_at datetime,
  window_text varchar(80),
  outcome varchar(40),
  outcome_notes text,
  vendor_ref varchar(30),
  created_at datetime NOT NULL,
  updated_at datetime NOT NULL
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX change_order_updated ON change_order (updated_at, id);
CREATE INDEX change_order_vendor ON change_order (vendor_ref);

CREATE TABLE change_note (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  change_id INTEGER NOT NULL,
  author varchar(120),
  body text NOT NULL,
  shared smallint NOT NULL,
  written_at datetime NOT NULL,
  FOREIGN KEY (change_id) REFERENCES change_order (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX change_note_change ON change_note (change_id, written_at);
CREATE INDEX change_note_written ON change_note (written_at, id);

CREATE TABLE change_file (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  change_id INTEGER NOT NULL,
  file_name varchar(255) NOT NULL,
  mime varchar(120),
  bytes bigint,
  content longblob,
  sent_by varchar(120),
  added_at datetime NOT NULL,
  FOREIGN KEY (change_id) REFERENCES change_order (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX change_file_change ON change_file (change_id, added_at);
CREATE INDEX change_file_added ON change_file (added_at, id);

CREATE TABLE change_approval (
  id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  change_id INTEGER NOT NULL,
  vendor_approval varchar(64),
  asked_of varchar(120),
  asked_name varchar(80),
  asked_state varchar(40),
  decision varchar(20) NOT NULL,
  decided_by INTEGER,
  reason text,
  created_at datetime NOT NULL,
  updated_at datetime NOT NULL,
  FOREIGN KEY (change_id) REFERENCES change_order (id),
  FOREIGN KEY (decided_by) REFERENCES staff (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX change_approval_change ON change_approval (change_id);
CREATE INDEX change_approval_updated ON change_approval (updated_at, id);

INSERT INTO work_queue (id, name) VALUES
  (1, 'Windows'),
  (2, 'Provider Desk'),
  (3, 'Facilities');

INSERT INTO staff (id, email, full_name) VALUES
  (1, 'it@initech.example', 'Initech IT'),
  (2, 'change-manager@initech.example', 'Change Manager'),
  (3, 'payroll-owner@initech.example', 'Owner of Payroll'),
  (4, 'desk@initech.example', 'Service Desk');

INSERT INTO service_request (id, number, title, details, status, priority, queue_id, requester_id, resolution, vendor_ref, created_at, updated_at) VALUES
  (1, 'SR000001', 'Patch the print servers', 'All three, outside office hours.', 'Open', 'normal', 1, 4, NULL, NULL, {{now-3h}}, {{now-2h}}),
  (2, 'SR000002', 'New badge reader at the side door', NULL, 'Open', 'low', 3, 4, NULL, NULL, {{now-2d}}, {{now-1d}});

INSERT INTO request_note (id, request_id, author, body, shared, written_at) VALUES
  (1, 1, 'Service Desk', 'A change is wanted for this.', 1, {{now-2h}}),
  (2, 1, 'Service Desk', 'Ours: payroll runs on Thursday.', 0, {{now-2h}});

INSERT INTO change_order (id, number, title, description, kind, phase, risk, outcome, vendor_ref, created_at, updated_at) VALUES
  (1, 'CHG00001', 'Move of the payroll database', 'Done by Initech itself.', 'normal', 'Planned', 'low', 'pending', NULL, {{now-5d}}, {{now-4d}});
