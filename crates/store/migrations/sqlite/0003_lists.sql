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

-- What the planner is told of the tables that grow: one authority has nearly all of each. Not knowing it, SQLite takes the key of
-- an authority for as good as an index, and goes through everything it has. Of these tables every index must stand here: one
-- that does not is taken for a small one. (The first line only makes the table of statistics.)
ANALYZE chain;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('journal', 'journal', '1000000 1000000 1'),
  ('journal', 'journal_subject', '1000000 1000000 6 1'),
  ('case_file', 'case_file', '1000000 1000000 1'),
  ('case_file', 'case_code', '1000000 1000000 1'),
  ('case_file', 'case_track', '1000000 1000000 1'),
  ('case_file', 'case_holder', '50000 50000 300 2 1'),
  ('case_file', 'case_office', '50000 50000 2500 2 1'),
  ('case_file', 'case_away', '5000 5000 250 2 1'),
  ('case_file', 'case_received', '1000000 1000000 50000 2 1'),
  ('case_file', 'case_ended', '1000000 1000000 50000 2 1'),
  ('case_file', 'case_running', '50000 50000 2500 2 1'),
  ('case_file', 'case_seldom', '50000 50000 2500 2 1'),
  ('case_file', 'case_waits', '5000 5000 250 125 2 1'),
  ('consultation', 'consultation', '1000000 1000000 1'),
  ('consultation', 'consultation_case', '1000000 1000000 2 1'),
  ('guidance', 'guidance', '1000000 1000000 1'),
  ('guidance', 'guidance_office', '1000000 1000000 50000 2 1'),
  ('book_line', 'book_line', '1000000 1000000 50000 10000 1'),
  ('book_line', 'book_taken', '10000 10000 500 500 500 1'),
  ('person_index', 'person_index', '1000000 1000000 2 1'),
  ('invitation', 'invitation', '1000000 1000000 1'),
  ('invitation', 'invitation_case', '1000000 1000000 1'),
  ('opinion', 'opinion', '1000000 1000000 1'),
  ('opinion', 'opinion_follow', '1000000 1000000 1'),
  ('opinion', 'opinion_office', '1000000 1000000 50000 1'),
  ('opinion', 'opinion_waiting', '1000 1000 1000 1'),
  ('opinion', 'opinion_waiting_office', '1000 1000 50 50 1'),
  ('slip', 'slip', '1000000 1000000 40000 50 10 1'),
  ('ticket', 'ticket', '1000000 1000000 1'),
  ('ticket', 'ticket_number', '1000000 1000000 50000 200 1'),
  ('ticket', 'ticket_waiting', '500 500 25 25 1'),
  ('ticket', 'ticket_called', '1000000 1000000 50000 200 1'),
  ('ticket', 'ticket_held', '200 200 10 1'),
  ('ticket', 'ticket_ended', '1000000 1000000 50000 1'),
  ('appointment', 'appointment', '1000000 1000000 1'),
  ('appointment', 'appointment_code', '1000000 1000000 1'),
  ('appointment', 'appointment_place', '1000000 1000000 50000 4 1'),
  ('attachment', 'attachment', '1000000 1000000 1'),
  ('attachment', 'attachment_owner', '1000000 1000000 500000 4 1'),
  ('notice', 'notice', '1000000 1000000 1'),
  ('notice', 'notice_due', '10000 10000 2 1'),
  ('notice', 'notice_claim', '100 100 100'),
  ('notice', 'notice_subject', '1000000 1000000 6 2 1'),
  ('notice', 'notice_open', '10000 10000 500 2 1'),
  ('notice', 'notice_state', '10000 10000 2'),
  ('notice', 'notice_sent', '1000000 1000000 300000 2');
ANALYZE sqlite_schema;
