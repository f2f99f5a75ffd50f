-- Opinions step by step: how they came, how they were sorted, what was asked, published and said of the answer.
ALTER TABLE opinion ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE opinion ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT 'received';
ALTER TABLE opinion ADD COLUMN source TEXT COLLATE "C" NOT NULL DEFAULT 'page';
ALTER TABLE opinion ADD COLUMN confidential BIGINT NOT NULL DEFAULT 0;
ALTER TABLE opinion ADD COLUMN consent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE opinion ADD COLUMN said_class TEXT COLLATE "C";
ALTER TABLE opinion ADD COLUMN triage_by BIGINT;
ALTER TABLE opinion ADD COLUMN ask_by BIGINT;
ALTER TABLE opinion ADD COLUMN next_day BIGINT;
ALTER TABLE opinion ADD COLUMN triaged_at BIGINT;
ALTER TABLE opinion ADD COLUMN class TEXT COLLATE "C";
ALTER TABLE opinion ADD COLUMN topic TEXT COLLATE "C";
ALTER TABLE opinion ADD COLUMN urgency TEXT COLLATE "C";
ALTER TABLE opinion ADD COLUMN duplicate_of BYTEA;
ALTER TABLE opinion ADD COLUMN asked_at BIGINT;
ALTER TABLE opinion ADD COLUMN question BYTEA;
ALTER TABLE opinion ADD COLUMN reply_by BIGINT;
ALTER TABLE opinion ADD COLUMN ask_left BIGINT;
ALTER TABLE opinion ADD COLUMN replied_at BIGINT;
ALTER TABLE opinion ADD COLUMN reply BYTEA;
ALTER TABLE opinion ADD COLUMN reason TEXT COLLATE "C";
ALTER TABLE opinion ADD COLUMN publish_by BIGINT;
ALTER TABLE opinion ADD COLUMN published_at BIGINT;
ALTER TABLE opinion ADD COLUMN shown BYTEA;
ALTER TABLE opinion ADD COLUMN helped TEXT COLLATE "C";
ALTER TABLE opinion ADD COLUMN late BIGINT NOT NULL DEFAULT 0;
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
