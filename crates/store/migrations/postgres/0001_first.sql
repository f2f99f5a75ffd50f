-- The journal is the truth; every table up to "beside the chain" is a function of it.
CREATE TABLE chain (
  authority_id BIGINT NOT NULL, seq BIGINT NOT NULL, hash BYTEA NOT NULL,
  PRIMARY KEY (authority_id)
);
CREATE TABLE journal (
  authority_id BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT COLLATE "C" NOT NULL,
  subject BYTEA NOT NULL, version BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, payload TEXT COLLATE "C" NOT NULL, hash BYTEA NOT NULL,
  PRIMARY KEY (authority_id, seq)
);
CREATE UNIQUE INDEX journal_subject ON journal (authority_id, subject, version);

CREATE TABLE counter (
  authority_id BIGINT NOT NULL, scope TEXT COLLATE "C" NOT NULL, value BIGINT NOT NULL,
  PRIMARY KEY (authority_id, scope)
);
CREATE TABLE directory (
  authority_id BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, document TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (authority_id, kind, key)
);

CREATE TABLE case_file (
  authority_id BIGINT NOT NULL, case_id BYTEA NOT NULL, office_id TEXT COLLATE "C" NOT NULL, procedure TEXT COLLATE "C" NOT NULL,
  applicant_kind TEXT COLLATE "C" NOT NULL, person_id BYTEA NOT NULL, applicant BYTEA NOT NULL, residence TEXT COLLATE "C",
  track_hash BYTEA NOT NULL, state TEXT COLLATE "C" NOT NULL, is_open BIGINT NOT NULL, holder TEXT COLLATE "C" NOT NULL,
  supplements BIGINT NOT NULL, version BIGINT NOT NULL, opened_at BIGINT NOT NULL, sort_at BIGINT NOT NULL,
  code TEXT COLLATE "C", book_number BIGINT, accepted_at BIGINT, due_at BIGINT, limit_choice TEXT COLLATE "C", documents TEXT COLLATE "C", reason BYTEA,
  finished_at BIGINT, outcome TEXT COLLATE "C", on_time BIGINT, closed_at BIGINT,
  PRIMARY KEY (authority_id, case_id)
);
CREATE UNIQUE INDEX case_code ON case_file (authority_id, code) WHERE code IS NOT NULL;
CREATE UNIQUE INDEX case_track ON case_file (authority_id, track_hash);
CREATE INDEX case_holder ON case_file (authority_id, holder, sort_at, case_id) WHERE is_open = 1;
CREATE INDEX case_office ON case_file (authority_id, office_id, sort_at, case_id) WHERE is_open = 1;
CREATE INDEX case_finished ON case_file (authority_id, office_id, finished_at, case_id) WHERE finished_at IS NOT NULL;

CREATE TABLE invitation (
  authority_id BIGINT NOT NULL, invitation_id BYTEA NOT NULL, case_id BYTEA NOT NULL, office_id TEXT COLLATE "C" NOT NULL,
  grp TEXT COLLATE "C" NOT NULL, procedure TEXT COLLATE "C" NOT NULL, field TEXT COLLATE "C" NOT NULL, issued_day BIGINT NOT NULL,
  used_day BIGINT, way TEXT COLLATE "C",
  PRIMARY KEY (authority_id, invitation_id)
);
CREATE UNIQUE INDEX invitation_case ON invitation (authority_id, case_id);
CREATE TABLE ballot_box (
  authority_id BIGINT NOT NULL, box_id TEXT COLLATE "C" NOT NULL, office_id TEXT COLLATE "C" NOT NULL, grp TEXT COLLATE "C" NOT NULL,
  serial BIGINT NOT NULL, pending BIGINT NOT NULL,
  PRIMARY KEY (authority_id, box_id)
);
CREATE TABLE sealed_box (
  authority_id BIGINT NOT NULL, box_id TEXT COLLATE "C" NOT NULL, serial BIGINT NOT NULL, day BIGINT NOT NULL, size BIGINT NOT NULL,
  PRIMARY KEY (authority_id, box_id, serial)
);
CREATE TABLE slip (
  authority_id BIGINT NOT NULL, box_id TEXT COLLATE "C" NOT NULL, serial BIGINT NOT NULL, pile TEXT COLLATE "C" NOT NULL, place BIGINT NOT NULL,
  overall BIGINT, welcome BIGINT, guidance BIGINT, speed BIGINT, lawful BIGINT, trips BIGINT, extra_money TEXT COLLATE "C",
  procedure TEXT COLLATE "C", field TEXT COLLATE "C", slip_id BYTEA, words BYTEA,
  PRIMARY KEY (authority_id, box_id, serial, pile, place)
);
CREATE TABLE opinion (
  authority_id BIGINT NOT NULL, opinion_id BYTEA NOT NULL, office_id TEXT COLLATE "C" NOT NULL, named BIGINT NOT NULL,
  opinion BYTEA NOT NULL, follow_hash BYTEA NOT NULL, received_at BIGINT NOT NULL, due_day BIGINT NOT NULL,
  answered_at BIGINT, answered_by TEXT COLLATE "C", answer BYTEA,
  PRIMARY KEY (authority_id, opinion_id)
);
CREATE UNIQUE INDEX opinion_follow ON opinion (authority_id, follow_hash);
CREATE INDEX opinion_office ON opinion (authority_id, office_id, opinion_id);

CREATE TABLE office_tally (
  authority_id BIGINT NOT NULL, office_id TEXT COLLATE "C" NOT NULL, grp TEXT COLLATE "C" NOT NULL, month BIGINT NOT NULL,
  opened BIGINT NOT NULL, supplements BIGINT NOT NULL, accepted BIGINT NOT NULL, on_time BIGINT NOT NULL, late BIGINT NOT NULL,
  returned BIGINT NOT NULL, refused BIGINT NOT NULL, invited BIGINT NOT NULL, used BIGINT NOT NULL, sealed BIGINT NOT NULL,
  PRIMARY KEY (authority_id, office_id, grp, month)
);
CREATE TABLE answer_tally (
  authority_id BIGINT NOT NULL, office_id TEXT COLLATE "C" NOT NULL, grp TEXT COLLATE "C" NOT NULL, month BIGINT NOT NULL,
  question TEXT COLLATE "C" NOT NULL, n0 BIGINT NOT NULL, n1 BIGINT NOT NULL, n2 BIGINT NOT NULL, n3 BIGINT NOT NULL, n4 BIGINT NOT NULL, n5 BIGINT NOT NULL,
  PRIMARY KEY (authority_id, office_id, grp, month, question)
);
CREATE TABLE due_tally (
  authority_id BIGINT NOT NULL, office_id TEXT COLLATE "C" NOT NULL, grp TEXT COLLATE "C" NOT NULL, due_at BIGINT NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (authority_id, office_id, grp, due_at)
);

-- Beside the chain: exempt from replay.
CREATE TABLE data_key (
  authority_id BIGINT NOT NULL, subject_id BYTEA NOT NULL, wrapped BYTEA NOT NULL,
  PRIMARY KEY (authority_id, subject_id)
);
CREATE TABLE person_index (
  authority_id BIGINT NOT NULL, hash BYTEA NOT NULL, case_id BYTEA NOT NULL, person_id BYTEA NOT NULL,
  PRIMARY KEY (authority_id, hash, case_id)
);
CREATE TABLE ballot (
  authority_id BIGINT NOT NULL, box_id TEXT COLLATE "C" NOT NULL, serial BIGINT NOT NULL, ballot_id BYTEA NOT NULL, sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, box_id, serial, ballot_id)
);
CREATE TABLE account (
  authority_id BIGINT NOT NULL, login TEXT COLLATE "C" NOT NULL, official_id TEXT COLLATE "C" NOT NULL, password_hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (authority_id, login)
);
CREATE TABLE session (
  authority_id BIGINT NOT NULL, token_hash BYTEA NOT NULL, login TEXT COLLATE "C" NOT NULL, made_at BIGINT NOT NULL, ends_at BIGINT NOT NULL,
  PRIMARY KEY (authority_id, token_hash)
);
CREATE INDEX session_login ON session (authority_id, login);
CREATE TABLE setting (
  authority_id BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, value TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (authority_id, name)
);
