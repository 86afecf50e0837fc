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
