-- Rating kiosks: a function of the journal.
CREATE TABLE kiosk (
  authority_id BIGINT NOT NULL, kiosk_id BYTEA NOT NULL, office_id TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL,
  enrolled_day BIGINT NOT NULL, active BIGINT NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, kiosk_id)
);
CREATE INDEX kiosk_office ON kiosk (authority_id, office_id, kiosk_id);
-- Beside the chain: what came from each, in numbers only. Nothing here can be joined to the roll.
CREATE TABLE kiosk_arrival (
  authority_id BIGINT NOT NULL, kiosk_id BYTEA NOT NULL, highest BIGINT NOT NULL, taken BIGINT NOT NULL,
  already BIGINT NOT NULL, refused BIGINT NOT NULL, missing BIGINT NOT NULL, restarts BIGINT NOT NULL, last_day BIGINT NOT NULL,
  PRIMARY KEY (authority_id, kiosk_id)
);
