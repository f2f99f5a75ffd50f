-- Rating kiosks: a function of the journal.
CREATE TABLE kiosk (
  authority_id INTEGER NOT NULL, kiosk_id BLOB NOT NULL, office_id TEXT NOT NULL, name TEXT NOT NULL,
  enrolled_day INTEGER NOT NULL, active INTEGER NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, kiosk_id)
) WITHOUT ROWID;
CREATE INDEX kiosk_office ON kiosk (authority_id, office_id, kiosk_id);
-- Beside the chain: what came from each, in numbers only. Nothing here can be joined to the roll.
CREATE TABLE kiosk_arrival (
  authority_id INTEGER NOT NULL, kiosk_id BLOB NOT NULL, highest INTEGER NOT NULL, taken INTEGER NOT NULL,
  already INTEGER NOT NULL, refused INTEGER NOT NULL, missing INTEGER NOT NULL, restarts INTEGER NOT NULL, last_day INTEGER NOT NULL,
  PRIMARY KEY (authority_id, kiosk_id)
) WITHOUT ROWID;
