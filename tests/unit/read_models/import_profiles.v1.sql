CREATE TABLE read.import_profiles (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	source TEXT COLLATE "C" NOT NULL, 
	options JSONB NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	actor TEXT COLLATE "C" NOT NULL, 
	confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);

-- import_profiles: What files of a kind from a source are like, as somebody confirmed it.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the profile.", "example": 2001, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id; it follows from kind and source.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e830", "show": false}
-- kind: {"type": "text", "source": "kind", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What the rows of its files are about.", "example": "expenses", "show": false}
-- source: {"type": "text", "source": "source", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Where its files come from.", "example": "finance-export", "show": false}
-- options: {"type": "json", "source": "options", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "How its files are read.", "example": {"locale": "de_DE", "date_format": "D.M.YYYY", "columns": "Betrag=amount"}, "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["confirmed", "withdrawn"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`confirmed`, or `withdrawn` as long as no other is confirmed.", "example": "confirmed", "show": false}
-- actor: {"type": "text", "source": "actor", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who confirmed it.", "example": "local:operator", "show": false}
-- confirmed_at: {"type": "timestamp", "source": "confirmed_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was confirmed.", "example": "2026-11-20T21:30:00Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of the profile; a run names the one it used.", "example": 1, "show": false}
