CREATE TABLE read.security_events (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	stream_id UUID NOT NULL, 
	user_uid UUID, 
	bank_uid UUID, 
	address TEXT COLLATE "C", 
	detail TEXT COLLATE "C", 
	actor TEXT COLLATE "C" NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX security_events_address ON read.security_events (address, id);
CREATE INDEX security_events_recorded_at ON read.security_events (recorded_at, id);
CREATE INDEX security_events_user_uid ON read.security_events (user_uid, id);

CREATE TABLE read.security_totals (
	kind TEXT COLLATE "C", 
	count BIGINT NOT NULL, 
	CONSTRAINT security_totals_key UNIQUE NULLS NOT DISTINCT (kind)
)
 WITH (fillfactor = 70);

-- security_events: Sign-ins, failures and locks, tokens used again, and changes of people, machines, policies and payees.
-- currency None, sort '-id', key id, uid
-- rollups security_totals
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the event.", "example": 58, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the event.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e835", "show": false}
-- kind: {"type": "text", "source": "kind", "nullable": false, "choices": ["sign_in", "command_line", "failure", "lock", "reuse", "sign_out", "password", "way", "role", "payee", "policy", "machine"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What it is about: `command_line` is a token made at the machine itself, `failure` and `lock` come once in 15 minutes, `reuse` is a refresh token that came a second time.", "example": "sign_in", "show": false}
-- name: {"type": "text", "source": "name", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The name of the event in the log.", "example": "session.started.v1", "show": false}
-- stream_id: {"type": "uuid", "source": "stream_id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What it happened to: a session, a user, an administrator, an account.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82d", "show": false}
-- user_uid: {"type": "uuid", "source": "user_uid", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user it concerns; null where that is nobody, or told by the stream.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank it concerns; null if none.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- address: {"type": "text", "source": "address", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What stands for the network address, within a month; null where none was told.", "example": "5d1e0f9a7b3c4d2e8f6a1b0c9d8e7f60", "show": false}
-- detail: {"type": "text", "source": "detail", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The way of a sign-in, what was tried too often, why a session ended, or what a key begins with.", "example": "password", "show": false}
-- actor: {"type": "text", "source": "actor", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who acted.", "example": "user:b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c", "show": false}
-- recorded_at: {"type": "timestamp", "source": "recorded_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was recorded.", "example": "2026-11-20T21:30:00Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Always 1: what happened never changes.", "example": 1, "show": false}
