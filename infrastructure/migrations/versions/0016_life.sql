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
