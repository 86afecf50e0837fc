CREATE TABLE read.bank_members (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID NOT NULL, 
	bank_id BIGINT NOT NULL, 
	user_uid UUID NOT NULL, 
	first_name TEXT COLLATE "C" NOT NULL, 
	last_name TEXT COLLATE "C" NOT NULL, 
	email TEXT COLLATE "C" NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX bank_members_bank_uid ON read.bank_members (bank_uid, id);

-- bank_members: The people who submit claims.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number.", "example": 41, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e813", "show": false}
-- bank_id: {"type": "integer", "source": "bank_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of the bank.", "example": 41, "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Uid of the bank.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e812", "show": false}
-- user_uid: {"type": "uuid", "source": "user_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user who signs in as this person.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e816", "show": false}
-- first_name: {"type": "text", "source": "first_name", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "First name.", "example": "Ines", "show": false}
-- last_name: {"type": "text", "source": "last_name", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Last name.", "example": "Falk", "show": false}
-- email: {"type": "text", "source": "email", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Where letters go.", "example": "ines@harbour.example", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["active", "inactive"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`active`, or `inactive` for good.", "example": "active", "show": false}
-- created_at: {"type": "timestamp", "source": "created_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it came into use.", "example": "2026-11-20T21:30:00Z", "show": false}
-- ended_at: {"type": "timestamp", "source": "ended_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it went out of use; null as long as it has not.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
