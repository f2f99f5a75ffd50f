-- Surveys: questionnaires in versions, waves with their drawn people and their forms, and what the forms say once counted.
CREATE TABLE questionnaire (
  authority_id INTEGER NOT NULL, questionnaire_id TEXT NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL,
  saved_at INTEGER NOT NULL, saved_by TEXT NOT NULL,
  PRIMARY KEY (authority_id, questionnaire_id, version)
) WITHOUT ROWID;
CREATE TABLE survey (
  authority_id INTEGER NOT NULL, wave INTEGER NOT NULL, name TEXT NOT NULL, questionnaire_id TEXT NOT NULL,
  questionnaire_version INTEGER NOT NULL, source TEXT NOT NULL, from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, ways TEXT NOT NULL,
  seed INTEGER NOT NULL, frame_digest BLOB NOT NULL, draw_digest BLOB NOT NULL, strata TEXT NOT NULL, opened_at INTEGER NOT NULL,
  opened_by TEXT NOT NULL, cells TEXT, closed_day INTEGER, closed_by TEXT, version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, wave)
) WITHOUT ROWID;
-- Who was drawn. Nothing joins a person to a form.
CREATE TABLE survey_person (
  authority_id INTEGER NOT NULL, wave INTEGER NOT NULL, place INTEGER NOT NULL, stratum INTEGER NOT NULL, case_id BLOB, person_id BLOB,
  contact BLOB,
  PRIMARY KEY (authority_id, wave, place)
) WITHOUT ROWID;
-- The roll: a row for every form that was given out. Nothing joins a form to its answers once the box was opened.
CREATE TABLE survey_form (
  authority_id INTEGER NOT NULL, wave INTEGER NOT NULL, serial INTEGER NOT NULL, stratum INTEGER NOT NULL, state TEXT, way TEXT,
  state_day INTEGER, slip_hash BLOB, version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, wave, serial)
) WITHOUT ROWID;
-- The forms of a wave that was counted, shuffled within their cells.
CREATE TABLE survey_row (
  authority_id INTEGER NOT NULL, wave INTEGER NOT NULL, place INTEGER NOT NULL, cell INTEGER NOT NULL, way TEXT, answers TEXT NOT NULL,
  PRIMARY KEY (authority_id, wave, place)
) WITHOUT ROWID;
CREATE TABLE survey_words (
  authority_id INTEGER NOT NULL, wave INTEGER NOT NULL, question INTEGER NOT NULL, place INTEGER NOT NULL, words_id BLOB NOT NULL,
  words BLOB NOT NULL,
  PRIMARY KEY (authority_id, wave, question, place)
) WITHOUT ROWID;
-- Cases by when they were closed: the frame of a wave.
CREATE INDEX case_closed ON case_file (authority_id, office_id, closed_at, case_id) WHERE closed_at IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('case_file', 'case_closed', '1000000 1000000 50000 2 1'),
  ('survey_person', 'survey_person', '50000 50000 1000 1'),
  ('survey_form', 'survey_form', '50000 50000 1000 1'),
  ('survey_row', 'survey_row', '30000 30000 600 1'),
  ('survey_words', 'survey_words', '10000 10000 200 200 1');
ANALYZE sqlite_schema;
