-- Indexes for lists that grow with the years. Each follows what a list asks for, and holds no more than that.
-- What is OR here would be shorter as IN, but for every row written SQLite would build the list anew.

-- Cases whose promise runs, of the office that received them.
CREATE INDEX case_running ON case_file (authority_id, office_id, sort_at, case_id)
  WHERE is_open = 1 AND (state = 'accepted' OR state = 'in_progress' OR state = 'submitted');
-- Ends that are seldom: late, refused, withdrawn, stopped.
CREATE INDEX case_seldom ON case_file (authority_id, office_id, COALESCE(finished_at, closed_at, 9223372036854775807), case_id)
  WHERE accepted_at IS NOT NULL AND (on_time = 0 OR state = 'refused' OR state = 'withdrawn' OR state = 'stopped');
-- What has ended is read by case_ended, in the same order.
DROP INDEX case_finished;
-- Open cases that wait for the applicant or for others.
CREATE INDEX case_waits ON case_file (authority_id, at_office, waits, sort_at, case_id)
  WHERE is_open = 1 AND (waits = 'citizen' OR waits = 'others');
-- The number up to which an office's cases were taken over from another system.
CREATE INDEX book_taken ON book_line (authority_id, office_id, year, taken, number) WHERE taken = 1;
-- Opinions that wait for an answer.
CREATE INDEX opinion_waiting ON opinion (authority_id, answered_at, opinion_id) WHERE answered_at IS NULL;
CREATE INDEX opinion_waiting_office ON opinion (authority_id, office_id, answered_at, opinion_id) WHERE answered_at IS NULL;
