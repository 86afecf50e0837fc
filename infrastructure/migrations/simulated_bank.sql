-- The simulated bank stands for somebody else's system: nothing of Daybook reads its tables but the adapter. It is no part
-- of the log's history: whoever migrates makes what is missing of it, as after a restore without it.
CREATE SCHEMA IF NOT EXISTS simbank;

CREATE TABLE IF NOT EXISTS simbank.transfers (
    number bigint GENERATED ALWAYS AS IDENTITY,
    reference text PRIMARY KEY,
    amount numeric(20, 4) NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    creditor_name text NOT NULL,
    destination text NOT NULL,
    state text NOT NULL DEFAULT 'submitted' CHECK (state IN ('submitted', 'settled', 'failed', 'returned')),
    reason text NOT NULL DEFAULT '',
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- When the money arrives by itself; null: only when somebody says so.
    settles_at timestamptz,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What goes wrong with the next calls, for tests and demonstrations; each row is used up by one call.
CREATE TABLE IF NOT EXISTS simbank.disturbances (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    detail text NOT NULL DEFAULT ''
);
