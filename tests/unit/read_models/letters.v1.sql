CREATE TABLE read.letters (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	user_uid UUID, 
	recipient TEXT COLLATE "C" NOT NULL, 
	subject TEXT COLLATE "C" NOT NULL, 
	policy TEXT COLLATE "C" NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	reason TEXT COLLATE "C", 
	reimbursement_uid UUID, 
	message_id TEXT COLLATE "C" NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	correlation_id UUID NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX letters_recipient ON read.letters (recipient, id);
CREATE INDEX letters_user_uid ON read.letters (user_uid, id);

-- letters: Letters sent by e-mail, and what became of them.
-- currency None, sort '-id', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number.", "example": 42, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e832", "show": false}
-- recipient: {"type": "text", "source": "recipient", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The address.", "example": "ines.falk@harbour.example", "show": false}
-- subject: {"type": "text", "source": "subject", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "", "example": "Your claim of 48.20 EUR was approved", "show": false}
-- policy: {"type": "text", "source": "policy", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "", "example": "mail approvals", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["sent", "refused", "bounced"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`bounced`: it came back.", "example": "sent", "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "", "example": "552 5.2.2 mailbox full", "show": false}
-- reimbursement_uid: {"type": "uuid", "source": "reimbursement_uid", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The claim it is about.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820", "show": false}
-- message_id: {"type": "text", "source": "message_id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "", "example": "<1d6a6a2e30c28c1b9a1f2f4a54a1c0de@daybook.example>", "show": false}
-- sent_at: {"type": "timestamp", "source": "sent_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "", "example": "2026-11-20T21:30:00Z", "show": false}
-- recorded_at: {"type": "timestamp", "source": "recorded_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When its status was noted.", "example": "2026-11-20T21:30:00Z", "show": false}
-- correlation_id: {"type": "uuid", "source": "correlation_id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Shared by all that followed from one request.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e81d", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
