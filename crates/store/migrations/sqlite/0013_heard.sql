-- Opinions that are late: what the head of the office explains, and the day after which the next explanation is owed.
ALTER TABLE opinion ADD COLUMN explain_day INTEGER;
UPDATE opinion SET explain_day = next_day;
CREATE TABLE opinion_explanation (
  authority_id INTEGER NOT NULL, opinion_id BLOB NOT NULL, version INTEGER NOT NULL, owed TEXT NOT NULL, due_day INTEGER NOT NULL,
  head TEXT NOT NULL, said_at INTEGER NOT NULL, said_by TEXT NOT NULL, words BLOB NOT NULL, promised_day INTEGER NOT NULL,
  PRIMARY KEY (authority_id, opinion_id, version)
) WITHOUT ROWID;
CREATE INDEX opinion_explain ON opinion (authority_id, explain_day, opinion_id) WHERE explain_day IS NOT NULL;
CREATE INDEX opinion_explain_office ON opinion (authority_id, office_id, explain_day, opinion_id) WHERE explain_day IS NOT NULL;
-- A question of the minutes that somebody asked beforehand, who is told of the answer.
ALTER TABLE promise ADD COLUMN voice_id BLOB;
-- Forms that were typed wrongly: how often they were corrected, and the last reason.
ALTER TABLE dialogue_form ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dialogue_form ADD COLUMN corrections INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dialogue_form ADD COLUMN corrected_at INTEGER;
ALTER TABLE dialogue_form ADD COLUMN corrected_by TEXT;
ALTER TABLE dialogue_form ADD COLUMN reason_id BLOB;
ALTER TABLE dialogue_form ADD COLUMN reason BLOB;
UPDATE dialogue_form SET version = 1 WHERE entered_at IS NOT NULL;
-- Days of opinions follow later decisions on days off: from which day, by which decision, and since when an answer is to be published.
ALTER TABLE opinion ADD COLUMN moved_from INTEGER;
ALTER TABLE opinion ADD COLUMN moved_by TEXT;
ALTER TABLE opinion ADD COLUMN consented_at INTEGER;
CREATE INDEX opinion_owed ON opinion (authority_id, opinion_id) WHERE next_day IS NOT NULL;
-- Pressing opinions of a quarter, by where their authors live: evidence beside the choice of a dialogue.
ALTER TABLE opinion ADD COLUMN residence TEXT;
CREATE INDEX opinion_pressing ON opinion (authority_id, received_at, opinion_id) WHERE urgency = 'pressing';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('opinion_explanation', 'opinion_explanation', '20000 20000 2 1'),
  ('opinion', 'opinion_owed', '1000 1000 1'),
  ('opinion', 'opinion_pressing', '100000 100000 2 1'),
  ('opinion', 'opinion_explain', '1000 1000 20 1'),
  ('opinion', 'opinion_explain_office', '1000 1000 50 2 1');
ANALYZE sqlite_schema;
