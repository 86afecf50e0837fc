-- A bulk append asks whether any of the runs it rests on was reverted. There are few, and mostly none.
CREATE INDEX events_reverted ON daybook.events (stream_id) WHERE name = 'import.reverted.v1';
