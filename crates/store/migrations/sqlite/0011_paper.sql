-- Ballots on paper: batches are a function of the journal, and say how many and by whom.
CREATE TABLE paper_batch (
  authority_id INTEGER NOT NULL, batch_id BLOB NOT NULL, office_id TEXT NOT NULL, grp TEXT NOT NULL, opened_day INTEGER NOT NULL,
  is_open INTEGER NOT NULL, sent INTEGER NOT NULL, ended_day INTEGER, first TEXT, second TEXT, sheets INTEGER NOT NULL, stubs INTEGER NOT NULL,
  PRIMARY KEY (authority_id, batch_id)
) WITHOUT ROWID;
CREATE INDEX paper_batch_office ON paper_batch (authority_id, office_id, is_open, opened_day, batch_id);
CREATE INDEX paper_batch_open ON paper_batch (authority_id, is_open, opened_day);
-- Beside the chain, while a batch is open: who types, and what, under the batch's own key. Nothing joins a stub and a sheet.
CREATE TABLE paper_hand (
  authority_id INTEGER NOT NULL, batch_id BLOB NOT NULL, hand INTEGER NOT NULL, official TEXT NOT NULL, done INTEGER NOT NULL,
  PRIMARY KEY (authority_id, batch_id, hand)
) WITHOUT ROWID;
CREATE TABLE paper_stub (
  authority_id INTEGER NOT NULL, batch_id BLOB NOT NULL, mark BLOB NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, batch_id, mark)
) WITHOUT ROWID;
CREATE TABLE paper_sheet (
  authority_id INTEGER NOT NULL, batch_id BLOB NOT NULL, hand INTEGER NOT NULL, number INTEGER NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, batch_id, hand, number)
) WITHOUT ROWID;
-- Calls by an office that is not rated: a function of the journal. An invitation is on the list that drew it last.
CREATE TABLE call_list (
  authority_id INTEGER NOT NULL, list_id BLOB NOT NULL, office_id TEXT NOT NULL, by_office TEXT NOT NULL, day INTEGER NOT NULL,
  seed BLOB NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, list_id)
) WITHOUT ROWID;
CREATE INDEX call_list_by ON call_list (authority_id, by_office, day, list_id);
CREATE TABLE call_line (
  authority_id INTEGER NOT NULL, invitation_id BLOB NOT NULL, list_id BLOB NOT NULL, place INTEGER NOT NULL, day INTEGER NOT NULL,
  tries INTEGER NOT NULL, declined INTEGER NOT NULL,
  PRIMARY KEY (authority_id, invitation_id)
) WITHOUT ROWID;
CREATE INDEX call_line_list ON call_line (authority_id, list_id, place);
CREATE INDEX invitation_unused ON invitation (authority_id, office_id, issued_day, invitation_id) WHERE used_day IS NULL;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('paper_batch', 'paper_batch', '20000 20000 1'),
  ('paper_batch', 'paper_batch_office', '20000 20000 500 250 2 1'),
  ('paper_batch', 'paper_batch_open', '20000 20000 10000 20'),
  ('call_list', 'call_list', '20000 20000 1'),
  ('call_list', 'call_list_by', '20000 20000 500 2 1'),
  ('call_line', 'call_line', '300000 300000 1'),
  ('call_line', 'call_line_list', '300000 300000 20 1'),
  ('invitation', 'invitation_unused', '500000 500000 10000 20 1');
ANALYZE sqlite_schema;
