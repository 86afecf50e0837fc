-- What was removed of each table because nobody needs it any more. Finished reactions up to the position `up_to` may be
-- gone: what they stood for is done, and is never planned again.
CREATE TABLE daybook.removals (
    what    text        PRIMARY KEY COLLATE "C",
    removed bigint      NOT NULL,
    up_to   bigint,
    ran_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- Old rows lie together, since they came together.
CREATE INDEX idempotency_keys_recorded_at ON daybook.idempotency_keys USING brin (recorded_at)
    WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX reactions_created_at ON daybook.reactions USING brin (created_at)
    WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX mailbox_received_at ON daybook.mailbox USING brin (received_at)
    WITH (pages_per_range = 16, autosummarize = on);

-- Ranges of the log whose contents lie in files: in the place of what an event says stands the digest of it, a NUL byte
-- and the SHA-256 (docs/adr/0046-an-archive-leaves-the-envelopes.md). `digest` is that of the file; `ended_at` is null while
-- a range is on its way out.
CREATE TABLE daybook.archives (
    first_position bigint      PRIMARY KEY,
    last_position  bigint      NOT NULL CHECK (last_position >= first_position),
    file           text        NOT NULL,
    digest         text        NOT NULL COLLATE "C",
    epoch          text        NOT NULL COLLATE "C",
    began_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at       timestamptz
);

-- The log is append-only. What an event says may give way to its digest, in a range that is archived, and the digest to
-- what it is the digest of, and to nothing else: no role, and no file, can put another fact in its place.
CREATE OR REPLACE FUNCTION daybook.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept daybook.events;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        kept := NEW;
        kept.payload := OLD.payload;
        IF kept IS NOT DISTINCT FROM OLD AND (
            OLD.payload = '\x00'::bytea || sha256(NEW.payload)
            OR NEW.payload = '\x00'::bytea || sha256(OLD.payload) AND EXISTS (
                SELECT FROM daybook.archives a WHERE OLD.position BETWEEN a.first_position AND a.last_position
            )
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the event log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
