-- What a passkey is checked with. The log tells whose it is, what it is called and whether it is good.
CREATE TABLE daybook.passkeys (
    credential_id bytea       PRIMARY KEY,
    passkey_uid   uuid        NOT NULL UNIQUE,
    user_uid      uuid        NOT NULL,
    public_key    bytea       NOT NULL,
    -- How often it was used, as it says itself: a copy of it says the same twice. Many always say 0.
    sign_count    bigint      NOT NULL,
    added_at      timestamptz NOT NULL,
    used_at       timestamptz
);
CREATE INDEX passkeys_user ON daybook.passkeys (user_uid);

-- What somebody was asked to sign, or sent to the provider with: each is good once, and for minutes.
CREATE TABLE daybook.sign_in_challenges (
    challenge_hash bytea       PRIMARY KEY,
    purpose        text        NOT NULL COLLATE "C",
    kept           jsonb       NOT NULL,
    expires_at     timestamptz NOT NULL
);
CREATE INDEX sign_in_challenges_expires_at ON daybook.sign_in_challenges (expires_at);

-- By which way a session began, for its user to see; sessions before this began by a password.
ALTER TABLE daybook.sessions ADD COLUMN way text COLLATE "C";
