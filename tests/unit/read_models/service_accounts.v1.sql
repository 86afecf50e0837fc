CREATE TABLE read.service_accounts (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	scopes TEXT COLLATE "C" NOT NULL, 
	bank_uid UUID, 
	status TEXT COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);

-- service_accounts: The machines that are let in by keys of their own.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the service account.", "example": 43, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the service account.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e836", "show": false}
-- name: {"type": "text", "source": "name", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What it is called.", "example": "Prometheus", "show": false}
-- scopes: {"type": "text", "source": "scopes", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The permissions it holds, in alphabetical order, separated by commas.", "example": "operations:read", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank it sees; null if it sees every bank.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["active", "deactivated"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`active`, or `deactivated` for good.", "example": "active", "show": false}
-- created_at: {"type": "timestamp", "source": "created_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it came into use.", "example": "2026-11-20T21:30:00Z", "show": false}
-- ended_at: {"type": "timestamp", "source": "ended_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it went out of use; null as long as it has not.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
