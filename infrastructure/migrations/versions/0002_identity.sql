-- The log is for ever and shown to auditors; a hash of a password must be neither.
CREATE TABLE daybook.credentials (
    user_uid      uuid        PRIMARY KEY,
    password_hash text        NOT NULL COLLATE "C",
    -- Moves with the password, and not when the same password is hashed anew with other parameters.
    changed_at    timestamptz NOT NULL
);

-- A sign-in and all that follows from it: the family of its refresh tokens. It ends as a whole.
CREATE TABLE daybook.sessions (
    session_uid   uuid        PRIMARY KEY,
    user_uid      uuid        NOT NULL,
    started_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    ended_because text        COLLATE "C"
);
CREATE INDEX sessions_user ON daybook.sessions (user_uid);

-- Used tokens are kept as long as their session, so that one that comes back is recognised as stolen.
CREATE TABLE daybook.refresh_tokens (
    token_hash  bytea       PRIMARY KEY,
    session_uid uuid        NOT NULL REFERENCES daybook.sessions ON DELETE CASCADE,
    issued_at   timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz
);
CREATE INDEX refresh_tokens_session ON daybook.refresh_tokens (session_uid);

-- one row per user or network address that tried to sign in lately. Each attempt costs an interval of time,
-- paid in advance; whoever has paid too far ahead must wait.
CREATE TABLE daybook.sign_in_attempts (
    subject    text        PRIMARY KEY COLLATE "C",
    paid_until timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_paid_until ON daybook.sign_in_attempts (paid_until);
