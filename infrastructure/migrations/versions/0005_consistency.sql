-- Positions have no gap, so the head is found by going on from any position that is known to be taken. That way it does
-- not matter what lies further on: the rows of an import that is being written, or of one that was killed.
CREATE TABLE daybook.head_hint (position bigint NOT NULL);
INSERT INTO daybook.head_hint SELECT coalesce(max(position), 0) FROM daybook.events;

-- The last position of the log, 0 if it is empty.
CREATE FUNCTION daybook.head() RETURNS bigint LANGUAGE plpgsql STABLE
SET enable_seqscan = off
AS $$
DECLARE
    head     bigint;
    further  bigint;
BEGIN
    SELECT h.position INTO head FROM daybook.head_hint h;
    LOOP
        SELECT e.position INTO further FROM daybook.events e
        WHERE e.position > head AND e.position <= head + 4096 ORDER BY e.position DESC LIMIT 1;
        IF coalesce(further, head) < head + 4096 THEN  -- the run ends within these
            RETURN coalesce(further, head);
        END IF;
        head := further;
    END LOOP;
END $$;

-- The function that appends is made by 0009_names.sql.
