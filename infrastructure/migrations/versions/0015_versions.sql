-- A version of a read model that another version had to make room for has a checkpoint `name@version`, and its tables in
-- the schema `read_v<version>`.
CREATE OR REPLACE FUNCTION daybook.vouches(checkpoint daybook.checkpoints) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(cardinality(checkpoint.tables), 0) > 0 AND NOT EXISTS (
        SELECT FROM unnest(checkpoint.tables) AS named (name)
        LEFT JOIN pg_catalog.pg_class t ON t.relname = named.name AND t.relnamespace = (
            SELECT oid FROM pg_catalog.pg_namespace WHERE nspname =
                CASE WHEN position('@' IN checkpoint.projection) > 0 THEN 'read_v' || checkpoint.version ELSE 'read' END)
        WHERE pg_catalog.col_description(t.oid, 1) IS DISTINCT FROM checkpoint.token::text
    )
$$;

-- What time it is. It is a function so that a test can set the clock.
CREATE FUNCTION daybook.clock() RETURNS timestamptz LANGUAGE sql AS $$ SELECT clock_timestamp() $$;

-- The last event before each moment at which the clock stood far behind what was recorded, so that it must have been ahead.
CREATE TABLE daybook.clock_jumps (
    position bigint      PRIMARY KEY,
    ahead    interval    NOT NULL,
    seen_at  timestamptz NOT NULL
);

-- When an event behind one of `latest` is recorded. A clock that is set back a little does not make time run against the
-- positions; one that was far ahead for a while does not mark whatever comes after that.
CREATE FUNCTION daybook.moment_behind(latest timestamptz) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT CASE WHEN latest > now_at.told + interval '5 seconds' THEN now_at.told ELSE greatest(latest, now_at.told) END
    FROM (SELECT daybook.clock()) AS now_at (told)
$$;

-- daybook.append is that of 0009_names.sql, but for the clock. It stays what it was made to be since.
DO $$
DECLARE
    before constant text := 'SELECT greatest(e.recorded_at, clock_timestamp()) INTO latest FROM daybook.events e WHERE e.position = head;
    latest := coalesce(latest, clock_timestamp());';
    after  constant text := 'SELECT e.recorded_at INTO latest FROM daybook.events e WHERE e.position = head;
    IF daybook.moment_behind(latest) < latest THEN
        INSERT INTO daybook.clock_jumps VALUES (head, latest - daybook.clock(), daybook.clock()) ON CONFLICT DO NOTHING;
    END IF;
    latest := daybook.moment_behind(latest);';
    was    constant text := pg_get_functiondef('daybook.append(jsonb)'::regprocedure);
BEGIN
    ASSERT position(before IN was) > 0, 'daybook.append is not what it was expected to be';
    EXECUTE replace(was, before, after);
END $$;
