-- One row per letter that was written: a letter that goes out again has a token of its own for the same link.
CREATE TABLE daybook.password_links (
    token_hash bytea       PRIMARY KEY,
    user_uid   uuid        NOT NULL,
    number     integer     NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_links_user ON daybook.password_links (user_uid);
CREATE INDEX password_links_expires_at ON daybook.password_links (expires_at);

-- What a session was begun with, as its client says it, and when tokens were issued for it last.
ALTER TABLE daybook.sessions ADD COLUMN client text, ADD COLUMN used_at timestamptz;
