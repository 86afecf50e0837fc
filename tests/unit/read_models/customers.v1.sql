CREATE TABLE read.customers (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	first_name TEXT COLLATE "C" NOT NULL, 
	last_name TEXT COLLATE "C" NOT NULL, 
	date_of_birth DATE NOT NULL, 
	registered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX customers_first_name ON read.customers (first_name, id);
CREATE INDEX customers_last_name ON read.customers (last_name, id);

-- customers: People who handed in what they earn and spend.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the customer.", "example": 42, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the customer.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e810", "show": false}
-- first_name: {"type": "text", "source": "first_name", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Their first name.", "example": "Ada", "show": false}
-- last_name: {"type": "text", "source": "last_name", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Their last name.", "example": "Holm", "show": false}
-- date_of_birth: {"type": "date", "source": "date_of_birth", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When they were born.", "example": "1990-12-31", "show": false}
-- registered_at: {"type": "timestamp", "source": "registered_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When they were registered.", "example": "2026-11-20T21:30:00Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
