CREATE TABLE read.workflow_definitions (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	workflow_version BIGINT NOT NULL, 
	title TEXT COLLATE "C" NOT NULL, 
	steps JSONB NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);

-- workflow_definitions: The workflows in every version that was taken into use.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number.", "example": 7, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e83b", "show": false}
-- name: {"type": "text", "source": "name", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What it is called in addresses.", "example": "customer-cashflow", "show": false}
-- workflow_version: {"type": "integer", "source": "workflow_version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Versions of one name; the highest is begun.", "example": 1, "show": false}
-- title: {"type": "text", "source": "title", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What people call it.", "example": "Twelve months of income and expenditure", "show": false}
-- steps: {"type": "json", "source": "steps", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "Its steps in their order: name, type and title, and of a review its `decisions`.", "example": [{"name": "details", "type": "form", "title": "About you"}], "show": false}
-- recorded_at: {"type": "timestamp", "source": "recorded_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was taken into use.", "example": "2026-11-20T21:30:00Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Always 1: it never changes.", "example": 1, "show": false}
