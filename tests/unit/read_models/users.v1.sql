CREATE TABLE read.users (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	email TEXT COLLATE "C" NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	bank_uid UUID, 
	roles TEXT COLLATE "C" NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	registered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX users_bank_uid ON read.users (bank_uid, id);
CREATE INDEX users_email ON read.users (email, id);

-- users: Who may sign in, for which bank, and in which roles.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the user.", "example": 42, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id; it follows from the e-mail address.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c", "show": false}
-- email: {"type": "text", "source": "email", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The address they sign in with.", "example": "ada@harbour.example", "show": false}
-- name: {"type": "text", "source": "name", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What they are called.", "example": "Ada Holm", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank they belong to; null for operators.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82b", "show": false}
-- roles: {"type": "text", "source": "roles", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Their roles in alphabetical order, separated by commas; empty if all were taken away.", "example": "administrator,member", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["active", "deactivated"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`active`, or `deactivated` for good.", "example": "active", "show": false}
-- registered_at: {"type": "timestamp", "source": "registered_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When they became a user.", "example": "2026-11-20T21:30:00Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of the user's stream as this table knows it.", "example": 1, "show": false}
