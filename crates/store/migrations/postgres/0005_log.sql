-- The transparency log of ballots: signed roots, tiles of hashes and bundles of leaves, and where each receipt is.
CREATE TABLE checkpoint (
  authority_id BIGINT NOT NULL, version BIGINT NOT NULL, size BIGINT NOT NULL, root BYTEA NOT NULL, sealed_until BIGINT NOT NULL, note TEXT COLLATE "C" NOT NULL,
  signed_at BIGINT NOT NULL, PRIMARY KEY (authority_id, version)
);
CREATE TABLE log_tile (
  authority_id BIGINT NOT NULL, level BIGINT NOT NULL, place BIGINT NOT NULL, width BIGINT NOT NULL, data BYTEA NOT NULL,
  PRIMARY KEY (authority_id, level, place)
);
CREATE TABLE log_receipt (
  authority_id BIGINT NOT NULL, receipt BYTEA NOT NULL, place BIGINT NOT NULL, PRIMARY KEY (authority_id, receipt)
);
CREATE INDEX journal_sealed ON journal (authority_id, seq) WHERE kind = 'box_sealed';
-- The official of whom an attitude slip says something, where enough share it; the official who acted, on the roll.
ALTER TABLE slip ADD COLUMN official TEXT COLLATE "C";
ALTER TABLE invitation ADD COLUMN official TEXT COLLATE "C";
