-- The quarterly dialogue: its survey wave, the choice of the commune, those who register and ask, and the promises.
CREATE TABLE dialogue (
  authority_id BIGINT NOT NULL, dialogue_id TEXT COLLATE "C" NOT NULL, key_id BYTEA NOT NULL, opened_at BIGINT NOT NULL, opened_by TEXT COLLATE "C" NOT NULL,
  first_day BIGINT NOT NULL, last_day BIGINT NOT NULL, seed BIGINT NOT NULL, communes TEXT COLLATE "C" NOT NULL,
  host TEXT COLLATE "C", choice TEXT COLLATE "C", reason BYTEA, chosen_at BIGINT, chosen_by TEXT COLLATE "C",
  begins_at BIGINT, place BYTEA, announced_at BIGINT,
  reviewed_at BIGINT, promises BIGINT NOT NULL, attended BIGINT, minutes BYTEA, closed_at BIGINT, version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, dialogue_id)
);
-- A row for every form that was given out; what comes after the commune is empty until it comes back.
CREATE TABLE dialogue_form (
  authority_id BIGINT NOT NULL, dialogue_id TEXT COLLATE "C" NOT NULL, number BIGINT NOT NULL, commune TEXT COLLATE "C" NOT NULL,
  form_id BYTEA, way TEXT COLLATE "C", pressing BIGINT, topic TEXT COLLATE "C", words BYTEA, entered_at BIGINT, entered_by TEXT COLLATE "C",
  PRIMARY KEY (authority_id, dialogue_id, number)
);
CREATE INDEX dialogue_form_pressing ON dialogue_form (authority_id, dialogue_id, commune, number) WHERE pressing = 1;
CREATE TABLE dialogue_voice (
  authority_id BIGINT NOT NULL, dialogue_id TEXT COLLATE "C" NOT NULL, voice_id BYTEA NOT NULL, attends BIGINT NOT NULL, topic TEXT COLLATE "C",
  said BYTEA NOT NULL, joined_at BIGINT NOT NULL,
  PRIMARY KEY (authority_id, dialogue_id, voice_id)
);
CREATE TABLE promise (
  authority_id BIGINT NOT NULL, promise_id BYTEA NOT NULL, dialogue_id TEXT COLLATE "C" NOT NULL, number BIGINT NOT NULL, topic TEXT COLLATE "C" NOT NULL,
  question BYTEA NOT NULL, owner TEXT COLLATE "C" NOT NULL, deadline_day BIGINT NOT NULL, said BYTEA, said_at BIGINT, said_by TEXT COLLATE "C",
  done_at BIGINT, reports BIGINT NOT NULL,
  PRIMARY KEY (authority_id, promise_id)
);
CREATE UNIQUE INDEX promise_dialogue ON promise (authority_id, dialogue_id, number);
CREATE INDEX promise_open ON promise (authority_id, done_at, deadline_day, promise_id) WHERE done_at IS NULL;
CREATE INDEX promise_owner ON promise (authority_id, owner, promise_id);
-- Cases by where people live, whichever office handles them.
CREATE INDEX case_residence ON case_file (authority_id, residence, opened_at) WHERE residence IS NOT NULL;
