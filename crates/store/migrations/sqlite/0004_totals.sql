-- Counts of reports in the order of days: what a day adds to the totals before it lies together.
ALTER TABLE case_day RENAME TO case_day_by_office;
CREATE TABLE case_day (
  authority_id INTEGER NOT NULL, office_id TEXT NOT NULL, procedure TEXT NOT NULL, day INTEGER NOT NULL,
  counter INTEGER NOT NULL, post INTEGER NOT NULL, online INTEGER NOT NULL, mobile INTEGER NOT NULL, on_site INTEGER NOT NULL,
  taken_over INTEGER NOT NULL, early INTEGER NOT NULL, on_time INTEGER NOT NULL, late INTEGER NOT NULL, refused INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL, stopped INTEGER NOT NULL, waiting INTEGER NOT NULL, missed INTEGER NOT NULL, caught INTEGER NOT NULL,
  PRIMARY KEY (authority_id, day, office_id, procedure)
) WITHOUT ROWID;
INSERT INTO case_day SELECT * FROM case_day_by_office ORDER BY authority_id, day, office_id, procedure;
DROP TABLE case_day_by_office;
-- The line under a closed year, without going through its numbers.
CREATE INDEX book_closing ON book_line (authority_id, office_id, year, number) WHERE case_id IS NULL;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('case_day', 'case_day', '200000 200000 500 25 1'),
  ('book_line', 'book_closing', '100 100 2 1 1');
