CREATE TABLE read.proposals (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID, 
	bank_id BIGINT, 
	kind TEXT COLLATE "C" NOT NULL, 
	summary TEXT COLLATE "C" NOT NULL, 
	terms JSONB NOT NULL, 
	user_uid UUID, 
	status TEXT COLLATE "C" NOT NULL, 
	proposed_by UUID, 
	proposed_by_name TEXT COLLATE "C" NOT NULL, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	decided_by UUID, 
	decided_by_name TEXT COLLATE "C", 
	decided_at TIMESTAMP WITH TIME ZONE, 
	reason TEXT COLLATE "C", 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX proposals_bank_uid ON read.proposals (bank_uid, id);
CREATE INDEX proposals_user_uid ON read.proposals (user_uid, id);

-- proposals: What waits for a second person, or did.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number.", "example": 52, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e824", "show": false}
-- bank_id: {"type": "integer", "source": "bank_id", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of the bank it is about.", "example": 41, "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank it is about; null if it is about none.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- kind: {"type": "text", "source": "kind", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What is proposed: appointment, limit, payee, operator …", "example": "payee", "show": false}
-- summary: {"type": "text", "source": "summary", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "It in one sentence.", "example": "Change the account that Ines Falk is paid into", "show": false}
-- terms: {"type": "json", "source": "terms", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "All that it comes to; account numbers by their last four characters.", "example": {"bank_account_uid": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e811", "iban": "****3000"}, "show": false}
-- user_uid: {"type": "uuid", "source": "user_uid", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user it concerns; null if it concerns nobody.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e816", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["waiting", "confirmed", "rejected", "withdrawn"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What became of it. What still waits at `expires_at` has lapsed.", "example": "waiting", "show": false}
-- proposed_by: {"type": "uuid", "source": "proposed_by", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who proposed it.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e825", "show": false}
-- proposed_by_name: {"type": "text", "source": "proposed_by_name", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Their name.", "example": "Ruth Abara", "show": false}
-- proposed_at: {"type": "timestamp", "source": "proposed_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was proposed.", "example": "2026-11-20T21:30:00Z", "show": false}
-- expires_at: {"type": "timestamp", "source": "expires_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it lapses.", "example": "2026-11-27T21:30:00Z", "show": false}
-- decided_by: {"type": "uuid", "source": "decided_by", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who decided; null as long as nobody did, and for the machine.", "example": null, "show": false}
-- decided_by_name: {"type": "text", "source": "decided_by_name", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Their name.", "example": null, "show": false}
-- decided_at: {"type": "timestamp", "source": "decided_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When they did.", "example": null, "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why it was rejected, if that was said.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
