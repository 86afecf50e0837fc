-- The log: one table, one total order. Positions are 1, 2, 3 ... without a gap, and commit order is position order.
CREATE TABLE daybook.events (
    position        bigint      PRIMARY KEY,
    stream_id       uuid        NOT NULL,
    version         integer     NOT NULL,
    name            text        NOT NULL COLLATE "C",
    payload         bytea       NOT NULL,
    actor           text        NOT NULL COLLATE "C",
    correlation_id  uuid        NOT NULL,
    causation_id    uuid        NOT NULL,
    idempotency_key text        COLLATE "C",
    recorded_at     timestamptz NOT NULL,
    CONSTRAINT events_stream UNIQUE (stream_id, version)
);
-- What auditors filter by comes in runs: an import shares its actor, names and correlation, a span of time its positions.
-- One block range index therefore finds any of them by skipping most of the table, at hardly any cost to an append;
-- a B-tree for each made a bulk append take half as long again (docs/adr/0009-audit-filters-by-block-ranges.md).
CREATE INDEX events_audit ON daybook.events USING brin (
    recorded_at, name text_bloom_ops, actor text_bloom_ops, correlation_id uuid_bloom_ops
) WITH (pages_per_range = 16, autosummarize = on);

CREATE FUNCTION daybook.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_are_immutable BEFORE UPDATE OR DELETE ON daybook.events
    FOR EACH ROW EXECUTE FUNCTION daybook.refuse_change();
CREATE TRIGGER events_are_kept BEFORE TRUNCATE ON daybook.events
    FOR EACH STATEMENT EXECUTE FUNCTION daybook.refuse_change();

-- What a caller's key stood for the first time it came.
CREATE TABLE daybook.idempotency_keys (
    scope          text        NOT NULL COLLATE "C",
    key            text        NOT NULL COLLATE "C",
    request_hash   bytea       NOT NULL,
    outcome        bytea       NOT NULL,
    causation_id   uuid        NOT NULL,
    first_position bigint,
    last_position  bigint,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);

-- How far a process that consumes another log has come (eventsourcing's TrackingRecorder).
CREATE TABLE daybook.tracking (
    application_name text   PRIMARY KEY COLLATE "C",
    notification_id  bigint NOT NULL
);

-- How far each projection has read; the live row moves in the transaction that writes the read model.
CREATE TABLE daybook.checkpoints (
    projection text        NOT NULL COLLATE "C",
    slot       text        NOT NULL COLLATE "C" CHECK (slot IN ('live', 'build', 'verify')),
    version    integer     NOT NULL,
    position   bigint      NOT NULL,
    state      text        NOT NULL COLLATE "C",
    error      text,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (projection, slot)
);

-- Files that were handed in to be imported later; a row goes when its import has ended.
CREATE TABLE daybook.uploads (
    import_id  uuid        PRIMARY KEY,
    request    jsonb       NOT NULL,
    cause      jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE daybook.upload_chunks (
    import_id uuid    NOT NULL REFERENCES daybook.uploads ON DELETE CASCADE,
    chunk     integer NOT NULL,
    data      bytea   NOT NULL,
    PRIMARY KEY (import_id, chunk)
);

-- Whoever appends holds this lock until its commit: that is what makes commit order position order.
CREATE FUNCTION daybook.lock_log() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(7016996765293437281)
$$;

-- The function that appends is made by 0009_names.sql.
