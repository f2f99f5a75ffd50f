-- Every legal step of a case, offices in time, counters, notices.

-- Cases.

-- Directory in time.

-- Procedures.

-- Tickets and appointments.

-- Attachments.

-- Notices.

-- Reports.
