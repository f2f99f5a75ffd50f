-- What scorecards are made from: who was asked in a quarter about whom, and which boxes were sealed in it.
CREATE INDEX invitation_issued ON invitation (authority_id, issued_day, official, used_day);
CREATE INDEX sealed_box_day ON sealed_box (authority_id, day, box_id, serial);
