-- What was found of opinions about conduct, and what the cards of offices, procedures and fields are made from.
ALTER TABLE opinion ADD COLUMN finding TEXT;
CREATE INDEX opinion_received ON opinion (authority_id, received_at, office_id, class, finding, late);
DROP INDEX invitation_issued;
CREATE INDEX invitation_asked ON invitation (authority_id, issued_day, office_id, official, procedure, field, used_day);

-- What is said of a quarter, frozen and signed, and what officials, heads and the level above say to it.
CREATE TABLE frozen_report (
  authority_id INTEGER NOT NULL, quarter TEXT NOT NULL, version INTEGER NOT NULL, frozen_at INTEGER NOT NULL, frozen_by TEXT NOT NULL,
  content TEXT NOT NULL, hash BLOB NOT NULL, note TEXT NOT NULL, reason TEXT,
  PRIMARY KEY (authority_id, quarter, version)
) WITHOUT ROWID;
CREATE TABLE evaluation (
  authority_id INTEGER NOT NULL, evaluation_id BLOB NOT NULL, quarter TEXT NOT NULL, official TEXT NOT NULL, office_id TEXT NOT NULL,
  version INTEGER NOT NULL, status TEXT NOT NULL, opened_at INTEGER NOT NULL, answer_by INTEGER NOT NULL,
  stand TEXT, answer BLOB, answered_at INTEGER, decide_by INTEGER,
  outcome TEXT, decision BLOB, decided_at INTEGER, decided_by TEXT, by_leader INTEGER NOT NULL DEFAULT 0, ask_by INTEGER,
  request BLOB, asked_at INTEGER, review_by INTEGER,
  review BLOB, reviewed_at INTEGER, reviewed_by TEXT,
  PRIMARY KEY (authority_id, evaluation_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX evaluation_quarter ON evaluation (authority_id, quarter, official);

DELETE FROM sqlite_stat1 WHERE idx = 'invitation_issued';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('invitation', 'invitation_asked', '500000 500000 300 20 4 2 2 1'),
  ('opinion', 'opinion_received', '1000000 1000000 1 1 1 1 1');
ANALYZE sqlite_schema;
