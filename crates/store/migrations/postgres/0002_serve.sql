-- Every legal step of a case, offices in time, counters, notices.

-- Cases.
ALTER TABLE case_file ADD COLUMN at_office TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE case_file ADD COLUMN desk_office TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE case_file ADD COLUMN waits TEXT COLLATE "C" NOT NULL DEFAULT 'us';
ALTER TABLE case_file ADD COLUMN reception TEXT COLLATE "C" NOT NULL DEFAULT 'counter';
ALTER TABLE case_file ADD COLUMN help_office TEXT COLLATE "C";
ALTER TABLE case_file ADD COLUMN deciding TEXT COLLATE "C";
ALTER TABLE case_file ADD COLUMN ticket BYTEA;
ALTER TABLE case_file ADD COLUMN first_contact_at BIGINT;
ALTER TABLE case_file ADD COLUMN clock TEXT COLLATE "C";
ALTER TABLE case_file ADD COLUMN consulting BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN submitted TEXT COLLATE "C";
ALTER TABLE case_file ADD COLUMN return_way TEXT COLLATE "C";
UPDATE case_file SET at_office = office_id, desk_office = office_id;
UPDATE case_file SET waits = CASE WHEN is_open = 0 THEN 'nobody' WHEN state = 'finished' THEN 'ready'
  WHEN state = 'supplement_requested' THEN 'citizen' ELSE 'us' END;
DROP INDEX case_office;
CREATE INDEX case_office ON case_file (authority_id, at_office, sort_at, case_id) WHERE is_open = 1;
CREATE INDEX case_away ON case_file (authority_id, desk_office, sort_at, case_id)
  WHERE is_open = 1 AND at_office <> desk_office;
CREATE TABLE consultation (
  authority_id BIGINT NOT NULL, consultation_id BYTEA NOT NULL, case_id BYTEA NOT NULL, body TEXT COLLATE "C" NOT NULL, question BYTEA NOT NULL,
  asked_at BIGINT NOT NULL, answer_by BIGINT NOT NULL, silence_consents BIGINT NOT NULL, reply TEXT COLLATE "C", answer BYTEA, closed_at BIGINT,
  PRIMARY KEY (authority_id, consultation_id)
);
CREATE INDEX consultation_case ON consultation (authority_id, case_id, consultation_id);
CREATE TABLE guidance (
  authority_id BIGINT NOT NULL, guidance_id BYTEA NOT NULL, office_id TEXT COLLATE "C" NOT NULL, procedure TEXT COLLATE "C" NOT NULL, reception TEXT COLLATE "C" NOT NULL,
  official TEXT COLLATE "C" NOT NULL, given_at BIGINT NOT NULL, words BYTEA NOT NULL,
  PRIMARY KEY (authority_id, guidance_id)
);
CREATE INDEX guidance_office ON guidance (authority_id, office_id, given_at, guidance_id);

-- Directory in time.

-- Procedures.
CREATE TABLE posting (
  authority_id BIGINT NOT NULL, office_id TEXT COLLATE "C" NOT NULL, procedure TEXT COLLATE "C" NOT NULL, valid_from BIGINT, photo BYTEA,
  confirmed_at BIGINT NOT NULL, confirmed_by TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, office_id, procedure)
);

-- Tracking books: a line for each number, and one without a case under a closed year (years by local time, UTC+7).
CREATE TABLE book_line (
  authority_id BIGINT NOT NULL, office_id TEXT COLLATE "C" NOT NULL, year BIGINT NOT NULL, number BIGINT NOT NULL, case_id BYTEA, taken BIGINT NOT NULL,
  closed_at BIGINT, closed_by TEXT COLLATE "C",
  PRIMARY KEY (authority_id, office_id, year, number)
);
INSERT INTO book_line (authority_id, office_id, year, number, case_id, taken)
SELECT authority_id, office_id, CAST(EXTRACT(YEAR FROM to_timestamp(accepted_at / 1000000 + 25200) AT TIME ZONE 'UTC') AS BIGINT), book_number, case_id, 0
FROM case_file WHERE book_number IS NOT NULL;

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
CREATE TABLE attachment (
  authority_id BIGINT NOT NULL, attachment_id BYTEA NOT NULL, owner_kind TEXT COLLATE "C" NOT NULL, owner_id BYTEA NOT NULL, version BIGINT NOT NULL,
  office_id TEXT COLLATE "C" NOT NULL, key_id BYTEA NOT NULL, media TEXT COLLATE "C" NOT NULL, size BIGINT NOT NULL, hash BYTEA NOT NULL, content BYTEA NOT NULL,
  document BIGINT, name BYTEA NOT NULL, scan TEXT COLLATE "C" NOT NULL, added_at BIGINT NOT NULL, added_by TEXT COLLATE "C" NOT NULL,
  removed_at BIGINT, removed_by TEXT COLLATE "C", reason BYTEA,
  PRIMARY KEY (authority_id, attachment_id)
);
CREATE UNIQUE INDEX attachment_owner ON attachment (authority_id, owner_kind, owner_id, version);
-- Beside the chain: kept files that no attachment stands behind.
CREATE TABLE loose_blob (
  authority_id BIGINT NOT NULL, blob_id BYTEA NOT NULL, since BIGINT NOT NULL,
  PRIMARY KEY (authority_id, blob_id)
);

-- Notices. Beside the chain: exempt from replay.
CREATE TABLE notice (
  authority_id BIGINT NOT NULL, notice_id BYTEA NOT NULL, subject_id BYTEA NOT NULL, version BIGINT NOT NULL, person_id BYTEA NOT NULL,
  office_id TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, channel TEXT COLLATE "C" NOT NULL, target TEXT COLLATE "C" NOT NULL, made_at BIGINT NOT NULL, send_at BIGINT NOT NULL,
  tries BIGINT NOT NULL, state TEXT COLLATE "C" NOT NULL, claim BYTEA, lease_until BIGINT NOT NULL, via TEXT COLLATE "C", problem TEXT COLLATE "C", code BIGINT,
  ended_at BIGINT, ended_by TEXT COLLATE "C", sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, notice_id)
);
CREATE INDEX notice_due ON notice (authority_id, send_at, notice_id) WHERE state = 'waiting';
CREATE INDEX notice_claim ON notice (authority_id, claim) WHERE claim IS NOT NULL;
CREATE INDEX notice_subject ON notice (authority_id, subject_id, made_at, notice_id);
CREATE INDEX notice_open ON notice (authority_id, office_id, made_at, notice_id)
  WHERE state IN ('failed', 'unsent') AND channel <> 'webhook';
CREATE INDEX notice_state ON notice (authority_id, made_at) WHERE state IN ('waiting', 'failed', 'unsent');
CREATE INDEX notice_sent ON notice (authority_id, channel, ended_at) WHERE state = 'sent';

-- Reports.
CREATE TABLE case_day (
  authority_id BIGINT NOT NULL, office_id TEXT COLLATE "C" NOT NULL, procedure TEXT COLLATE "C" NOT NULL, day BIGINT NOT NULL,
  counter BIGINT NOT NULL, post BIGINT NOT NULL, online BIGINT NOT NULL, mobile BIGINT NOT NULL, on_site BIGINT NOT NULL,
  taken_over BIGINT NOT NULL, early BIGINT NOT NULL, on_time BIGINT NOT NULL, late BIGINT NOT NULL, refused BIGINT NOT NULL,
  withdrawn BIGINT NOT NULL, stopped BIGINT NOT NULL, waiting BIGINT NOT NULL, missed BIGINT NOT NULL, caught BIGINT NOT NULL,
  PRIMARY KEY (authority_id, office_id, procedure, day)
);
-- The cases behind a figure: in the order of their receipts, and of their ends with the open ones last.
CREATE INDEX case_received ON case_file (authority_id, office_id, accepted_at, case_id) WHERE accepted_at IS NOT NULL;
CREATE INDEX case_ended ON case_file (authority_id, office_id, COALESCE(finished_at, closed_at, 9223372036854775807), case_id)
  WHERE accepted_at IS NOT NULL;
-- Cases of the first version of the program: they were received at the counter, and their time never stood still.
INSERT INTO case_day SELECT authority_id, office_id, procedure, day, SUM(counter), 0, 0, 0, 0, 0, SUM(early), SUM(on_time),
  SUM(late), SUM(refused), 0, 0, 0, SUM(missed), SUM(caught) FROM (
    SELECT authority_id, office_id, procedure, (accepted_at + 25200000000) / 86400000000 AS day, 1 AS counter, 0 AS early, 0 AS on_time,
      0 AS late, 0 AS refused, 0 AS missed, 0 AS caught FROM case_file WHERE accepted_at IS NOT NULL
    UNION ALL SELECT authority_id, office_id, procedure, (finished_at + 25200000000) / 86400000000, 0,
      CASE WHEN state <> 'refused' AND on_time = 1 AND (finished_at + 25200000000) / 86400000000 < (due_at + 25200000000) / 86400000000 THEN 1 ELSE 0 END,
      CASE WHEN state <> 'refused' AND on_time = 1 AND (finished_at + 25200000000) / 86400000000 >= (due_at + 25200000000) / 86400000000 THEN 1 ELSE 0 END,
      CASE WHEN state <> 'refused' AND on_time = 0 THEN 1 ELSE 0 END, CASE WHEN state = 'refused' THEN 1 ELSE 0 END, 0,
      CASE WHEN (finished_at + 25200000000) / 86400000000 > (due_at + 25200000000) / 86400000000 THEN 1 ELSE 0 END FROM case_file WHERE finished_at IS NOT NULL
    UNION ALL SELECT authority_id, office_id, procedure, (due_at + 25200000000) / 86400000000, 0, 0, 0, 0, 0, 1, 0 FROM case_file
      WHERE accepted_at IS NOT NULL AND (finished_at IS NULL OR (finished_at + 25200000000) / 86400000000 > (due_at + 25200000000) / 86400000000)
  ) AS moves GROUP BY authority_id, office_id, procedure, day;
