-- The law's own scales: what officials enter, whether an applicant took part in a look on the spot, and opinions in the order in which
-- they were due.
CREATE TABLE scale_entry (
  authority_id BIGINT NOT NULL, subject TEXT COLLATE "C" NOT NULL, period TEXT COLLATE "C" NOT NULL, item TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
  value TEXT COLLATE "C" NOT NULL, evidence_id BYTEA NOT NULL, evidence BYTEA NOT NULL, entered_at BIGINT NOT NULL, entered_by TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (authority_id, subject, period, item)
);
ALTER TABLE case_file ADD COLUMN attended BIGINT NOT NULL DEFAULT 0;
UPDATE case_file SET attended = 1 WHERE (authority_id, case_id) IN (SELECT authority_id, subject FROM journal
  WHERE kind = 'visit_recorded' AND payload LIKE '%"attended":true%');
CREATE INDEX opinion_conduct ON opinion (authority_id, received_at, opinion_id) WHERE class = 'conduct';
CREATE INDEX opinion_due ON opinion (authority_id, due_day, opinion_id);
