CREATE TABLE read.usage_goals (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID NOT NULL, 
	usage_type_id BIGINT NOT NULL, 
	year BIGINT NOT NULL, 
	emissions NUMERIC NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX usage_goals_bank_uid ON read.usage_goals (bank_uid, id);

-- usage_goals: What banks mean to emit at most, by year and type.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the goal.", "example": 4801, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the goal.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e839", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank whose goal it is.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- usage_type_id: {"type": "integer", "source": "usage_type_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of what is used.", "example": 100, "show": false}
-- year: {"type": "integer", "source": "year", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The year.", "example": 2026, "show": false}
-- emissions: {"type": "decimal", "source": "emissions", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "At most so many kg CO2e.", "example": "12000", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["active", "withdrawn"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`active`, or `withdrawn` for good.", "example": "active", "show": false}
-- created_at: {"type": "timestamp", "source": "created_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it came into use.", "example": "2026-11-20T21:30:00Z", "show": false}
-- ended_at: {"type": "timestamp", "source": "ended_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it went out of use; null as long as it has not.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
