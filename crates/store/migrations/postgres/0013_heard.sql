-- Opinions that are late: what the head of the office explains, and the day after which the next explanation is owed.
ALTER TABLE opinion ADD COLUMN explain_day BIGINT;
UPDATE opinion SET explain_day = next_day;
CREATE TABLE opinion_explanation (
  authority_id BIGINT NOT NULL, opinion_id BYTEA NOT NULL, version BIGINT NOT NULL, owed TEXT COLLATE "C" NOT NULL, due_day BIGINT NOT NULL,
  head TEXT COLLATE "C" NOT NULL, said_at BIGINT NOT NULL, said_by TEXT COLLATE "C" NOT NULL, words BYTEA NOT NULL, promised_day BIGINT NOT NULL,
  PRIMARY KEY (authority_id, opinion_id, version)
);
CREATE INDEX opinion_explain ON opinion (authority_id, explain_day, opinion_id) WHERE explain_day IS NOT NULL;
CREATE INDEX opinion_explain_office ON opinion (authority_id, office_id, explain_day, opinion_id) WHERE explain_day IS NOT NULL;
