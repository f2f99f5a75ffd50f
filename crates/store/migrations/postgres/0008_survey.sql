-- Surveys: questionnaires in versions, waves with their drawn people and their forms, and what the forms say once counted.
CREATE TABLE questionnaire (
  authority_id BIGINT NOT NULL, questionnaire_id TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, content TEXT COLLATE "C" NOT NULL,
  saved_at BIGINT NOT NULL, saved_by TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (authority_id, questionnaire_id, version)
);
CREATE TABLE survey (
  authority_id BIGINT NOT NULL, wave BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, questionnaire_id TEXT COLLATE "C" NOT NULL,
  questionnaire_version BIGINT NOT NULL, source TEXT COLLATE "C" NOT NULL, from_day BIGINT NOT NULL, to_day BIGINT NOT NULL, ways TEXT COLLATE "C" NOT NULL,
  seed BIGINT NOT NULL, frame_digest BYTEA NOT NULL, draw_digest BYTEA NOT NULL, strata TEXT COLLATE "C" NOT NULL, opened_at BIGINT NOT NULL,
  opened_by TEXT COLLATE "C" NOT NULL, cells TEXT COLLATE "C", closed_day BIGINT, closed_by TEXT COLLATE "C", version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, wave)
);
-- Who was drawn. Nothing joins a person to a form.
CREATE TABLE survey_person (
  authority_id BIGINT NOT NULL, wave BIGINT NOT NULL, place BIGINT NOT NULL, stratum BIGINT NOT NULL, case_id BYTEA, person_id BYTEA,
  contact BYTEA,
  PRIMARY KEY (authority_id, wave, place)
);
-- The roll: a row for every form that was given out. Nothing joins a form to its answers once the box was opened.
CREATE TABLE survey_form (
  authority_id BIGINT NOT NULL, wave BIGINT NOT NULL, serial BIGINT NOT NULL, stratum BIGINT NOT NULL, state TEXT COLLATE "C", way TEXT COLLATE "C",
  state_day BIGINT, slip_hash BYTEA, version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, wave, serial)
);
-- The forms of a wave that was counted, shuffled within their cells.
CREATE TABLE survey_row (
  authority_id BIGINT NOT NULL, wave BIGINT NOT NULL, place BIGINT NOT NULL, cell BIGINT NOT NULL, way TEXT COLLATE "C", answers TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (authority_id, wave, place)
);
CREATE TABLE survey_words (
  authority_id BIGINT NOT NULL, wave BIGINT NOT NULL, question BIGINT NOT NULL, place BIGINT NOT NULL, words_id BYTEA NOT NULL,
  words BYTEA NOT NULL,
  PRIMARY KEY (authority_id, wave, question, place)
);
-- Cases by when they were closed: the frame of a wave.
CREATE INDEX case_closed ON case_file (authority_id, office_id, closed_at, case_id) WHERE closed_at IS NOT NULL;
