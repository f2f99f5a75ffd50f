-- What was found of opinions about conduct, and what the cards of offices, procedures and fields are made from.
ALTER TABLE opinion ADD COLUMN finding TEXT;
CREATE INDEX opinion_received ON opinion (authority_id, received_at, office_id, class, finding, late);
DROP INDEX invitation_issued;
CREATE INDEX invitation_asked ON invitation (authority_id, issued_day, office_id, official, procedure, field, used_day);
