-- Every legal step of a case, offices in time, counters, notices.

-- Cases.

-- Directory in time.

-- Procedures.

-- Tickets and appointments.
CREATE TABLE queue (
  authority_id BIGINT NOT NULL, office_id TEXT COLLATE "C" NOT NULL, document TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, office_id)
);
CREATE TABLE ticket (
  authority_id BIGINT NOT NULL, ticket_id BYTEA NOT NULL, office_id TEXT COLLATE "C" NOT NULL, day BIGINT NOT NULL, number BIGINT NOT NULL,
  grp TEXT COLLATE "C" NOT NULL, priority BIGINT NOT NULL, appointment_id BYTEA, slot_at BIGINT, state TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
  official TEXT COLLATE "C", counter TEXT COLLATE "C", first BIGINT, recalls BIGINT NOT NULL,
  issued_at BIGINT NOT NULL, called_at BIGINT, spoken_at BIGINT, attended_at BIGINT, ended_at BIGINT,
  PRIMARY KEY (authority_id, ticket_id)
);
CREATE UNIQUE INDEX ticket_number ON ticket (authority_id, office_id, day, number);
CREATE INDEX ticket_waiting ON ticket (authority_id, office_id, day, number) WHERE state = 'waiting';
CREATE INDEX ticket_called ON ticket (authority_id, office_id, day, called_at) WHERE called_at IS NOT NULL;
CREATE INDEX ticket_held ON ticket (authority_id, office_id, spoken_at) WHERE state IN ('called', 'serving');
CREATE INDEX ticket_ended ON ticket (authority_id, office_id, ended_at) WHERE state = 'done';
CREATE TABLE appointment (
  authority_id BIGINT NOT NULL, appointment_id BYTEA NOT NULL, office_id TEXT COLLATE "C" NOT NULL, grp TEXT COLLATE "C" NOT NULL, slot_at BIGINT NOT NULL,
  place BIGINT NOT NULL, state TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, booker BYTEA NOT NULL, code_hash BYTEA NOT NULL,
  booked_at BIGINT NOT NULL, ticket_id BYTEA,
  PRIMARY KEY (authority_id, appointment_id)
);
CREATE UNIQUE INDEX appointment_code ON appointment (authority_id, code_hash);
CREATE UNIQUE INDEX appointment_place ON appointment (authority_id, office_id, slot_at, place) WHERE state <> 'cancelled';

-- Attachments.

-- Notices.

-- Reports.
