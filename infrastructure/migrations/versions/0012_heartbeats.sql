-- When each follower of the log and the workers last gave a sign of life. Nobody needs it after a crash of the server.
CREATE UNLOGGED TABLE daybook.heartbeats (
    name text        PRIMARY KEY COLLATE "C",
    at   timestamptz NOT NULL
);
