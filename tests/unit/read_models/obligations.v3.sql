CREATE TABLE read.obligations (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	reimbursement_uid UUID NOT NULL, 
	bank_uid UUID NOT NULL, 
	member_uid UUID NOT NULL, 
	bank_account_uid UUID NOT NULL, 
	payee_version BIGINT, 
	amount NUMERIC(20, 4) NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	attempts BIGINT NOT NULL, 
	payment_uid UUID, 
	reason TEXT COLLATE "C", 
	held_until TIMESTAMP WITH TIME ZONE, 
	incurred_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX obligations_bank_status ON read.obligations (bank_uid, status, id);
CREATE INDEX obligations_member_uid ON read.obligations (member_uid, id);
CREATE INDEX obligations_reimbursement_uid ON read.obligations (reimbursement_uid, id);

CREATE TABLE read.obligation_totals (
	currency TEXT COLLATE "C", 
	bank_uid UUID, 
	status TEXT COLLATE "C", 
	count BIGINT NOT NULL, 
	sum_amount NUMERIC(38, 4) NOT NULL, 
	CONSTRAINT obligation_totals_key UNIQUE NULLS NOT DISTINCT (currency, bank_uid, status)
)
 WITH (fillfactor = 70);

-- obligations: What is owed for approved claims, how often it was attempted to pay it, and what became of that.
-- currency currency, sort '-id', key id, uid
-- rollups obligation_totals
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the obligation.", "example": 57, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id; follows from that of the claim.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81f", "show": false}
-- reimbursement_uid: {"type": "uuid", "source": "reimbursement_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The claim that was approved.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank that owes it.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- member_uid: {"type": "uuid", "source": "member_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The member it is owed to.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e821", "show": false}
-- bank_account_uid: {"type": "uuid", "source": "bank_account_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The member's account that is, or was last, paid to.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e822", "show": false}
-- payee_version: {"type": "integer", "source": "payee_version", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Which version of that account's payee; null if that was not noted.", "example": 1, "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "The exact amount, in `currency`.", "example": "184.60", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "ISO 4217 code of the currency of the amount.", "example": "EUR", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["waiting", "scheduled", "submitted", "settled", "failed", "returned", "blocked", "held", "cancelled", "written_off"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "How far the last payment is, or why there is none.", "example": "settled", "show": false}
-- attempts: {"type": "integer", "source": "attempts", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "How many payments there were for it.", "example": 1, "show": false}
-- payment_uid: {"type": "uuid", "source": "payment_uid", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The last of them; null if there was none.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e823", "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why the last payment failed or came back, or why there is none for now.", "example": "account closed", "show": false}
-- held_until: {"type": "timestamp", "source": "held_until", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When the time of a hold for a payee that was changed is over.", "example": "2026-11-23T21:30:00Z", "show": false}
-- incurred_at: {"type": "timestamp", "source": "incurred_at", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Since when it is owed.", "example": "2026-11-20T21:30:00Z", "show": false}
-- changed_at: {"type": "timestamp", "source": "changed_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When its status was last told.", "example": "2026-11-20T21:30:04Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "How many facts there are of it and of its payments, as in the ETag.", "example": 1, "show": false}
