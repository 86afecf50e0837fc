CREATE TABLE read.exchange_rates (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID NOT NULL, 
	bank_id BIGINT NOT NULL, 
	base TEXT COLLATE "C" NOT NULL, 
	quote TEXT COLLATE "C" NOT NULL, 
	value NUMERIC NOT NULL, 
	source TEXT COLLATE "C" NOT NULL, 
	day DATE NOT NULL, 
	recorded_by UUID, 
	confirmed_by UUID, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX exchange_rates_bank_uid ON read.exchange_rates (bank_uid, id);
CREATE INDEX exchange_rates_day ON read.exchange_rates (day, id);

-- exchange_rates: What banks say that currencies are worth in others.
-- currency None, sort '-day', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the rate of a day.", "example": 84, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the rate of a day.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81b", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank that keeps it.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- bank_id: {"type": "integer", "source": "bank_id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of the bank.", "example": 41, "show": false}
-- base: {"type": "text", "source": "base", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The currency of which one is worth `value` of the other.", "example": "EUR", "show": false}
-- quote: {"type": "text", "source": "quote", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The other currency.", "example": "USD", "show": false}
-- value: {"type": "decimal", "source": "value", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What one `base` is worth.", "example": "1.0842", "show": false}
-- source: {"type": "text", "source": "source", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who says so.", "example": "ECB reference rates", "show": false}
-- day: {"type": "date", "source": "day", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The day it is of.", "example": "2026-11-20", "show": false}
-- recorded_by: {"type": "uuid", "source": "recorded_by", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user who recorded it.", "example": null, "show": false}
-- confirmed_by: {"type": "uuid", "source": "confirmed_by", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user who confirmed it.", "example": null, "show": false}
-- recorded_at: {"type": "timestamp", "source": "recorded_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was recorded.", "example": "2026-11-20T21:30:00Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
