-- What was found of opinions about conduct, and what the cards of offices, procedures and fields are made from.
ALTER TABLE opinion ADD COLUMN finding TEXT COLLATE "C";
CREATE INDEX opinion_received ON opinion (authority_id, received_at, office_id, class, finding, late);
DROP INDEX invitation_issued;
CREATE INDEX invitation_asked ON invitation (authority_id, issued_day, office_id, official, procedure, field, used_day);

-- What is said of a quarter, frozen and signed, and what officials, heads and the level above say to it.
CREATE TABLE frozen_report (
  authority_id BIGINT NOT NULL, quarter TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, frozen_at BIGINT NOT NULL, frozen_by TEXT COLLATE "C" NOT NULL,
  content TEXT COLLATE "C" NOT NULL, hash BYTEA NOT NULL, note TEXT COLLATE "C" NOT NULL, reason TEXT COLLATE "C",
  PRIMARY KEY (authority_id, quarter, version)
);
CREATE TABLE evaluation (
  authority_id BIGINT NOT NULL, evaluation_id BYTEA NOT NULL, quarter TEXT COLLATE "C" NOT NULL, official TEXT COLLATE "C" NOT NULL, office_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL, status TEXT COLLATE "C" NOT NULL, opened_at BIGINT NOT NULL, answer_by BIGINT NOT NULL,
  stand TEXT COLLATE "C", answer BYTEA, answered_at BIGINT, decide_by BIGINT,
  outcome TEXT COLLATE "C", decision BYTEA, decided_at BIGINT, decided_by TEXT COLLATE "C", by_leader BIGINT NOT NULL DEFAULT 0, ask_by BIGINT,
  request BYTEA, asked_at BIGINT, review_by BIGINT,
  review BYTEA, reviewed_at BIGINT, reviewed_by TEXT COLLATE "C",
  PRIMARY KEY (authority_id, evaluation_id)
);
CREATE UNIQUE INDEX evaluation_quarter ON evaluation (authority_id, quarter, official);
