CREATE TABLE read.usages (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	user_uid UUID, 
	user_id BIGINT, 
	bank_uid UUID, 
	usage_type_uid UUID NOT NULL, 
	usage_type_id BIGINT NOT NULL, 
	usage_type TEXT COLLATE "C" NOT NULL, 
	usage_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	usage_hour TIMESTAMP WITH TIME ZONE NOT NULL, 
	amount NUMERIC NOT NULL, 
	unit TEXT COLLATE "C" NOT NULL, 
	normalised_amount NUMERIC NOT NULL, 
	normalised_unit TEXT COLLATE "C" NOT NULL, 
	factor NUMERIC NOT NULL, 
	factor_version BIGINT NOT NULL, 
	emissions NUMERIC NOT NULL, 
	restated_emissions NUMERIC NOT NULL, 
	restated_factor NUMERIC NOT NULL, 
	restated_factor_version BIGINT NOT NULL, 
	emissions_unit TEXT COLLATE "C" NOT NULL, 
	external_id TEXT COLLATE "C", 
	import_id UUID NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX usages_bank_usage_at ON read.usages (bank_uid, usage_at, id);
CREATE INDEX usages_import_id ON read.usages (import_id, id);
CREATE INDEX usages_usage_at ON read.usages (usage_at, id);
CREATE INDEX usages_user_usage_at ON read.usages (user_uid, usage_at, id);

CREATE TABLE read.usage_bank_hours (
	bank_uid UUID, 
	usage_hour TIMESTAMP WITH TIME ZONE, 
	count BIGINT NOT NULL, 
	sum_emissions NUMERIC NOT NULL, 
	sum_restated_emissions NUMERIC NOT NULL, 
	CONSTRAINT usage_bank_hours_key UNIQUE NULLS NOT DISTINCT (bank_uid, usage_hour)
)
 WITH (fillfactor = 70);

CREATE TABLE read.usage_hours (
	bank_uid UUID, 
	usage_type_id BIGINT, 
	usage_hour TIMESTAMP WITH TIME ZONE, 
	count BIGINT NOT NULL, 
	sum_emissions NUMERIC NOT NULL, 
	sum_restated_emissions NUMERIC NOT NULL, 
	CONSTRAINT usage_hours_key UNIQUE NULLS NOT DISTINCT (bank_uid, usage_type_id, usage_hour)
)
 WITH (fillfactor = 70);

CREATE TABLE read.usage_user_hours (
	bank_uid UUID, 
	user_uid UUID, 
	usage_type_id BIGINT, 
	usage_hour TIMESTAMP WITH TIME ZONE, 
	count BIGINT NOT NULL, 
	sum_emissions NUMERIC NOT NULL, 
	sum_restated_emissions NUMERIC NOT NULL, 
	CONSTRAINT usage_user_hours_key UNIQUE NULLS NOT DISTINCT (bank_uid, user_uid, usage_type_id, usage_hour)
)
 WITH (fillfactor = 70);

-- usages: What was used, when, by whom, and what that emitted.
-- currency None, sort '-usage_at', key id, uid
-- rollups usage_bank_hours, usage_hours, usage_user_hours
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the usage.", "example": 4712, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the usage.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82a", "show": false}
-- user_id: {"type": "integer", "source": "user_id", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of who used it.", "example": 12, "show": false}
-- usage_type_id: {"type": "integer", "source": "usage_type_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of what was used.", "example": 100, "show": false}
-- usage_type: {"type": "text", "source": "usage_type", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What that was called.", "example": "electricity", "show": false}
-- usage_at: {"type": "timestamp", "source": "usage_at", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was used.", "example": "2026-11-20T21:30:00Z", "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "How much, as given.", "example": "12.5", "show": false}
-- unit: {"type": "text", "source": "unit", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "In which unit, as given.", "example": "kwh", "show": false}
-- emissions: {"type": "decimal", "source": "emissions", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The exact product of normalised amount and factor.", "example": "18.75", "show": false}
-- emissions_unit: {"type": "text", "source": "emissions_unit", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What emissions are counted in.", "example": "kg CO2e", "show": false}
-- user_uid: {"type": "uuid", "source": "user_uid", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who used it.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e810", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank or firm whose auditors see it.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- usage_type_uid: {"type": "uuid", "source": "usage_type_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What was used.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e817", "show": false}
-- normalised_amount: {"type": "decimal", "source": "normalised_amount", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "How much, in the unit of its type.", "example": "12.5", "show": false}
-- normalised_unit: {"type": "text", "source": "normalised_unit", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The unit of its type.", "example": "kwh", "show": false}
-- factor: {"type": "decimal", "source": "factor", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Emissions per unit, as pinned.", "example": "1.5", "show": false}
-- factor_version: {"type": "integer", "source": "factor_version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Version of that factor.", "example": 1, "show": false}
-- restated_emissions: {"type": "decimal", "source": "restated_emissions", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The same by the factor of the last restatement; as `emissions` without one.", "example": "18.75", "show": false}
-- restated_factor: {"type": "decimal", "source": "restated_factor", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The factor of `restated_emissions`.", "example": "1.5", "show": false}
-- restated_factor_version: {"type": "integer", "source": "restated_factor_version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Version of that factor.", "example": 1, "show": false}
-- external_id: {"type": "text", "source": "external_id", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What its sender calls it.", "example": "meter-7/2026-03", "show": false}
-- recorded_at: {"type": "timestamp", "source": "recorded_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was recorded.", "example": "2026-11-20T21:30:00Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
