-- Ratings by many ways, sealed by the day: when a box got its last ballot, which small boxes were sealed together, what slips say of
-- the way and the step. A case is rated after every request for documents and at its end.
DROP INDEX invitation_case;
CREATE INDEX invitation_case ON invitation (authority_id, case_id, invitation_id);
ALTER TABLE invitation ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invitation ADD COLUMN denied_day INTEGER;
ALTER TABLE office_tally ADD COLUMN denied INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ballot_box ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
UPDATE ballot_box SET day = COALESCE((SELECT MAX(used_day) FROM invitation
  WHERE invitation.authority_id = ballot_box.authority_id AND invitation.office_id = ballot_box.office_id
  AND invitation.grp = ballot_box.grp), 0);
ALTER TABLE sealed_box ADD COLUMN rest INTEGER;
ALTER TABLE slip ADD COLUMN source TEXT;
ALTER TABLE slip ADD COLUMN contacts INTEGER;
ALTER TABLE slip ADD COLUMN days INTEGER;
ALTER TABLE slip ADD COLUMN extra_papers TEXT;
ALTER TABLE slip ADD COLUMN phase TEXT;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('invitation', 'invitation_case', '1000000 1000000 2 1');
ANALYZE sqlite_schema;
