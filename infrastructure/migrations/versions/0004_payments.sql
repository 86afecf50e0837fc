-- What payments need beside the log: the files of batches.
-- The schema of the simulated bank is made by simulated_bank.sql.

CREATE TABLE daybook.payment_files (
    batch_uid uuid PRIMARY KEY,
    document bytea NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
