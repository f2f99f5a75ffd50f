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
-- A question of the minutes that somebody asked beforehand, who is told of the answer.
ALTER TABLE promise ADD COLUMN voice_id BYTEA;
-- Forms that were typed wrongly: how often they were corrected, and the last reason.
ALTER TABLE dialogue_form ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE dialogue_form ADD COLUMN corrections BIGINT NOT NULL DEFAULT 0;
ALTER TABLE dialogue_form ADD COLUMN corrected_at BIGINT;
ALTER TABLE dialogue_form ADD COLUMN corrected_by TEXT COLLATE "C";
ALTER TABLE dialogue_form ADD COLUMN reason_id BYTEA;
ALTER TABLE dialogue_form ADD COLUMN reason BYTEA;
UPDATE dialogue_form SET version = 1 WHERE entered_at IS NOT NULL;
-- Days of opinions follow later decisions on days off: from which day, by which decision, and since when an answer is to be published.
ALTER TABLE opinion ADD COLUMN moved_from BIGINT;
ALTER TABLE opinion ADD COLUMN moved_by TEXT COLLATE "C";
ALTER TABLE opinion ADD COLUMN consented_at BIGINT;
CREATE INDEX opinion_owed ON opinion (authority_id, opinion_id) WHERE next_day IS NOT NULL;
-- Pressing opinions of a quarter, by where their authors live: evidence beside the choice of a dialogue.
ALTER TABLE opinion ADD COLUMN residence TEXT COLLATE "C";
CREATE INDEX opinion_pressing ON opinion (authority_id, received_at, opinion_id) WHERE urgency = 'pressing';
