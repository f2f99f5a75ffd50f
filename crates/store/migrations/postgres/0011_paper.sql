-- Ballots on paper: batches are a function of the journal, and say how many and by whom.
CREATE TABLE paper_batch (
  authority_id BIGINT NOT NULL, batch_id BYTEA NOT NULL, office_id TEXT COLLATE "C" NOT NULL, grp TEXT COLLATE "C" NOT NULL, opened_day BIGINT NOT NULL,
  is_open BIGINT NOT NULL, sent BIGINT NOT NULL, ended_day BIGINT, first TEXT COLLATE "C", second TEXT COLLATE "C", sheets BIGINT NOT NULL, stubs BIGINT NOT NULL,
  PRIMARY KEY (authority_id, batch_id)
);
CREATE INDEX paper_batch_office ON paper_batch (authority_id, office_id, is_open, opened_day, batch_id);
CREATE INDEX paper_batch_open ON paper_batch (authority_id, is_open, opened_day);
-- Beside the chain, while a batch is open: who types, and what, under the batch's own key. Nothing joins a stub and a sheet.
CREATE TABLE paper_hand (
  authority_id BIGINT NOT NULL, batch_id BYTEA NOT NULL, hand BIGINT NOT NULL, official TEXT COLLATE "C" NOT NULL, done BIGINT NOT NULL,
  PRIMARY KEY (authority_id, batch_id, hand)
);
CREATE TABLE paper_stub (
  authority_id BIGINT NOT NULL, batch_id BYTEA NOT NULL, mark BYTEA NOT NULL, sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, batch_id, mark)
);
CREATE TABLE paper_sheet (
  authority_id BIGINT NOT NULL, batch_id BYTEA NOT NULL, hand BIGINT NOT NULL, number BIGINT NOT NULL, sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, batch_id, hand, number)
);
-- Calls by an office that is not rated: a function of the journal. An invitation is on the list that drew it last.
CREATE TABLE call_list (
  authority_id BIGINT NOT NULL, list_id BYTEA NOT NULL, office_id TEXT COLLATE "C" NOT NULL, by_office TEXT COLLATE "C" NOT NULL, day BIGINT NOT NULL,
  seed BYTEA NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, list_id)
);
CREATE INDEX call_list_by ON call_list (authority_id, by_office, day, list_id);
CREATE TABLE call_line (
  authority_id BIGINT NOT NULL, invitation_id BYTEA NOT NULL, list_id BYTEA NOT NULL, place BIGINT NOT NULL, day BIGINT NOT NULL,
  tries BIGINT NOT NULL, declined BIGINT NOT NULL,
  PRIMARY KEY (authority_id, invitation_id)
);
CREATE INDEX call_line_list ON call_line (authority_id, list_id, place);
CREATE INDEX invitation_unused ON invitation (authority_id, office_id, issued_day, invitation_id) WHERE used_day IS NULL;
