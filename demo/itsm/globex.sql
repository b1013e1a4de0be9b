-- Globex's own ITSM tables with some of its cases: the sample client of rules/globex.
--
-- One file for SQLite and for MySQL/MariaDB: what stands between /*! and */ is a comment to the one and part of the
-- statement to the other. A placeholder such as {{now-2h}} (d, h, m or s; + or -) becomes that date, in the client's
-- time zone (Europe/Berlin). Statements end with a semicolon at the end of a line.

CREATE TABLE hd_team (
  team_id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  short_name varchar(20) NOT NULL UNIQUE,
  long_name varchar(100) NOT NULL
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE TABLE hd_person (
  person_id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  login varchar(20) NOT NULL UNIQUE,
  display_name varchar(80) NOT NULL,
  mail varchar(120)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE TABLE hd_case (
  case_id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  case_no varchar(12) NOT NULL UNIQUE,
  case_type char(2) NOT NULL,
  subject varchar(160) NOT NULL,
  long_text text,
  state_cd smallint NOT NULL,
  impact_cd varchar(10) NOT NULL,
  urgency_cd varchar(10) NOT NULL,
  env_cd varchar(4) NOT NULL,
  team_id INTEGER NOT NULL,
  person_id INTEGER,
  solution_text text,
  ext_ref varchar(30),
  open_ts datetime NOT NULL,
  mod_ts datetime NOT NULL,
  mod_user varchar(20) NOT NULL,
  FOREIGN KEY (team_id) REFERENCES hd_team (team_id),
  FOREIGN KEY (person_id) REFERENCES hd_person (person_id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX hd_case_mod ON hd_case (mod_ts, case_id);
CREATE INDEX hd_case_ext_ref ON hd_case (ext_ref);

CREATE TABLE hd_journal (
  entry_no INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  case_no varchar(12) NOT NULL,
  entry_kind varchar(8) NOT NULL,
  audience char(1),
  entry_by varchar(80),
  entry_ts datetime NOT NULL,
  entry_text text NOT NULL
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX hd_journal_case ON hd_journal (case_no, entry_ts);
CREATE INDEX hd_journal_ts ON hd_journal (entry_ts, entry_no);

CREATE TABLE hd_case_attr (
  attr_id INTEGER NOT NULL PRIMARY KEY /*! AUTO_INCREMENT */,
  case_id INTEGER NOT NULL,
  attr_name varchar(40) NOT NULL,
  attr_value varchar(250),
  attr_ts datetime NOT NULL,
  FOREIGN KEY (case_id) REFERENCES hd_case (case_id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 */;

CREATE INDEX hd_case_attr_case ON hd_case_attr (case_id, attr_name);
CREATE INDEX hd_case_attr_ts ON hd_case_attr (attr_ts, attr_id);

INSERT INTO hd_team (team_id, short_name, long_name) VALUES
  (10, 'UNIX', 'UNIX und Linux'),
  (20, 'STORAGE', 'Storage und SAN'),
  (30, 'BACKUP', 'Datensicherung'),
  (40, 'INTERNAL IT', 'Interne IT'),
  (50, 'SAP', 'SAP Basis');

INSERT INTO hd_person (person_id, login, display_name, mail) VALUES
  (1, 'EBRIDGE', 'Ensono Bridge', NULL),
  (2, 'KBRANDT', 'Katrin Brandt', 'katrin.brandt@globex.example'),
  (3, 'MSOMMER', 'Moritz Sommer', 'moritz.sommer@globex.example'),
  (4, 'AYILMAZ', 'Aylin Yılmaz', 'aylin.yilmaz@globex.example'),
  (5, 'JVOGEL', 'Jürgen Vogel', 'juergen.vogel@globex.example');

INSERT INTO hd_case (case_id, case_no, case_type, subject, long_text, state_cd, impact_cd, urgency_cd, env_cd, team_id, person_id, solution_text, ext_ref, open_ts, mod_ts, mod_user) VALUES
  (101, 'GX-00101', 'IN', 'Filesystem /oracle/arch voll auf gxdb07',
   'Archive-Logs werden seit 04:10 nicht mehr geschrieben, die Datenbank steht.
Platz bis 95 % wurde schon einmal von Hand freigeräumt.', 1, 'high', 'high', 'PROD', 10, 2, NULL, NULL, {{now-4h}}, {{now-100m}}, 'KBRANDT'),
  (102, 'GX-00102', 'IN', 'SAN-Pfad zu gxesx12 fehlt', 'Nur noch zwei von vier Pfaden aktiv, Redundanz verloren.', 2, 'medium', 'high', 'PROD', 20, 3, NULL, NULL, {{now-7h}}, {{now-3h}}, 'MSOMMER'),
  (103, 'GX-00103', 'SR', 'Rücksicherung Verzeichnis Q:/Vertrieb/Angebote', 'Stand von gestern Abend genügt.', 1, 'low', 'medium', 'PROD', 30, 4, NULL, NULL, {{now-1d}}, {{now-5h}}, 'AYILMAZ'),
  (104, 'GX-00104', 'IN', 'Testsystem gxt3 startet nicht', 'Hängt im Bootloader.', 1, 'low', 'low', 'TEST', 10, 5, NULL, NULL, {{now-2d}}, {{now-1d}}, 'JVOGEL'),
  (105, 'GX-00105', 'IN', 'Beamer im Raum Isar flackert', NULL, 1, 'low', 'low', 'PROD', 40, 4, NULL, NULL, {{now-2d}}, {{now-2d}}, 'AYILMAZ'),
  (106, 'GX-00106', 'IN', 'SAP-Hintergrundjobs verspätet', 'Z_RECHNUNG läuft 40 Minuten länger als üblich.', 2, 'medium', 'medium', 'PROD', 50, 2, NULL, NULL, {{now-3d}}, {{now-1d}}, 'KBRANDT'),
  (107, 'GX-00107', 'SR', 'Snapshot-Aufbewahrung auf 30 Tage erhöhen', 'Vorgabe der Revision.', 3, 'low', 'low', 'PROD', 20, 5, NULL, NULL, {{now-5d}}, {{now-8h}}, 'JVOGEL'),
  (108, 'GX-00108', 'IN', 'Doppelt gemeldet: Platte voll', 'Siehe GX-00101.', 8, 'high', 'high', 'PROD', 10, 3, NULL, NULL, {{now-4h}}, {{now-3h}}, 'MSOMMER'),
  (109, 'GX-00109', 'IN', 'Bandlaufwerk 3 meldet Lesefehler', 'Fehler 0x4A bei drei Bändern.', 6, 'medium', 'low', 'PROD', 30, 2, 'Laufwerk gereinigt, Bänder erneut geprüft.', NULL, {{now-8d}}, {{now-6d}}, 'KBRANDT'),
  (110, 'GX-00110', 'SR', 'sudo-Rechte für das Deployment-Konto', 'Nur systemctl restart globex-web auf gxweb01 bis gxweb04.', 1, 'low', 'medium', 'PROD', 10, 3, NULL, NULL, {{now-90m}}, {{now-80m}}, 'MSOMMER');

INSERT INTO hd_journal (entry_no, case_no, entry_kind, audience, entry_by, entry_ts, entry_text) VALUES
  (1, 'GX-00101', 'STATE', NULL, 'KBRANDT', {{now-4h}}, 'angelegt'),
  (2, 'GX-00101', 'NOTE', 'C', 'Katrin Brandt', {{now-3h}}, 'Bitte zuerst die Logs vor 02:00 auslagern, nicht löschen.'),
  (3, 'GX-00101', 'NOTE', 'W', 'Moritz Sommer', {{now-2h}}, 'Intern: Fachbereich ist informiert.'),
  (4, 'GX-00101', 'NOTE', 'C', 'Katrin Brandt', {{now-100m}}, 'Der Speicherplatz reicht jetzt noch für etwa 2 Stunden.'),
  (5, 'GX-00102', 'STATE', NULL, 'MSOMMER', {{now-3h}}, 'in Arbeit'),
  (6, 'GX-00107', 'NOTE', 'W', 'Jürgen Vogel', {{now-8h}}, 'Warten auf die Freigabe der Revision.'),
  (7, 'GX-00109', 'NOTE', 'C', 'Katrin Brandt', {{now-6d}}, 'Danke, läuft wieder.');

INSERT INTO hd_case_attr (attr_id, case_id, attr_name, attr_value, attr_ts) VALUES
  (1, 101, 'ASSET_TAG', 'GX-SRV-0707', {{now-4h}}),
  (2, 102, 'ASSET_TAG', 'GX-ESX-0012', {{now-7h}}),
  (3, 102, 'MAINT_WINDOW', 'Sa 22:00 - So 04:00', {{now-7h}}),
  (4, 107, 'MAINT_WINDOW', 'täglich 01:00 - 03:00', {{now-5d}}),
  (5, 107, 'COST_UNIT', '88-210', {{now-5d}});
