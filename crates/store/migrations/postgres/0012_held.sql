-- Slips that wait until enough of them name the same official, step or procedure: what the journal says of them, and beside the
-- chain the slips themselves, in one piece.
CREATE TABLE held (
  authority_id BIGINT NOT NULL, box_id TEXT COLLATE "C" NOT NULL, office_id TEXT COLLATE "C" NOT NULL, grp TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
  day BIGINT NOT NULL, closings BIGINT NOT NULL, attitude BIGINT NOT NULL, speed BIGINT NOT NULL, procedure BIGINT NOT NULL,
  lost_attitude BIGINT NOT NULL, lost_speed BIGINT NOT NULL, lost_procedure BIGINT NOT NULL, hash BYTEA NOT NULL,
  PRIMARY KEY (authority_id, box_id)
);
CREATE TABLE held_slips (
  authority_id BIGINT NOT NULL, box_id TEXT COLLATE "C" NOT NULL, sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, box_id)
);
