-- A live checkpoint names the tables it vouches for, and the token that was made with them; each table bears the token
-- in the comment of its first column. What is dumped and restored keeps both; where tables are not there, or others, a
-- checkpoint vouches for nothing, and its read model is built anew.
ALTER TABLE daybook.checkpoints ADD COLUMN tables text[], ADD COLUMN token uuid;

CREATE FUNCTION daybook.vouches(checkpoint daybook.checkpoints) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(cardinality(checkpoint.tables), 0) > 0 AND NOT EXISTS (
        SELECT FROM unnest(checkpoint.tables) AS named (name)
        LEFT JOIN pg_catalog.pg_class t
            ON t.relname = named.name AND t.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'read')
        WHERE pg_catalog.col_description(t.oid, 1) IS DISTINCT FROM checkpoint.token::text
    )
$$;

-- What is there already is vouched for as it is.
UPDATE daybook.checkpoints c SET token = gen_random_uuid(), tables = ARRAY(
    SELECT t.relname::text FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'read'
    WHERE t.relkind = 'r' AND obj_description(t.oid, 'pg_class') = 'projection ' || c.projection ORDER BY 1
) WHERE c.slot = 'live';
DO $$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format('COMMENT ON COLUMN read.%I.%I IS %L', named.name, a.attname, c.token)
        FROM daybook.checkpoints c, unnest(c.tables) AS named (name)
        JOIN pg_attribute a ON a.attrelid = format('read.%I', named.name)::regclass AND a.attnum = 1
    LOOP
        EXECUTE statement;
    END LOOP;
END $$;

-- When the log began, and each time that it was taken back to what it had been. Positions past that were given anew.
CREATE TABLE daybook.epochs (
    number   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seed     uuid        NOT NULL DEFAULT gen_random_uuid(),
    position bigint      NOT NULL,
    reason   text        NOT NULL,
    began_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO daybook.epochs (position, reason) SELECT daybook.head(), 'the log began';

-- The epoch of the log: the same as long as whoever has followed the log up to a position may go on behind it. It follows
-- from the last row above and from where the log is: another server, another database, and another timeline of the same
-- (a point in time, a standby that was promoted) are another epoch, whether or not somebody said so.
CREATE FUNCTION daybook.epoch() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT left(md5(concat_ws(':',
        (SELECT e.seed FROM daybook.epochs e ORDER BY e.number DESC LIMIT 1),
        (pg_control_system()).system_identifier,
        (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()),
        CASE WHEN pg_is_in_recovery() THEN lpad(upper(to_hex((pg_control_checkpoint()).timeline_id)), 8, '0')
             ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END
    )), 12)
$$;
