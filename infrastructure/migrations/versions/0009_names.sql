-- Every name in the log, and the position of the first event that bears it: whoever follows some names sees that there
-- are others, without reading what lies between.
CREATE TABLE daybook.event_names (
    name           text   PRIMARY KEY COLLATE "C",
    first_position bigint NOT NULL
);
CREATE INDEX event_names_first ON daybook.event_names (first_position);
INSERT INTO daybook.event_names SELECT e.name, min(e.position) FROM daybook.events e
WHERE e.position <= daybook.head() GROUP BY e.name;

-- The version of the code from which on somebody may append. It rises with the first event that older code cannot read.
CREATE TABLE daybook.fence (code integer NOT NULL);
INSERT INTO daybook.fence VALUES (1);

-- Append the events of several commands in one transaction, each command on its own: all of its events or none.
--
-- `batch` holds flat arrays; the first element of a stream and of an event is the number (1, 2 ...) of its command. All
-- commands are checked against the log as it is before the batch, and their events follow one another in the order of
-- the commands. So no command may name a stream that an earlier one writes, nor its idempotency key or tracking name: the
-- caller puts it into a later batch. A stream that is only read may be named by many, and be written by the last of them.
--   commands: [[actor, correlation id, causation id, scope, key, request hash, outcome, tracking name, tracking id]]
--             (hash and outcome in hex; the last six null where the command has no key or tracks nothing)
--   streams:  [[command, stream id, expected version or null, first new version or null]]
--             (an expected version of null asks only that the new versions are free, which is what eventsourcing's
--             recorders promise; a first new version of null says that the stream was read and is not written)
--   events:   [[command, stream id, version, name, payload in hex]]
--   code:     the version of the code that sends it
--   since:    the first version of the code that knows every name in it
--
-- Answers one row per command, in order. `status` is `appended`; `repeated` (this very command was appended before, and
-- its answer got lost: positions are those of then, whatever happened to its streams since); `replayed` or `key_reused`
-- (the key is known, with the same or another request); `conflict` (a stream is at `actual_version`); or
-- `tracking_conflict`. All commands are `outdated` where the log asks for newer code than that which sends them.
CREATE OR REPLACE FUNCTION daybook.append(batch jsonb) RETURNS TABLE (
    status text, first_position bigint, last_position bigint, outcome bytea, conflict_stream uuid, actual_version integer
) LANGUAGE plpgsql
-- The plan is made once, perhaps on an empty table, and kept: it must not rest on a scan that was cheap only then.
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    head      bigint;
    new_head  bigint;
    latest    timestamptz;
    fence     integer;
BEGIN
    PERFORM daybook.lock_log();
    -- Behind this lock nobody is waited for but an import that is being written, and that is not worth waiting for.
    PERFORM set_config('lock_timeout', '250ms', true);
    SELECT f.code INTO fence FROM daybook.fence f;
    IF fence > (batch ->> 'code')::int THEN
        RETURN QUERY SELECT 'outdated', NULL::bigint, NULL::bigint, NULL::bytea, NULL::uuid, fence
                     FROM jsonb_array_elements(batch -> 'commands');
        RETURN;
    END IF;
    head := daybook.head();
    -- A clock that was set back must not make time run against the positions.
    SELECT greatest(e.recorded_at, clock_timestamp()) INTO latest FROM daybook.events e WHERE e.position = head;
    latest := coalesce(latest, clock_timestamp());

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
               (s.item ->> 3)::int AS first_version, s.place
        FROM jsonb_array_elements(batch -> 'streams') WITH ORDINALITY AS s (item, place)
    ), clash AS MATERIALIZED (
        SELECT DISTINCT ON (s.number) s.number, s.stream_id, now_at.version, EXISTS (
                   SELECT FROM daybook.events e JOIN command c ON c.causation_id = e.causation_id
                   WHERE e.stream_id = s.stream_id AND e.version = s.first_version AND c.number = s.number
               ) AS repeated
        FROM stream s
        LEFT JOIN LATERAL (
            SELECT e.version FROM daybook.events e WHERE e.stream_id = s.stream_id ORDER BY e.version DESC LIMIT 1
        ) now_at ON true
        WHERE CASE WHEN s.expected IS NULL THEN now_at.version >= s.first_version
                   ELSE coalesce(now_at.version, 0) <> s.expected END
        ORDER BY s.number, repeated DESC, s.place
    ), verdict AS MATERIALIZED (
        SELECT c.*, clash.stream_id, clash.version, k.outcome AS known_outcome, k.first_position, k.last_position,
            CASE
                WHEN k.causation_id = c.causation_id OR clash.repeated THEN 'repeated'
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
    ), named AS (
        INSERT INTO daybook.event_names SELECT p.name, min(p.position) FROM placed p
        WHERE NOT EXISTS (SELECT FROM daybook.event_names n WHERE n.name = p.name) GROUP BY p.name
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

    SELECT e.position INTO new_head FROM daybook.events e
    WHERE e.position > head AND e.position <= head + jsonb_array_length(batch -> 'events')
    ORDER BY e.position DESC LIMIT 1;
    IF FOUND THEN
        IF fence < (batch ->> 'since')::int THEN
            UPDATE daybook.fence SET code = (batch ->> 'since')::int;
        END IF;
        PERFORM pg_notify('daybook_events', new_head::text);
        UPDATE daybook.head_hint h SET position = new_head WHERE h.position + 1024 < new_head;
    END IF;
END $$;
