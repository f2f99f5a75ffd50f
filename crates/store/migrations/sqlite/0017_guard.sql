-- The guard: quarters that were looked at, alarms, what was said of them and decided; calls that ask whether a rating was theirs.
CREATE TABLE guard_look (
  authority_id INTEGER NOT NULL, quarter INTEGER NOT NULL, told INTEGER NOT NULL, document TEXT NOT NULL, looked_at INTEGER NOT NULL,
  PRIMARY KEY (authority_id, quarter)
) WITHOUT ROWID;
CREATE TABLE alarm (
  authority_id INTEGER NOT NULL, alarm_id BLOB NOT NULL, quarter INTEGER NOT NULL, kind TEXT NOT NULL, office_id TEXT NOT NULL, official TEXT,
  told INTEGER NOT NULL, document TEXT NOT NULL, raised_at INTEGER NOT NULL, verdict TEXT, reason BLOB, judged_at INTEGER, judged_by TEXT,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, alarm_id)
) WITHOUT ROWID;
CREATE INDEX alarm_told ON alarm (authority_id, alarm_id) WHERE told = 1;
CREATE INDEX alarm_office ON alarm (authority_id, office_id, alarm_id) WHERE told = 1;
CREATE INDEX alarm_official ON alarm (authority_id, official, alarm_id) WHERE told = 1;
CREATE TABLE alarm_answer (
  authority_id INTEGER NOT NULL, alarm_id BLOB NOT NULL, version INTEGER NOT NULL, said_at INTEGER NOT NULL, said_by TEXT NOT NULL,
  words BLOB NOT NULL,
  PRIMARY KEY (authority_id, alarm_id, version)
) WITHOUT ROWID;
ALTER TABLE call_list ADD COLUMN audit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call_line ADD COLUMN said INTEGER;
ALTER TABLE call_line ADD COLUMN said_day INTEGER;
CREATE INDEX call_line_said ON call_line (authority_id, said_day, list_id, place) WHERE said IS NOT NULL;
CREATE INDEX invitation_used ON invitation (authority_id, office_id, used_day, invitation_id) WHERE used_day IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('call_line', 'call_line_said', '100000 100000 20 10 1'),
  ('invitation', 'invitation_used', '200000 200000 10000 20 1');
ANALYZE sqlite_schema;
