-- What is to be done because of an event. Rows are made by the follower of the log, in the transaction that moves its
-- checkpoint; `uid` follows from policy, event and kind, so that planning again plans nothing new.
CREATE TABLE daybook.reactions (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid            uuid        NOT NULL UNIQUE,
    policy         text        NOT NULL COLLATE "C",
    kind           text        NOT NULL COLLATE "C",
    subject        uuid        NOT NULL,
    position       bigint      NOT NULL,
    correlation_id uuid        NOT NULL,
    payload        jsonb       NOT NULL,
    state          text        NOT NULL COLLATE "C" DEFAULT 'pending'
                   CHECK (state IN ('pending', 'running', 'done', 'parked', 'discarded')),
    failures       integer     NOT NULL DEFAULT 0,
    last_error     text        COLLATE "C",
    due_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- How often a worker took it up: whoever holds another number has lost it meanwhile.
    claims         integer     NOT NULL DEFAULT 0,
    claimed_until  timestamptz,
    -- The operator who retried or discarded it last.
    decided_by     text        COLLATE "C",
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Grows with every change: what a caller's `ETag` stands for.
    version        integer     NOT NULL DEFAULT 1,
    CHECK ((state = 'running') = (claimed_until IS NOT NULL))
);
-- The sweep reads what is open and nothing else, however many are done.
CREATE INDEX reactions_due ON daybook.reactions (due_at) WHERE state = 'pending';
CREATE INDEX reactions_leased ON daybook.reactions (claimed_until) WHERE state = 'running';
CREATE INDEX reactions_parked ON daybook.reactions (id) WHERE state = 'parked';
CREATE INDEX reactions_subject ON daybook.reactions (subject, id);
CREATE INDEX reactions_correlation ON daybook.reactions (correlation_id, id);

CREATE FUNCTION daybook.count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER reactions_versions BEFORE UPDATE ON daybook.reactions
    FOR EACH ROW EXECUTE FUNCTION daybook.count_change();

-- What the mail sink of the embedded default was handed. A message that comes again is the same message.
CREATE TABLE daybook.mailbox (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id   text        NOT NULL COLLATE "C",
    recipient    text        NOT NULL COLLATE "C",
    sender       text        NOT NULL COLLATE "C",
    subject      text        NOT NULL COLLATE "C",
    text_body    text        NOT NULL,
    html_body    text        NOT NULL,
    deliveries   integer     NOT NULL DEFAULT 1,
    received_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (message_id, recipient)
);
