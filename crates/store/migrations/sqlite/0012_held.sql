-- Slips that wait until enough of them name the same official, step or procedure: what the journal says of them, and beside the
-- chain the slips themselves, in one piece.
CREATE TABLE held (
  authority_id INTEGER NOT NULL, box_id TEXT NOT NULL, office_id TEXT NOT NULL, grp TEXT NOT NULL, version INTEGER NOT NULL,
  day INTEGER NOT NULL, closings INTEGER NOT NULL, attitude INTEGER NOT NULL, speed INTEGER NOT NULL, procedure INTEGER NOT NULL,
  lost_attitude INTEGER NOT NULL, lost_speed INTEGER NOT NULL, lost_procedure INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (authority_id, box_id)
) WITHOUT ROWID;
CREATE TABLE held_slips (
  authority_id INTEGER NOT NULL, box_id TEXT NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, box_id)
) WITHOUT ROWID;
