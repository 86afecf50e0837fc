CREATE TABLE read.usage_types (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	unit TEXT COLLATE "C" NOT NULL, 
	factors JSONB NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);

CREATE TABLE read.usage_type_factors (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	usage_type_uid UUID NOT NULL, 
	factor_version BIGINT NOT NULL, 
	factor NUMERIC NOT NULL, 
	emissions_unit TEXT COLLATE "C" NOT NULL, 
	valid_from TIMESTAMP WITH TIME ZONE NOT NULL, 
	source TEXT COLLATE "C" NOT NULL, 
	scope BIGINT, 
	region TEXT COLLATE "C", 
	year BIGINT, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX usage_type_factors_usage_type_uid ON read.usage_type_factors (usage_type_uid, id);

-- usage_types: What can be used, in which unit, and what a unit emits.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number.", "example": 100, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e817", "show": false}
-- name: {"type": "text", "source": "name", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What it is called.", "example": "electricity", "show": false}
-- unit: {"type": "text", "source": "unit", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What its amounts are counted in.", "example": "kwh", "show": false}
-- factor: {"type": "json", "source": "factors", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "Emissions per unit. As of the version that is valid now; null if none is.", "example": "1.5", "show": true}
-- emissions_unit: {"type": "json", "source": "factors", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "What the factor gives per unit. As of the version that is valid now; null if none is.", "example": "kg CO2e", "show": true}
-- factor_version: {"type": "json", "source": "factors", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "Which version of the factor this is. As of the version that is valid now; null if none is.", "example": 1, "show": true}
-- valid_from: {"type": "json", "source": "factors", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "Since when it is valid. As of the version that is valid now; null if none is.", "example": "1980-01-01T00:00:00Z", "show": true}
-- source: {"type": "json", "source": "factors", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "Who says so. As of the version that is valid now; null if none is.", "example": "Daybook's starting table", "show": true}
-- scope: {"type": "json", "source": "factors", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "1, 2 or 3 of the GHG Protocol. As of the version that is valid now; null if none is.", "example": null, "show": true}
-- region: {"type": "json", "source": "factors", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "The region its source speaks of. As of the version that is valid now; null if none is.", "example": null, "show": true}
-- year: {"type": "json", "source": "factors", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "The year its source speaks of. As of the version that is valid now; null if none is.", "example": null, "show": true}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["active", "retired"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`active`, or `retired` for good.", "example": "active", "show": false}
-- created_at: {"type": "timestamp", "source": "created_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it came into use.", "example": "2026-11-20T21:30:00Z", "show": false}
-- ended_at: {"type": "timestamp", "source": "ended_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it went out of use; null as long as it has not.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
