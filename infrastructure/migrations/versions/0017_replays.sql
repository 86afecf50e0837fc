-- What operators asked for last: of each read model one verification and one rebuild, and what came of it. A projector
-- takes what nobody is at; `touched_at` says that somebody is, `began_at` who. `differing` are the tables that did not
-- say what the log says.
CREATE TABLE daybook.replays (
    projection text        NOT NULL COLLATE "C",
    purpose    text        NOT NULL COLLATE "C" CHECK (purpose IN ('verify', 'rebuild')),
    version    integer     NOT NULL,
    asked_by   text        NOT NULL,
    asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    began_at   timestamptz,
    touched_at timestamptz,
    ended_at   timestamptz,
    position   bigint      NOT NULL DEFAULT 0,
    until      bigint      NOT NULL DEFAULT 0,
    differing  text[],
    error      text,
    PRIMARY KEY (projection, purpose)
);
