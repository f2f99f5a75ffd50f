-- The journal is the truth; every table up to "beside the chain" is a function of it.
CREATE TABLE chain (
  authority_id INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (authority_id)
) WITHOUT ROWID;
CREATE TABLE journal (
  authority_id INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
  subject BLOB NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (authority_id, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX journal_subject ON journal (authority_id, subject, version);

CREATE TABLE counter (
  authority_id INTEGER NOT NULL, scope TEXT NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (authority_id, scope)
) WITHOUT ROWID;
CREATE TABLE directory (
  authority_id INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (authority_id, kind, key)
) WITHOUT ROWID;

CREATE TABLE case_file (
  authority_id INTEGER NOT NULL, case_id BLOB NOT NULL, office_id TEXT NOT NULL, procedure TEXT NOT NULL,
  applicant_kind TEXT NOT NULL, person_id BLOB NOT NULL, applicant BLOB NOT NULL, residence TEXT,
  track_hash BLOB NOT NULL, state TEXT NOT NULL, is_open INTEGER NOT NULL, holder TEXT NOT NULL,
  supplements INTEGER NOT NULL, version INTEGER NOT NULL, opened_at INTEGER NOT NULL, sort_at INTEGER NOT NULL,
  code TEXT, book_number INTEGER, accepted_at INTEGER, due_at INTEGER, limit_choice TEXT, documents TEXT, reason BLOB,
  finished_at INTEGER, outcome TEXT, on_time INTEGER, closed_at INTEGER,
  PRIMARY KEY (authority_id, case_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX case_code ON case_file (authority_id, code) WHERE code IS NOT NULL;
CREATE UNIQUE INDEX case_track ON case_file (authority_id, track_hash);
CREATE INDEX case_holder ON case_file (authority_id, holder, sort_at, case_id) WHERE is_open = 1;
CREATE INDEX case_office ON case_file (authority_id, office_id, sort_at, case_id) WHERE is_open = 1;
CREATE INDEX case_finished ON case_file (authority_id, office_id, finished_at, case_id) WHERE finished_at IS NOT NULL;

CREATE TABLE invitation (
  authority_id INTEGER NOT NULL, invitation_id BLOB NOT NULL, case_id BLOB NOT NULL, office_id TEXT NOT NULL,
  grp TEXT NOT NULL, procedure TEXT NOT NULL, field TEXT NOT NULL, issued_day INTEGER NOT NULL,
  used_day INTEGER, way TEXT,
  PRIMARY KEY (authority_id, invitation_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX invitation_case ON invitation (authority_id, case_id);
CREATE TABLE ballot_box (
  authority_id INTEGER NOT NULL, box_id TEXT NOT NULL, office_id TEXT NOT NULL, grp TEXT NOT NULL,
  serial INTEGER NOT NULL, pending INTEGER NOT NULL,
  PRIMARY KEY (authority_id, box_id)
) WITHOUT ROWID;
CREATE TABLE sealed_box (
  authority_id INTEGER NOT NULL, box_id TEXT NOT NULL, serial INTEGER NOT NULL, day INTEGER NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (authority_id, box_id, serial)
) WITHOUT ROWID;
CREATE TABLE slip (
  authority_id INTEGER NOT NULL, box_id TEXT NOT NULL, serial INTEGER NOT NULL, pile TEXT NOT NULL, place INTEGER NOT NULL,
  overall INTEGER, welcome INTEGER, guidance INTEGER, speed INTEGER, lawful INTEGER, trips INTEGER, extra_money TEXT,
  procedure TEXT, field TEXT, slip_id BLOB, words BLOB,
  PRIMARY KEY (authority_id, box_id, serial, pile, place)
) WITHOUT ROWID;
CREATE TABLE opinion (
  authority_id INTEGER NOT NULL, opinion_id BLOB NOT NULL, office_id TEXT NOT NULL, named INTEGER NOT NULL,
  opinion BLOB NOT NULL, follow_hash BLOB NOT NULL, received_at INTEGER NOT NULL, due_day INTEGER NOT NULL,
  answered_at INTEGER, answered_by TEXT, answer BLOB,
  PRIMARY KEY (authority_id, opinion_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX opinion_follow ON opinion (authority_id, follow_hash);
CREATE INDEX opinion_office ON opinion (authority_id, office_id, opinion_id);

CREATE TABLE office_tally (
  authority_id INTEGER NOT NULL, office_id TEXT NOT NULL, grp TEXT NOT NULL, month INTEGER NOT NULL,
  opened INTEGER NOT NULL, supplements INTEGER NOT NULL, accepted INTEGER NOT NULL, on_time INTEGER NOT NULL, late INTEGER NOT NULL,
  returned INTEGER NOT NULL, refused INTEGER NOT NULL, invited INTEGER NOT NULL, used INTEGER NOT NULL, sealed INTEGER NOT NULL,
  PRIMARY KEY (authority_id, office_id, grp, month)
) WITHOUT ROWID;
CREATE TABLE answer_tally (
  authority_id INTEGER NOT NULL, office_id TEXT NOT NULL, grp TEXT NOT NULL, month INTEGER NOT NULL,
  question TEXT NOT NULL, n0 INTEGER NOT NULL, n1 INTEGER NOT NULL, n2 INTEGER NOT NULL, n3 INTEGER NOT NULL, n4 INTEGER NOT NULL, n5 INTEGER NOT NULL,
  PRIMARY KEY (authority_id, office_id, grp, month, question)
) WITHOUT ROWID;
CREATE TABLE due_tally (
  authority_id INTEGER NOT NULL, office_id TEXT NOT NULL, grp TEXT NOT NULL, due_at INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (authority_id, office_id, grp, due_at)
) WITHOUT ROWID;

-- Beside the chain: exempt from replay.
CREATE TABLE data_key (
  authority_id INTEGER NOT NULL, subject_id BLOB NOT NULL, wrapped BLOB NOT NULL,
  PRIMARY KEY (authority_id, subject_id)
) WITHOUT ROWID;
CREATE TABLE person_index (
  authority_id INTEGER NOT NULL, hash BLOB NOT NULL, case_id BLOB NOT NULL, person_id BLOB NOT NULL,
  PRIMARY KEY (authority_id, hash, case_id)
) WITHOUT ROWID;
CREATE TABLE ballot (
  authority_id INTEGER NOT NULL, box_id TEXT NOT NULL, serial INTEGER NOT NULL, ballot_id BLOB NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, box_id, serial, ballot_id)
) WITHOUT ROWID;
CREATE TABLE account (
  authority_id INTEGER NOT NULL, login TEXT NOT NULL, official_id TEXT NOT NULL, password_hash TEXT NOT NULL,
  PRIMARY KEY (authority_id, login)
) WITHOUT ROWID;
CREATE TABLE session (
  authority_id INTEGER NOT NULL, token_hash BLOB NOT NULL, login TEXT NOT NULL, made_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
  PRIMARY KEY (authority_id, token_hash)
) WITHOUT ROWID;
CREATE INDEX session_login ON session (authority_id, login);
CREATE TABLE setting (
  authority_id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (authority_id, name)
) WITHOUT ROWID;
