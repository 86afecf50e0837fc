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

-- Append the events of several commands in one transaction, each command on its own: all of its events or none.
--
-- `batch` holds flat arrays; the first element of a stream and of an event is the number (1, 2 ...) of its command. No
-- stream, idempotency key or tracking name may occur in two commands of one batch: the caller puts the later command
-- into a later batch.
--   commands: [[actor, correlation id, causation id, scope, key, request hash, outcome, tracking name, tracking id]]
--             (hash and outcome in hex; the last six null where the command has no key or tracks nothing)
--   streams:  [[command, stream id, expected version or null, first new version]]
--             (null asks only that the new versions are free, which is what eventsourcing's recorders promise)
--   events:   [[command, stream id, version, name, payload in hex]]
--
-- Answers one row per command, in order. `status` is `appended`; `repeated` (this very command was appended before, and
-- its answer got lost: positions are those of then); `replayed` or `key_reused` (the key is known, with the same or
-- another request); `conflict` (a stream is at `actual_version`); or `tracking_conflict`.
CREATE FUNCTION daybook.append(batch jsonb) RETURNS TABLE (
    status text, first_position bigint, last_position bigint, outcome bytea, conflict_stream uuid, actual_version integer
) LANGUAGE plpgsql
-- The plan is made once, perhaps on an empty table, and kept: it must not rest on a scan that was cheap only then.
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    head    bigint;
    latest  timestamptz;
BEGIN
    PERFORM daybook.lock_log();
    SELECT e.position, e.recorded_at INTO head, latest FROM daybook.events e ORDER BY e.position DESC LIMIT 1;
    head := coalesce(head, 0);
    -- A clock that was set back must not make time run against the positions.
    latest := greatest(latest, clock_timestamp());

    RETURN QUERY
    WITH command AS MATERIALIZED (
        SELECT c.number::int, c.item ->> 0 AS actor, (c.item ->> 1)::uuid AS correlation_id,
               (c.item ->> 2)::uuid AS causation_id, c.item ->> 3 AS scope, c.item ->> 4 AS key,
               decode(c.item ->> 5, 'hex') AS request_hash, decode(c.item ->> 6, 'hex') AS outcome,
               c.item ->> 7 AS tracking_name, (c.item ->> 8)::bigint AS tracking_id
        FROM jsonb_array_elements(batch -> 'commands') WITH ORDINALITY AS c (item, number)
    ), event AS MATERIALIZED (
        SELECT (e.item ->> 0)::int AS number, (e.item ->> 1)::uuid AS stream_id, (e.item ->> 2)::int AS version,
               e.item ->> 3 AS name, decode(e.item ->> 4, 'hex') AS payload, e.place
        FROM jsonb_array_elements(batch -> 'events') WITH ORDINALITY AS e (item, place)
    ), stream AS (
        SELECT (s.item ->> 0)::int AS number, (s.item ->> 1)::uuid AS stream_id, (s.item ->> 2)::int AS expected,
               (s.item ->> 3)::int AS first_version
        FROM jsonb_array_elements(batch -> 'streams') AS s (item)
    ), clash AS MATERIALIZED (
        SELECT DISTINCT ON (s.number) s.number, s.stream_id, now_at.version,
               (SELECT e.causation_id FROM daybook.events e
                WHERE e.stream_id = s.stream_id AND e.version = s.first_version) AS written_by
        FROM stream s
        LEFT JOIN LATERAL (
            SELECT e.version FROM daybook.events e WHERE e.stream_id = s.stream_id ORDER BY e.version DESC LIMIT 1
        ) now_at ON true
        WHERE CASE WHEN s.expected IS NULL THEN now_at.version >= s.first_version
                   ELSE coalesce(now_at.version, 0) <> s.expected END
        ORDER BY s.number
    ), verdict AS MATERIALIZED (
        SELECT c.*, clash.stream_id, clash.version, k.outcome AS known_outcome, k.first_position, k.last_position,
            CASE
                WHEN k.causation_id = c.causation_id OR clash.written_by = c.causation_id THEN 'repeated'
                WHEN k.request_hash = c.request_hash THEN 'replayed'
                WHEN k.request_hash IS NOT NULL THEN 'key_reused'
                WHEN clash.number IS NOT NULL THEN 'conflict'
                WHEN t.notification_id >= c.tracking_id THEN 'tracking_conflict'
                ELSE 'appended'
            END AS status
        FROM command c
        LEFT JOIN clash ON clash.number = c.number
        LEFT JOIN LATERAL (
            SELECT i.* FROM daybook.idempotency_keys i WHERE i.scope = c.scope AND i.key = c.key LIMIT 1
        ) k ON true
        LEFT JOIN LATERAL (
            SELECT a.notification_id FROM daybook.tracking a WHERE a.application_name = c.tracking_name LIMIT 1
        ) t ON true
    ), placed AS MATERIALIZED (
        SELECT e.*, v.actor, v.correlation_id, v.causation_id, v.key,
               head + row_number() OVER (ORDER BY e.place) AS position
        FROM event e JOIN verdict v ON v.number = e.number AND v.status = 'appended'
    ), written AS (
        INSERT INTO daybook.events
        SELECT p.position, p.stream_id, p.version, p.name, p.payload, p.actor, p.correlation_id, p.causation_id,
               p.key, latest
        FROM placed p ORDER BY p.position
    ), given AS MATERIALIZED (
        SELECT p.number, min(p.position) AS first_position, max(p.position) AS last_position
        FROM placed p GROUP BY p.number
        UNION ALL
        SELECT e.number, min(old.position), max(old.position)
        FROM event e
        JOIN verdict v ON v.number = e.number AND v.status = 'repeated'
        JOIN daybook.events old ON old.stream_id = e.stream_id AND old.version = e.version
        GROUP BY e.number
    ), keyed AS (
        INSERT INTO daybook.idempotency_keys
        SELECT v.scope, v.key, v.request_hash, v.outcome, v.causation_id, g.first_position, g.last_position, latest
        FROM verdict v LEFT JOIN given g ON g.number = v.number
        WHERE v.status = 'appended' AND v.key IS NOT NULL
    ), tracked AS (
        INSERT INTO daybook.tracking AS a SELECT v.tracking_name, v.tracking_id FROM verdict v
        WHERE v.status = 'appended' AND v.tracking_name IS NOT NULL
        ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
    )
    SELECT v.status, coalesce(g.first_position, v.first_position), coalesce(g.last_position, v.last_position),
           coalesce(v.known_outcome, v.outcome), v.stream_id, v.version
    FROM verdict v
    LEFT JOIN given g ON g.number = v.number
    ORDER BY v.number;

    PERFORM pg_notify('daybook_events', e.position::text)
    FROM (SELECT e.position FROM daybook.events e ORDER BY e.position DESC LIMIT 1) e WHERE e.position > head;
END $$;
