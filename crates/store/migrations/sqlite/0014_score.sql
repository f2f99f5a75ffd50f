-- What scorecards are made from: who was asked in a quarter about whom, and which boxes were sealed in it.
CREATE INDEX invitation_issued ON invitation (authority_id, issued_day, official, used_day);
CREATE INDEX sealed_box_day ON sealed_box (authority_id, day, box_id, serial);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('invitation', 'invitation_issued', '500000 500000 300 3 1');
ANALYZE sqlite_schema;
