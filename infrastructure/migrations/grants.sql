-- Who may do what. Whoever migrates runs this each time, so it only adds what is missing: also after a restore, which
-- brings neither owners nor privileges along. Roles belong to the whole server, what they may do to this database.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY[
        'daybook_owner', 'daybook_application', 'daybook_overview', 'daybook_projector', 'daybook_identity'
    ] LOOP
        IF to_regrole(role) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- it was made for another database of this server just now
            END;
        END IF;
        IF NOT pg_has_role(current_user, role, 'USAGE') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', role);
        END IF;
    END LOOP;
    -- What the application becomes for who may see every bank, and what it is not by itself.
    IF (SELECT rolinherit FROM pg_roles WHERE rolname = 'daybook_application') THEN
        ALTER ROLE daybook_application NOINHERIT;
    END IF;
    IF NOT pg_has_role('daybook_application', 'daybook_overview', 'MEMBER') THEN
        GRANT daybook_overview TO daybook_application;
    END IF;
    IF NOT pg_has_role('daybook_projector', 'daybook_overview', 'MEMBER') THEN
        GRANT daybook_overview TO daybook_projector;  -- whose the read models are: it sees every row as it is
    END IF;
    -- A projector builds a read model in a schema of its own, and switches.
    EXECUTE format('GRANT CREATE ON DATABASE %I TO daybook_owner, daybook_projector', current_database());
END $$;
CREATE SCHEMA IF NOT EXISTS read;

-- Whose everything is. What another login made, as a migration, a restore or an older projector, is handed over.
DO $$
DECLARE
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY(
        WITH home AS (
            SELECT n.oid, n.nspname AS name, n.nspowner AS owner,
                   CASE WHEN n.nspname IN ('daybook', 'simbank') THEN 'daybook_owner' ELSE 'daybook_projector' END AS wanted
            FROM pg_namespace n
            WHERE n.nspname ~ '^(daybook|simbank|read(_v[0-9]+)?)$'
               OR n.nspname IN (
                   SELECT c.slot || '_' || replace(c.projection, '@', '_v') FROM daybook.checkpoints c WHERE c.slot <> 'live'
               )
        )
        SELECT format('ALTER SCHEMA %I OWNER TO %I', h.name, h.wanted)
        FROM home h WHERE h.owner <> h.wanted::regrole
        UNION ALL
        SELECT format('ALTER TABLE %s OWNER TO %I', c.oid::regclass, h.wanted)
        FROM home h JOIN pg_class c ON c.relnamespace = h.oid
        WHERE c.relkind IN ('r', 'p', 'v') AND c.relowner <> h.wanted::regrole
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, h.wanted)
        FROM home h JOIN pg_proc p ON p.pronamespace = h.oid WHERE p.proowner <> h.wanted::regrole
    ) LOOP
        EXECUTE statement;
    END LOOP;
END $$;

-- The log is written by functions that run as its owner, and find nothing of their caller's in the place of something else.
DO $$
DECLARE
    routine regprocedure;
BEGIN
    FOR routine IN
        SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'daybook'::regnamespace AND p.proname IN (
            'append', 'stage', 'check_staged', 'analyze_staged', 'number_anew', 'hold', 'write_ahead', 'write_held',
            'note_names', 'refuse_gap'
        )
    LOOP
        EXECUTE format('ALTER ROUTINE %s SECURITY DEFINER SET search_path = pg_catalog, pg_temp', routine);
    END LOOP;
END $$;
REVOKE ALL ON ALL ROUTINES IN SCHEMA daybook FROM PUBLIC;
GRANT EXECUTE ON FUNCTION daybook.head, daybook.epoch, daybook.vouches
    TO daybook_application, daybook_overview, daybook_projector, daybook_identity;
GRANT EXECUTE ON FUNCTION daybook.show TO daybook_projector;
GRANT EXECUTE ON FUNCTION daybook.append, daybook.lock_log, daybook.stage, daybook.analyze_staged, daybook.number_anew,
    daybook.hold, daybook.write_ahead, daybook.write_held, daybook.note_names TO daybook_application;

GRANT USAGE ON SCHEMA daybook TO daybook_application, daybook_overview, daybook_projector, daybook_identity;
GRANT USAGE ON SCHEMA simbank TO daybook_application;

-- Everybody may see what there is of the log and where followers are. Nobody may write it.
GRANT SELECT ON daybook.alembic_version, daybook.fence
    TO daybook_application, daybook_overview, daybook_projector, daybook_identity;
GRANT SELECT ON daybook.events, daybook.event_names, daybook.head_hint, daybook.epochs, daybook.idempotency_keys,
    daybook.tracking, daybook.checkpoints, daybook.policies, daybook.reactions, daybook.heartbeats,
    daybook.clock_jumps TO daybook_application, daybook_overview, daybook_projector;

GRANT INSERT, UPDATE ON daybook.heartbeats TO daybook_application, daybook_projector;
GRANT INSERT, UPDATE ON daybook.reactions TO daybook_application;
GRANT SELECT ON daybook.mailbox TO daybook_overview;
GRANT UPDATE ON daybook.reactions TO daybook_overview;
GRANT SELECT, INSERT, UPDATE, DELETE ON daybook.uploads, daybook.upload_chunks, daybook.sign_in_attempts, daybook.mailbox,
    simbank.transfers, simbank.disturbances TO daybook_application;
GRANT SELECT, INSERT ON daybook.payment_files TO daybook_application;
-- Read models from before, and those that a restore brought.
DO $$
DECLARE
    shelf regnamespace;
BEGIN
    FOR shelf IN SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^read(_v[0-9]+)?$' LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO daybook_application, daybook_overview', shelf);
        PERFORM daybook.show(c.oid::regclass::text) FROM pg_class c
        WHERE c.relnamespace = shelf AND c.relkind IN ('r', 'p');
    END LOOP;
END $$;

-- A policy lets an index find only what such functions compare, and a comparison of numbers tells nobody anything else.
-- Only a superuser can say so; elsewhere amounts are compared row by row.
DO $$
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        ALTER FUNCTION pg_catalog.numeric_eq(numeric, numeric) LEAKPROOF;
        ALTER FUNCTION pg_catalog.numeric_lt(numeric, numeric) LEAKPROOF;
        ALTER FUNCTION pg_catalog.numeric_le(numeric, numeric) LEAKPROOF;
        ALTER FUNCTION pg_catalog.numeric_gt(numeric, numeric) LEAKPROOF;
        ALTER FUNCTION pg_catalog.numeric_ge(numeric, numeric) LEAKPROOF;
    END IF;
END $$;

GRANT INSERT, UPDATE, DELETE ON daybook.checkpoints TO daybook_projector;
GRANT SELECT, INSERT, UPDATE ON daybook.replays TO daybook_application;
GRANT SELECT, UPDATE ON daybook.replays TO daybook_projector;
GRANT DELETE ON daybook.heartbeats TO daybook_projector;
GRANT INSERT, UPDATE ON daybook.reactions, daybook.policies TO daybook_projector;

GRANT SELECT, INSERT, UPDATE, DELETE ON daybook.credentials, daybook.sessions, daybook.refresh_tokens,
    daybook.sign_in_attempts, daybook.password_links, daybook.address_salts, daybook.service_keys, daybook.passkeys,
    daybook.sign_in_challenges TO daybook_identity;

-- What nobody needs any more is removed by the part whose it is, and noted.
GRANT DELETE ON daybook.idempotency_keys, daybook.reactions TO daybook_application;
GRANT UPDATE (recorded_at) ON daybook.idempotency_keys TO daybook_application;  -- without it no row can be locked
GRANT SELECT, INSERT, UPDATE ON daybook.removals TO daybook_application, daybook_identity;
GRANT SELECT ON daybook.removals TO daybook_overview, daybook_projector;
GRANT SELECT ON daybook.archives TO daybook_application, daybook_overview, daybook_projector;
