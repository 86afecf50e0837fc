-- Of which epoch of the log a checkpoint is, where the log is on another server; null where it is in this database, and goes
-- wherever this goes. `witness` is the last event that was taken in (position, stream, moment): as long as the log has it,
-- what was read up to there still is as it was, whatever the epoch is called.
ALTER TABLE daybook.checkpoints ADD COLUMN epoch text, ADD COLUMN witness text;
