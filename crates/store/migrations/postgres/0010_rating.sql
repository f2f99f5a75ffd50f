-- Ratings by many ways, sealed by the day: when a box got its last ballot, which small boxes were sealed together, what slips say of
-- the way and the step. A case is rated after every request for documents and at its end.
DROP INDEX invitation_case;
CREATE INDEX invitation_case ON invitation (authority_id, case_id, invitation_id);
ALTER TABLE invitation ADD COLUMN reminded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE invitation ADD COLUMN denied_day BIGINT;
ALTER TABLE office_tally ADD COLUMN denied BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ballot_box ADD COLUMN day BIGINT NOT NULL DEFAULT 0;
UPDATE ballot_box SET day = COALESCE((SELECT MAX(used_day) FROM invitation
  WHERE invitation.authority_id = ballot_box.authority_id AND invitation.office_id = ballot_box.office_id
  AND invitation.grp = ballot_box.grp), 0);
ALTER TABLE sealed_box ADD COLUMN rest BIGINT;
ALTER TABLE slip ADD COLUMN source TEXT;
ALTER TABLE slip ADD COLUMN contacts BIGINT;
ALTER TABLE slip ADD COLUMN days BIGINT;
ALTER TABLE slip ADD COLUMN extra_papers TEXT;
ALTER TABLE slip ADD COLUMN phase TEXT;
