CREATE TABLE read.delegations (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID NOT NULL, 
	bank_id BIGINT NOT NULL, 
	administrator_uid UUID NOT NULL, 
	"to" UUID NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX delegations_bank_uid ON read.delegations (bank_uid, id);

-- delegations: Limits that administrators lend to others for some days.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the delegation.", "example": 4901, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the delegation.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e82f", "show": false}
-- bank_id: {"type": "integer", "source": "bank_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of the bank.", "example": 41, "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Uid of the bank.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- administrator_uid: {"type": "uuid", "source": "administrator_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Uid of the administrator whose limit it is.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e826", "show": false}
-- to: {"type": "uuid", "source": "to", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Uid of the administrator who may use it.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e815", "show": false}
-- starts_on: {"type": "date", "source": "starts_on", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The first day (UTC).", "example": "2026-11-23", "show": false}
-- ends_on: {"type": "date", "source": "ends_on", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The last day (UTC).", "example": "2026-12-06", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["lent", "ended"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`lent`, or `ended` for good.", "example": "lent", "show": false}
-- created_at: {"type": "timestamp", "source": "created_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it came into use.", "example": "2026-11-20T21:30:00Z", "show": false}
-- ended_at: {"type": "timestamp", "source": "ended_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it went out of use; null as long as it has not.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
