-- Whoever appends has no right to write the log: it is written by functions that run as its owner. daybook.append is one of
-- them; those of a bulk append follow. grants.sql makes them so, and says who may call them.

-- What a bulk append stages is in temporary tables of the session. They are the owner's: a table that the caller made, whose
-- types or rules might be of the caller's making too, is not read with the owner's rights.
CREATE FUNCTION daybook.stage() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMPORARY TABLE staged (
        place bigint NOT NULL, stream_id uuid NOT NULL, version int NOT NULL, name text NOT NULL,
        payload text NOT NULL, label text NOT NULL, currency text, amount numeric, note text NOT NULL
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE amended (LIKE staged) ON COMMIT DROP;
    GRANT SELECT, INSERT, UPDATE, DELETE ON staged TO daybook_application;
    GRANT SELECT, INSERT, TRUNCATE ON amended TO daybook_application;
END $$;

CREATE FUNCTION daybook.check_staged(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM pg_class c WHERE c.relname = name AND c.relnamespace = pg_my_temp_schema() AND c.relkind = 'r'
        AND c.relowner = (SELECT p.proowner FROM pg_proc p WHERE p.oid = 'daybook.stage()'::regprocedure);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the table % is not the one that was made to be staged in', name
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

CREATE FUNCTION daybook.analyze_staged() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM daybook.check_staged('staged');
    ANALYZE pg_temp.staged;
END $$;

-- Numbers what is left of the staged rows from 1 on.
CREATE FUNCTION daybook.number_anew() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM daybook.check_staged('staged');
    CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY place) AS place, stream_id, version, name, payload, label, currency, amount, note
    FROM pg_temp.staged;
    DROP TABLE pg_temp.staged;
    ALTER TABLE pg_temp.numbered RENAME TO staged;
    GRANT SELECT, INSERT, UPDATE, DELETE ON pg_temp.staged TO daybook_application;
END $$;

-- Puts the rows up to a place aside for the lock.
CREATE FUNCTION daybook.hold(until bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM daybook.check_staged('staged');
    CREATE TEMPORARY TABLE held ON COMMIT DROP AS SELECT * FROM pg_temp.staged WHERE place <= until;
    GRANT SELECT, INSERT, UPDATE, DELETE ON held TO daybook_application;
END $$;

-- What a transaction that wrote ahead owes: at its commit, `after` and everything behind it up to `until` must be there, so
-- that no gap is left. A row never outlives its transaction.
CREATE TABLE daybook.written_ahead (after bigint NOT NULL, until bigint NOT NULL, written bigint NOT NULL);
CREATE FUNCTION daybook.refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.after > 0 AND NOT EXISTS (SELECT FROM daybook.events e WHERE e.position = NEW.after)
        -- What was written next goes on down from there; it owes the rest.
        OR NOT EXISTS (SELECT FROM daybook.written_ahead w WHERE w.after = NEW.after AND w.written = NEW.until)
        AND NEW.until - NEW.after
            <> (SELECT count(*) FROM daybook.events e WHERE e.position > NEW.after AND e.position <= NEW.until)
    THEN
        RAISE EXCEPTION 'the log would have a gap before position %', NEW.written
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    DELETE FROM daybook.written_ahead w WHERE w.after = NEW.after AND w.until = NEW.until AND w.written = NEW.written;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER no_gap_is_left AFTER INSERT ON daybook.written_ahead
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION daybook.refuse_gap();

-- Writes the staged rows behind `gap` up to `written` at the positions behind `base` that they would have if nobody else
-- came; answers how many.
CREATE FUNCTION daybook.write_ahead(
    base bigint, gap bigint, written bigint, actor text, correlation uuid, causation uuid, key text, recorded_at timestamptz
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found_rows bigint;
BEGIN
    PERFORM daybook.check_staged('staged');
    INSERT INTO daybook.events
    SELECT base + s.place, s.stream_id, s.version, s.name, convert_to(s.payload, 'UTF8'), actor, correlation, causation,
           key, write_ahead.recorded_at
    FROM pg_temp.staged s WHERE s.place > gap AND s.place <= written;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    -- What is written goes down from `written` to the gap: a note of no rows would vouch for another's gap.
    IF least(base, gap) < 0 OR found_rows <> written - gap OR found_rows = 0 THEN
        RAISE EXCEPTION 'the staged rows are not numbered from 1 on' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO daybook.written_ahead VALUES (base, base + gap, base + written);
    RETURN found_rows;
END $$;

-- Writes the rows that were held: into what is left of the gap behind `head`, and past the `ahead` rows behind it.
CREATE FUNCTION daybook.write_held(
    head bigint, base bigint, gap bigint, ahead bigint, actor text, correlation uuid, causation uuid, key text,
    recorded_at timestamptz
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found_rows bigint;
    beyond     bigint;
BEGIN
    PERFORM daybook.check_staged('held');
    INSERT INTO daybook.events
    SELECT head + s.number + CASE WHEN head + s.number > base + gap THEN ahead ELSE 0 END,
           s.stream_id, s.version, s.name, convert_to(s.payload, 'UTF8'), actor, correlation, causation, key,
           write_held.recorded_at
    FROM (SELECT h.*, row_number() OVER (ORDER BY h.place) AS number FROM pg_temp.held h) s ORDER BY s.number;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    IF least(head, base, gap, ahead) < 0 THEN
        RAISE EXCEPTION 'positions begin at 1' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- Up to where rows follow on each other: the others are past those `ahead`.
    INSERT INTO daybook.written_ahead VALUES (head, head, least(head + found_rows, greatest(head, base + gap)));
    IF head + found_rows > base + gap THEN
        beyond := greatest(head, base + gap) + ahead;
        INSERT INTO daybook.written_ahead VALUES (beyond, beyond, beyond);
    END IF;
    RETURN found_rows;
END $$;

-- Notes which names an append of many events has, before it is finished with daybook.append.
CREATE FUNCTION daybook.note_names(after bigint, names text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO daybook.event_names SELECT name, after + 1 FROM unnest(names) AS name ON CONFLICT DO NOTHING
$$;

-- Lets a table of a read model be read, and if it has a bank, each row by whom that bank is said to be seen in this
-- transaction (`daybook.bank`) and by whoever may see every bank. Its owner, the projector, writes it as ever.
CREATE FUNCTION daybook.show(shown text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    bank name;
BEGIN
    EXECUTE format('GRANT SELECT ON %s TO daybook_application, daybook_overview', shown::regclass);
    SELECT a.attname INTO bank FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attrelid = shown::regclass AND a.attname = CASE c.relname WHEN 'banks' THEN 'uid' ELSE 'bank_uid' END
      AND NOT a.attisdropped;
    IF bank IS NULL OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = shown::regclass AND p.polname = 'of_bank') THEN
        RETURN;
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', shown::regclass);
    EXECUTE format(
        'CREATE POLICY of_bank ON %s FOR SELECT USING (%I = (SELECT nullif(current_setting(%L, true), %L)::uuid))',
        shown::regclass, bank, 'daybook.bank', ''
    );
    EXECUTE format('CREATE POLICY of_every_bank ON %s FOR SELECT TO daybook_overview USING (true)', shown::regclass);
END $$;
