-- The transparency log of ballots: signed roots, tiles of hashes and bundles of leaves, and where each receipt is.
CREATE TABLE checkpoint (
  authority_id INTEGER NOT NULL, version INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, sealed_until INTEGER NOT NULL, note TEXT NOT NULL,
  signed_at INTEGER NOT NULL, PRIMARY KEY (authority_id, version)
);
CREATE TABLE log_tile (
  authority_id INTEGER NOT NULL, level INTEGER NOT NULL, place INTEGER NOT NULL, width INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (authority_id, level, place)
);
CREATE TABLE log_receipt (
  authority_id INTEGER NOT NULL, receipt BLOB NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (authority_id, receipt)
) WITHOUT ROWID;
CREATE INDEX journal_sealed ON journal (authority_id, seq) WHERE kind = 'box_sealed';
-- The official of whom an attitude slip says something, where enough share it; the official who acted, on the roll.
ALTER TABLE slip ADD COLUMN official TEXT;
ALTER TABLE invitation ADD COLUMN official TEXT;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('journal', 'journal_sealed', '20000 20000 1'),
  ('log_tile', 'sqlite_autoindex_log_tile_1', '10000 10000 5000 1'),
  ('log_receipt', 'log_receipt', '1000000 1000000 1');
