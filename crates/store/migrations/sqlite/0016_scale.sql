-- The law's own scales: what officials enter, whether an applicant took part in a look on the spot, and opinions in the order in which
-- they were due.
CREATE TABLE scale_entry (
  authority_id INTEGER NOT NULL, subject TEXT NOT NULL, period TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL,
  value TEXT NOT NULL, evidence_id BLOB NOT NULL, evidence BLOB NOT NULL, entered_at INTEGER NOT NULL, entered_by TEXT NOT NULL,
  PRIMARY KEY (authority_id, subject, period, item)
) WITHOUT ROWID;
ALTER TABLE case_file ADD COLUMN attended INTEGER NOT NULL DEFAULT 0;
UPDATE case_file SET attended = 1 WHERE (authority_id, case_id) IN (SELECT authority_id, subject FROM journal
  WHERE kind = 'visit_recorded' AND payload LIKE '%"attended":true%');
CREATE INDEX opinion_conduct ON opinion (authority_id, received_at, opinion_id) WHERE class = 'conduct';
CREATE INDEX opinion_due ON opinion (authority_id, due_day, opinion_id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('opinion', 'opinion_conduct', '200000 200000 2 1'),
  ('opinion', 'opinion_due', '1000000 1000000 300 1');
ANALYZE sqlite_schema;
