-- Tables and tickets to try the starter contract with. A placeholder such as {{now-2m}} becomes that date.

CREATE TABLE people (
  id INTEGER NOT NULL PRIMARY KEY,
  name varchar(120) NOT NULL,
  email varchar(190) NOT NULL UNIQUE
);

CREATE TABLE tickets (
  id INTEGER NOT NULL PRIMARY KEY,
  number varchar(20) NOT NULL UNIQUE,
  kind varchar(20) NOT NULL,
  title varchar(160) NOT NULL,
  description text NOT NULL,
  status varchar(40) NOT NULL,
  priority varchar(10) NOT NULL,
  team varchar(80) NOT NULL,
  location varchar(120),
  resolution text,
  caller_id INTEGER REFERENCES people (id),
  provider_number varchar(40),
  updated_at datetime NOT NULL
);

CREATE INDEX tickets_updated ON tickets (updated_at, id);
CREATE INDEX tickets_provider_number ON tickets (provider_number);

CREATE TABLE comments (
  id INTEGER NOT NULL PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  body text NOT NULL,
  author varchar(120),
  is_public tinyint NOT NULL,
  created_at datetime NOT NULL
);

CREATE INDEX comments_ticket ON comments (ticket_id);
CREATE INDEX comments_created ON comments (created_at, id);

INSERT INTO people (id, name, email) VALUES
  (1, 'Provider', 'bridge@client.example'),
  (2, 'Night shift', 'night.shift@client.example');

INSERT INTO tickets (id, number, kind, title, description, status, priority, team, location, caller_id, updated_at) VALUES
  (1, 'T00001', 'incident', 'The nightly batch stands still', 'Job PAY042 has waited since 02:10', 'New', 'P2', 'Mainframe', 'Omaha', 2, {{now-2m}}),
  (2, 'T00002', 'incident', 'The coffee machine leaks', 'Third floor', 'New', 'P4', 'Facilities', 'Omaha', 2, {{now-2m}});

INSERT INTO comments (id, ticket_id, body, author, is_public, created_at) VALUES
  (1, 1, 'It has happened before, in May', 'Night shift', 1, {{now-1m}});
