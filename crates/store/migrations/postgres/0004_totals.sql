-- Counts of reports in the order of days: what a day adds to the totals before it lies together.
ALTER TABLE case_day DROP CONSTRAINT case_day_pkey, ADD PRIMARY KEY (authority_id, day, office_id, procedure);
-- The line under a closed year, without going through its numbers.
CREATE INDEX book_closing ON book_line (authority_id, office_id, year, number) WHERE case_id IS NULL;
