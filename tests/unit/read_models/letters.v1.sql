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
	noted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	correlation_id UUID NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX letters_recipient ON read.letters (recipient, id);
CREATE INDEX letters_user_uid ON read.letters (user_uid, id);

-- letters: The letters that Daybook sent by e-mail: to whom, what about, and what became of them.
-- currency None, sort '-id', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number.", "example": 5120, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id.", "example": "4a7d1c0e-5b2f-8e93-a6d8-0c9b7e6f5a41", "show": false}
-- recipient: {"type": "text", "source": "recipient", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The address.", "example": "ines.falk@harbour.example", "show": false}
-- subject: {"type": "text", "source": "subject", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "", "example": "Your claim of 48.20 EUR was approved", "show": false}
-- policy: {"type": "text", "source": "policy", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What led to it.", "example": "mail approvals", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["sent", "refused", "bounced"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`bounced`: sent, and came back.", "example": "sent", "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why it was refused or came back.", "example": null, "show": false}
-- reimbursement_uid: {"type": "uuid", "source": "reimbursement_uid", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The claim it is about.", "example": "3f2c8a51-9d4e-4b7a-8c60-1e5f7a9b2d34", "show": false}
-- message_id: {"type": "text", "source": "message_id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "", "example": "<1d6a6a2e30c28c1b9a1f2f4a54a1c0de@daybook.example>", "show": false}
-- sent_at: {"type": "timestamp", "source": "sent_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "", "example": "2026-11-20T21:30:00Z", "show": false}
-- noted_at: {"type": "timestamp", "source": "noted_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When its status was noted.", "example": "2026-11-20T21:30:00Z", "show": false}
-- correlation_id: {"type": "uuid", "source": "correlation_id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Of what led to it.", "example": "9b8a7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
