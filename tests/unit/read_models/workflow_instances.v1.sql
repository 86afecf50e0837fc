CREATE TABLE read.workflow_instances (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	workflow TEXT COLLATE "C" NOT NULL, 
	workflow_version BIGINT NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	awaited JSONB NOT NULL, 
	awaited_of TEXT COLLATE "C", 
	due_at TIMESTAMP WITH TIME ZONE, 
	is_late BOOLEAN NOT NULL, 
	outcome TEXT COLLATE "C", 
	customer_uid UUID, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);

-- workflow_instances: How far each is who goes through a workflow.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number.", "example": 9, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e83c", "show": false}
-- workflow: {"type": "text", "source": "workflow", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What is gone through.", "example": "customer-cashflow", "show": false}
-- workflow_version: {"type": "integer", "source": "workflow_version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "In which version.", "example": 1, "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["awaiting", "over"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Whether it waits for somebody.", "example": "awaiting", "show": false}
-- awaited: {"type": "json", "source": "awaited", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "The steps it waits for.", "example": ["decision"], "show": false}
-- awaited_of: {"type": "text", "source": "awaited_of", "nullable": true, "choices": ["applicant", "staff"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Whom it waits for: `applicant` is whoever has the link; null once it is over.", "example": "staff", "show": false}
-- due_at: {"type": "timestamp", "source": "due_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When that is late; null if it never is.", "example": "2026-11-20T21:30:00Z", "show": false}
-- is_late: {"type": "boolean", "source": "is_late", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Whether that is late.", "example": false, "show": false}
-- outcome: {"type": "text", "source": "outcome", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "How it ended; null until then.", "example": "approved", "show": false}
-- customer_uid: {"type": "uuid", "source": "customer_uid", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The customer that was recorded in it.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e83d", "show": false}
-- started_at: {"type": "timestamp", "source": "started_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was begun.", "example": "2026-11-20T21:30:00Z", "show": false}
-- ended_at: {"type": "timestamp", "source": "ended_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it ended; null until then.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
