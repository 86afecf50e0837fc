-- One half of the key that pseudonyms of network addresses are made with; the other is the signing key. Rows of months
-- that are over are removed, and with them whatever could tell the addresses.
CREATE TABLE daybook.address_salts (
    month date  PRIMARY KEY,
    salt  bytea NOT NULL
);

-- The log says which keys there are and until when; what they are is only here. `used_at` moves once a minute at most.
CREATE TABLE daybook.service_keys (
    key_hash    bytea       PRIMARY KEY,
    key_uid     uuid        NOT NULL UNIQUE,
    account_uid uuid        NOT NULL,
    used_at     timestamptz
);
CREATE INDEX service_keys_account ON daybook.service_keys (account_uid);
