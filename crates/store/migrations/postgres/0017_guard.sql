-- The guard: quarters that were looked at, alarms, what was said of them and decided; calls that ask whether a rating was theirs.
CREATE TABLE guard_look (
  authority_id BIGINT NOT NULL, quarter BIGINT NOT NULL, told BIGINT NOT NULL, document TEXT COLLATE "C" NOT NULL, looked_at BIGINT NOT NULL,
  PRIMARY KEY (authority_id, quarter)
);
CREATE TABLE alarm (
  authority_id BIGINT NOT NULL, alarm_id BYTEA NOT NULL, quarter BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, office_id TEXT COLLATE "C" NOT NULL, official TEXT COLLATE "C",
  told BIGINT NOT NULL, document TEXT COLLATE "C" NOT NULL, raised_at BIGINT NOT NULL, verdict TEXT COLLATE "C", reason BYTEA, judged_at BIGINT, judged_by TEXT COLLATE "C",
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, alarm_id)
);
CREATE INDEX alarm_told ON alarm (authority_id, alarm_id) WHERE told = 1;
CREATE INDEX alarm_office ON alarm (authority_id, office_id, alarm_id) WHERE told = 1;
CREATE INDEX alarm_official ON alarm (authority_id, official, alarm_id) WHERE told = 1;
CREATE TABLE alarm_answer (
  authority_id BIGINT NOT NULL, alarm_id BYTEA NOT NULL, version BIGINT NOT NULL, said_at BIGINT NOT NULL, said_by TEXT COLLATE "C" NOT NULL,
  words BYTEA NOT NULL,
  PRIMARY KEY (authority_id, alarm_id, version)
);
ALTER TABLE call_list ADD COLUMN audit BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_line ADD COLUMN said BIGINT;
ALTER TABLE call_line ADD COLUMN said_day BIGINT;
CREATE INDEX call_line_said ON call_line (authority_id, said_day, list_id, place) WHERE said IS NOT NULL;
CREATE INDEX invitation_used ON invitation (authority_id, office_id, used_day, invitation_id) WHERE used_day IS NOT NULL;
