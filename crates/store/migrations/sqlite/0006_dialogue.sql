-- The quarterly dialogue: its survey wave, the choice of the commune, those who register and ask, and the promises.
CREATE TABLE dialogue (
  authority_id INTEGER NOT NULL, dialogue_id TEXT NOT NULL, key_id BLOB NOT NULL, opened_at INTEGER NOT NULL, opened_by TEXT NOT NULL,
  first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, seed INTEGER NOT NULL, communes TEXT NOT NULL,
  host TEXT, choice TEXT, reason BLOB, chosen_at INTEGER, chosen_by TEXT,
  begins_at INTEGER, place BLOB, announced_at INTEGER,
  reviewed_at INTEGER, promises INTEGER NOT NULL, attended INTEGER, minutes BLOB, closed_at INTEGER, version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, dialogue_id)
) WITHOUT ROWID;
-- A row for every form that was given out; what comes after the commune is empty until it comes back.
CREATE TABLE dialogue_form (
  authority_id INTEGER NOT NULL, dialogue_id TEXT NOT NULL, number INTEGER NOT NULL, commune TEXT NOT NULL,
  form_id BLOB, way TEXT, pressing INTEGER, topic TEXT, words BLOB, entered_at INTEGER, entered_by TEXT,
  PRIMARY KEY (authority_id, dialogue_id, number)
) WITHOUT ROWID;
CREATE INDEX dialogue_form_pressing ON dialogue_form (authority_id, dialogue_id, commune, number) WHERE pressing = 1;
CREATE TABLE dialogue_voice (
  authority_id INTEGER NOT NULL, dialogue_id TEXT NOT NULL, voice_id BLOB NOT NULL, attends INTEGER NOT NULL, topic TEXT,
  said BLOB NOT NULL, joined_at INTEGER NOT NULL,
  PRIMARY KEY (authority_id, dialogue_id, voice_id)
) WITHOUT ROWID;
CREATE TABLE promise (
  authority_id INTEGER NOT NULL, promise_id BLOB NOT NULL, dialogue_id TEXT NOT NULL, number INTEGER NOT NULL, topic TEXT NOT NULL,
  question BLOB NOT NULL, owner TEXT NOT NULL, deadline_day INTEGER NOT NULL, said BLOB, said_at INTEGER, said_by TEXT,
  done_at INTEGER, reports INTEGER NOT NULL,
  PRIMARY KEY (authority_id, promise_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX promise_dialogue ON promise (authority_id, dialogue_id, number);
CREATE INDEX promise_open ON promise (authority_id, done_at, deadline_day, promise_id) WHERE done_at IS NULL;
CREATE INDEX promise_owner ON promise (authority_id, owner, promise_id);
-- Cases by where people live, whichever office handles them.
CREATE INDEX case_residence ON case_file (authority_id, residence, opened_at) WHERE residence IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('case_file', 'case_residence', '1000000 1000000 50000 1'),
  ('dialogue_form', 'dialogue_form', '50000 50000 1000 1'),
  ('dialogue_form', 'dialogue_form_pressing', '5000 5000 100 6 1'),
  ('dialogue_voice', 'dialogue_voice', '10000 10000 200 1'),
  ('promise', 'promise', '10000 10000 1'),
  ('promise', 'promise_dialogue', '10000 10000 50 1'),
  ('promise', 'promise_open', '100 100 100 2 1'),
  ('promise', 'promise_owner', '10000 10000 500 1');
ANALYZE sqlite_schema;
