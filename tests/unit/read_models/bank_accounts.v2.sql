CREATE TABLE read.bank_accounts (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID NOT NULL, 
	bank_id BIGINT NOT NULL, 
	member_uid UUID NOT NULL, 
	bank_member_id BIGINT NOT NULL, 
	holder TEXT COLLATE "C" NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	iban TEXT COLLATE "C", 
	routing_number TEXT COLLATE "C", 
	account_number TEXT COLLATE "C", 
	payee_version BIGINT NOT NULL, 
	payee_since TIMESTAMP WITH TIME ZONE, 
	duplicate_of UUID, 
	status TEXT COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX bank_accounts_bank_uid ON read.bank_accounts (bank_uid, id);
CREATE INDEX bank_accounts_member_uid ON read.bank_accounts (member_uid, id);

-- bank_accounts: The accounts that members are paid into.
-- currency None, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number.", "example": 41, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e811", "show": false}
-- bank_id: {"type": "integer", "source": "bank_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of the bank.", "example": 41, "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Uid of the bank.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e812", "show": false}
-- bank_member_id: {"type": "integer", "source": "bank_member_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of the member it belongs to.", "example": 47, "show": false}
-- member_uid: {"type": "uuid", "source": "member_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Uid of the member it belongs to.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e813", "show": false}
-- holder: {"type": "text", "source": "holder", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "In whose name it is held.", "example": "Ines Falk", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "ISO 4217 code of the currency it holds.", "example": "EUR", "show": false}
-- iban: {"type": "text", "source": "iban", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "Its IBAN: the last four characters.", "example": "****3000", "show": false}
-- routing_number: {"type": "text", "source": "routing_number", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "Its ABA routing number: the last four digits.", "example": null, "show": false}
-- account_number: {"type": "text", "source": "account_number", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "Its account number: the last four digits.", "example": null, "show": false}
-- payee_version: {"type": "integer", "source": "payee_version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "How many payees it has had: numbers and holder.", "example": 1, "show": false}
-- payee_since: {"type": "timestamp", "source": "payee_since", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Since when it has this payee; null if that is older than that it was noted.", "example": "2026-11-20T21:30:00Z", "show": false}
-- duplicate_of: {"type": "uuid", "source": "duplicate_of", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "An earlier account of another member with the same number; null if there is none.", "example": null, "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["open", "closed"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`open`, or `closed` for good.", "example": "open", "show": false}
-- created_at: {"type": "timestamp", "source": "created_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it came into use.", "example": "2026-11-20T21:30:00Z", "show": false}
-- ended_at: {"type": "timestamp", "source": "ended_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it went out of use; null as long as it has not.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
