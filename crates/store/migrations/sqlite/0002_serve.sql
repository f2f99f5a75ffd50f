-- Every legal step of a case, offices in time, counters, notices.

-- Cases.
ALTER TABLE case_file ADD COLUMN at_office TEXT NOT NULL DEFAULT '';
ALTER TABLE case_file ADD COLUMN desk_office TEXT NOT NULL DEFAULT '';
ALTER TABLE case_file ADD COLUMN waits TEXT NOT NULL DEFAULT 'us';
ALTER TABLE case_file ADD COLUMN reception TEXT NOT NULL DEFAULT 'counter';
ALTER TABLE case_file ADD COLUMN help_office TEXT;
ALTER TABLE case_file ADD COLUMN deciding TEXT;
ALTER TABLE case_file ADD COLUMN ticket BLOB;
ALTER TABLE case_file ADD COLUMN first_contact_at INTEGER;
ALTER TABLE case_file ADD COLUMN clock TEXT;
ALTER TABLE case_file ADD COLUMN consulting INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN submitted TEXT;
ALTER TABLE case_file ADD COLUMN return_way TEXT;
UPDATE case_file SET at_office = office_id, desk_office = office_id;
UPDATE case_file SET waits = CASE WHEN is_open = 0 THEN 'nobody' WHEN state = 'finished' THEN 'ready'
  WHEN state = 'supplement_requested' THEN 'citizen' ELSE 'us' END;
DROP INDEX case_office;
CREATE INDEX case_office ON case_file (authority_id, at_office, sort_at, case_id) WHERE is_open = 1;
CREATE INDEX case_away ON case_file (authority_id, desk_office, sort_at, case_id)
  WHERE is_open = 1 AND at_office <> desk_office;
CREATE TABLE consultation (
  authority_id INTEGER NOT NULL, consultation_id BLOB NOT NULL, case_id BLOB NOT NULL, body TEXT NOT NULL, question BLOB NOT NULL,
  asked_at INTEGER NOT NULL, answer_by INTEGER NOT NULL, silence_consents INTEGER NOT NULL, reply TEXT, answer BLOB, closed_at INTEGER,
  PRIMARY KEY (authority_id, consultation_id)
) WITHOUT ROWID;
CREATE INDEX consultation_case ON consultation (authority_id, case_id, consultation_id);
CREATE TABLE guidance (
  authority_id INTEGER NOT NULL, guidance_id BLOB NOT NULL, office_id TEXT NOT NULL, procedure TEXT NOT NULL, reception TEXT NOT NULL,
  official TEXT NOT NULL, given_at INTEGER NOT NULL, words BLOB NOT NULL,
  PRIMARY KEY (authority_id, guidance_id)
) WITHOUT ROWID;
CREATE INDEX guidance_office ON guidance (authority_id, office_id, given_at, guidance_id);

-- Directory in time.

-- Procedures.
CREATE TABLE posting (
  authority_id INTEGER NOT NULL, office_id TEXT NOT NULL, procedure TEXT NOT NULL, valid_from INTEGER, photo BLOB,
  confirmed_at INTEGER NOT NULL, confirmed_by TEXT NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, office_id, procedure)
) WITHOUT ROWID;

-- Tracking books: a line for each number, and one without a case under a closed year (years by local time, UTC+7).
CREATE TABLE book_line (
  authority_id INTEGER NOT NULL, office_id TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT NULL, case_id BLOB, taken INTEGER NOT NULL,
  closed_at INTEGER, closed_by TEXT,
  PRIMARY KEY (authority_id, office_id, year, number)
) WITHOUT ROWID;
INSERT INTO book_line (authority_id, office_id, year, number, case_id, taken)
SELECT authority_id, office_id, CAST(strftime('%Y', accepted_at / 1000000 + 25200, 'unixepoch') AS INTEGER), book_number, case_id, 0
FROM case_file WHERE book_number IS NOT NULL;

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
CREATE TABLE attachment (
  authority_id INTEGER NOT NULL, attachment_id BLOB NOT NULL, owner_kind TEXT NOT NULL, owner_id BLOB NOT NULL, version INTEGER NOT NULL,
  office_id TEXT NOT NULL, key_id BLOB NOT NULL, media TEXT NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL, content BLOB NOT NULL,
  document INTEGER, name BLOB NOT NULL, scan TEXT NOT NULL, added_at INTEGER NOT NULL, added_by TEXT NOT NULL,
  removed_at INTEGER, removed_by TEXT, reason BLOB,
  PRIMARY KEY (authority_id, attachment_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX attachment_owner ON attachment (authority_id, owner_kind, owner_id, version);
-- Beside the chain: kept files that no attachment stands behind.
CREATE TABLE loose_blob (
  authority_id INTEGER NOT NULL, blob_id BLOB NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (authority_id, blob_id)
) WITHOUT ROWID;

-- Notices. Beside the chain: exempt from replay.
CREATE TABLE notice (
  authority_id INTEGER NOT NULL, notice_id BLOB NOT NULL, subject_id BLOB NOT NULL, version INTEGER NOT NULL, person_id BLOB NOT NULL,
  office_id TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT NOT NULL, target TEXT NOT NULL, made_at INTEGER NOT NULL, send_at INTEGER NOT NULL,
  tries INTEGER NOT NULL, state TEXT NOT NULL, claim BLOB, lease_until INTEGER NOT NULL, via TEXT, problem TEXT, code INTEGER,
  ended_at INTEGER, ended_by TEXT, sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, notice_id)
) WITHOUT ROWID;
CREATE INDEX notice_due ON notice (authority_id, send_at, notice_id) WHERE state = 'waiting';
CREATE INDEX notice_claim ON notice (authority_id, claim) WHERE claim IS NOT NULL;
CREATE INDEX notice_subject ON notice (authority_id, subject_id, made_at, notice_id);
CREATE INDEX notice_open ON notice (authority_id, office_id, made_at, notice_id)
  WHERE state IN ('failed', 'unsent') AND channel <> 'webhook';
CREATE INDEX notice_state ON notice (authority_id, made_at) WHERE state IN ('waiting', 'failed', 'unsent');
CREATE INDEX notice_sent ON notice (authority_id, channel, ended_at) WHERE state = 'sent';

-- Reports.
CREATE TABLE case_day (
  authority_id INTEGER NOT NULL, office_id TEXT NOT NULL, procedure TEXT NOT NULL, day INTEGER NOT NULL,
  counter INTEGER NOT NULL, post INTEGER NOT NULL, online INTEGER NOT NULL, mobile INTEGER NOT NULL, on_site INTEGER NOT NULL,
  taken_over INTEGER NOT NULL, early INTEGER NOT NULL, on_time INTEGER NOT NULL, late INTEGER NOT NULL, refused INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL, stopped INTEGER NOT NULL, waiting INTEGER NOT NULL, missed INTEGER NOT NULL, caught INTEGER NOT NULL,
  PRIMARY KEY (authority_id, office_id, procedure, day)
) WITHOUT ROWID;
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
