-- Opinions step by step: how they came, how they were sorted, what was asked, published and said of the answer.
ALTER TABLE opinion ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE opinion ADD COLUMN state TEXT NOT NULL DEFAULT 'received';
ALTER TABLE opinion ADD COLUMN source TEXT NOT NULL DEFAULT 'page';
ALTER TABLE opinion ADD COLUMN confidential INTEGER NOT NULL DEFAULT 0;
ALTER TABLE opinion ADD COLUMN consent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE opinion ADD COLUMN said_class TEXT;
ALTER TABLE opinion ADD COLUMN triage_by INTEGER;
ALTER TABLE opinion ADD COLUMN ask_by INTEGER;
ALTER TABLE opinion ADD COLUMN next_day INTEGER;
ALTER TABLE opinion ADD COLUMN triaged_at INTEGER;
ALTER TABLE opinion ADD COLUMN class TEXT;
ALTER TABLE opinion ADD COLUMN topic TEXT;
ALTER TABLE opinion ADD COLUMN urgency TEXT;
ALTER TABLE opinion ADD COLUMN duplicate_of BLOB;
ALTER TABLE opinion ADD COLUMN asked_at INTEGER;
ALTER TABLE opinion ADD COLUMN question BLOB;
ALTER TABLE opinion ADD COLUMN reply_by INTEGER;
ALTER TABLE opinion ADD COLUMN ask_left INTEGER;
ALTER TABLE opinion ADD COLUMN replied_at INTEGER;
ALTER TABLE opinion ADD COLUMN reply BLOB;
ALTER TABLE opinion ADD COLUMN reason TEXT;
ALTER TABLE opinion ADD COLUMN publish_by INTEGER;
ALTER TABLE opinion ADD COLUMN published_at INTEGER;
ALTER TABLE opinion ADD COLUMN shown BLOB;
ALTER TABLE opinion ADD COLUMN helped TEXT;
ALTER TABLE opinion ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
-- What came before was answered, or waits for it.
UPDATE opinion SET version = 2, state = 'answered' WHERE answered_at IS NOT NULL;
UPDATE opinion SET next_day = due_day WHERE answered_at IS NULL;

-- What waits is read in the order of its days now.
DROP INDEX opinion_waiting;
DROP INDEX opinion_waiting_office;
-- Opinions of which an office owes the next step, the most pressing day first.
CREATE INDEX opinion_open ON opinion (authority_id, next_day, opinion_id) WHERE next_day IS NOT NULL;
CREATE INDEX opinion_open_office ON opinion (authority_id, office_id, next_day, opinion_id) WHERE next_day IS NOT NULL;
-- Those answered with another that says the same.
CREATE INDEX opinion_same ON opinion (authority_id, duplicate_of, opinion_id) WHERE duplicate_of IS NOT NULL;
-- In the order in which they were sorted: what suggestions are learned from.
CREATE INDEX opinion_sorted ON opinion (authority_id, triaged_at, opinion_id) WHERE triaged_at IS NOT NULL;
-- What everybody may read, the newest first.
CREATE INDEX opinion_published ON opinion (authority_id, published_at, opinion_id) WHERE published_at IS NOT NULL;
DELETE FROM sqlite_stat1 WHERE idx IN ('opinion_waiting', 'opinion_waiting_office');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('opinion', 'opinion_open', '1000 1000 20 1'),
  ('opinion', 'opinion_open_office', '1000 1000 50 2 1'),
  ('opinion', 'opinion_same', '100000 100000 3 1'),
  ('opinion', 'opinion_sorted', '1000000 1000000 2 1'),
  ('opinion', 'opinion_published', '200000 200000 2 1');
ANALYZE sqlite_schema;
