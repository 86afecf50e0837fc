CREATE TABLE read.payment_batches (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID NOT NULL, 
	message_id TEXT COLLATE "C" NOT NULL, 
	payments INTEGER NOT NULL, 
	amount NUMERIC(20, 4) NOT NULL, 
	left_out BIGINT NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	sha256 TEXT COLLATE "C" NOT NULL, 
	actor TEXT COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	execution_on DATE, 
	created_by UUID, 
	released_by UUID, 
	released_at TIMESTAMP WITH TIME ZONE, 
	voided_by UUID, 
	voided_at TIMESTAMP WITH TIME ZONE, 
	reason TEXT COLLATE "C", 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX payment_batches_bank_uid ON read.payment_batches (bank_uid, id);

-- payment_batches: The files of payments that were made for a bank.
-- currency currency, sort '-id', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the batch.", "example": 71, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the batch.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82e", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank that pays.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- message_id: {"type": "text", "source": "message_id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What the file calls itself, and the rail reference of its payments.", "example": "0d4a5be7c1f24e93a86b7f1520c3d4e5", "show": false}
-- payments: {"type": "integer", "source": "payments", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "How many payments it holds, or left with it.", "example": 12, "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "What they come to, in `currency`.", "example": "2210.40", "show": false}
-- left_out: {"type": "integer", "source": "left_out", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "How many could not leave with it any more.", "example": 0, "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The currency of all of it.", "example": "EUR", "show": false}
-- sha256: {"type": "text", "source": "sha256", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Digest of the file, in hexadecimal.", "example": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "show": false}
-- actor: {"type": "text", "source": "actor", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who made it.", "example": "user:b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c", "show": false}
-- created_at: {"type": "timestamp", "source": "created_at", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was made.", "example": "2026-11-20T21:30:00Z", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["created", "released", "voided"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Whether its file may be handed in.", "example": "released", "show": false}
-- execution_on: {"type": "date", "source": "execution_on", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The day on which the bank is to pay; null for files of which that was not kept.", "example": "2026-11-23", "show": false}
-- created_by: {"type": "uuid", "source": "created_by", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user who made it.", "example": null, "show": false}
-- released_by: {"type": "uuid", "source": "released_by", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user who released it.", "example": null, "show": false}
-- released_at: {"type": "timestamp", "source": "released_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was released.", "example": "2026-11-20T21:30:00Z", "show": false}
-- voided_by: {"type": "uuid", "source": "voided_by", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user who gave it up.", "example": null, "show": false}
-- voided_at: {"type": "timestamp", "source": "voided_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was given up.", "example": null, "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why it was given up.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
