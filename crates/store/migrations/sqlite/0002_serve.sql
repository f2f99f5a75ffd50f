-- Every legal step of a case, offices in time, counters, notices.

-- Cases.

-- Directory in time.

-- Procedures.

-- Tickets and appointments.
CREATE TABLE queue (
  authority_id INTEGER NOT NULL, office_id TEXT NOT NULL, document TEXT NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, office_id)
) WITHOUT ROWID;
CREATE TABLE ticket (
  authority_id INTEGER NOT NULL, ticket_id BLOB NOT NULL, office_id TEXT NOT NULL, day INTEGER NOT NULL, number INTEGER NOT NULL,
  grp TEXT NOT NULL, priority INTEGER NOT NULL, appointment_id BLOB, slot_at INTEGER, state TEXT NOT NULL, version INTEGER NOT NULL,
  official TEXT, counter TEXT, first INTEGER, recalls INTEGER NOT NULL,
  issued_at INTEGER NOT NULL, called_at INTEGER, spoken_at INTEGER, attended_at INTEGER, ended_at INTEGER,
  PRIMARY KEY (authority_id, ticket_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX ticket_number ON ticket (authority_id, office_id, day, number);
CREATE INDEX ticket_waiting ON ticket (authority_id, office_id, day, number) WHERE state = 'waiting';
CREATE INDEX ticket_called ON ticket (authority_id, office_id, day, called_at) WHERE called_at IS NOT NULL;
CREATE INDEX ticket_held ON ticket (authority_id, office_id, spoken_at) WHERE state IN ('called', 'serving');
CREATE INDEX ticket_ended ON ticket (authority_id, office_id, ended_at) WHERE state = 'done';
CREATE TABLE appointment (
  authority_id INTEGER NOT NULL, appointment_id BLOB NOT NULL, office_id TEXT NOT NULL, grp TEXT NOT NULL, slot_at INTEGER NOT NULL,
  place INTEGER NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL, booker BLOB NOT NULL, code_hash BLOB NOT NULL,
  booked_at INTEGER NOT NULL, ticket_id BLOB,
  PRIMARY KEY (authority_id, appointment_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX appointment_code ON appointment (authority_id, code_hash);
CREATE UNIQUE INDEX appointment_place ON appointment (authority_id, office_id, slot_at, place) WHERE state <> 'cancelled';

-- Attachments.

-- Notices.

-- Reports.
