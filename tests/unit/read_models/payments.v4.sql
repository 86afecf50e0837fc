CREATE TABLE read.payments (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	reimbursement_uid UUID NOT NULL, 
	bank_uid UUID NOT NULL, 
	bank_account_uid UUID NOT NULL, 
	member_uid UUID NOT NULL, 
	amount NUMERIC(20, 4) NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	creditor_name TEXT COLLATE "C" NOT NULL, 
	creditor_account TEXT COLLATE "C" NOT NULL, 
	attempt BIGINT NOT NULL, 
	payee_version BIGINT, 
	status TEXT COLLATE "C" NOT NULL, 
	rail TEXT COLLATE "C", 
	rail_reference TEXT COLLATE "C", 
	batch_uid UUID, 
	reason TEXT COLLATE "C", 
	settled_on DATE, 
	scheduled_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	submitted_at TIMESTAMP WITH TIME ZONE, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX payments_bank_uid_status ON read.payments (bank_uid, status, id);
CREATE INDEX payments_batch_uid ON read.payments (batch_uid, id);
CREATE INDEX payments_member_uid ON read.payments (member_uid, id);
CREATE INDEX payments_reimbursement_uid ON read.payments (reimbursement_uid);

-- payments: What approved claims move: the order, the rail, and what became of it.
-- currency currency, sort '-id', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the payment.", "example": 58, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id; follows from that of the claim.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e823", "show": false}
-- reimbursement_uid: {"type": "uuid", "source": "reimbursement_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The claim that is paid.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank that pays.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- bank_account_uid: {"type": "uuid", "source": "bank_account_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The member's account that is paid to.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e822", "show": false}
-- member_uid: {"type": "uuid", "source": "member_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The member who is paid.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e821", "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "The exact amount, in `currency`.", "example": "184.60", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "ISO 4217 code of the currency of the amount.", "example": "EUR", "show": false}
-- creditor_name: {"type": "text", "source": "creditor_name", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The holder of the account.", "example": "Mira Solberg", "show": false}
-- creditor_account: {"type": "text", "source": "creditor_account", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "The last four characters of the IBAN or account number.", "example": "****3000", "show": false}
-- attempt: {"type": "integer", "source": "attempt", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The number of the attempt to pay the claim, from 1.", "example": 1, "show": false}
-- payee_version: {"type": "integer", "source": "payee_version", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Which version of the account's payee is paid; null if that was not noted.", "example": 1, "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["scheduled", "submitted", "settled", "failed", "returned", "cancelled"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "How far the money is.", "example": "settled", "show": false}
-- rail: {"type": "text", "source": "rail", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who moves it; null before somebody does.", "example": "simulated", "show": false}
-- rail_reference: {"type": "text", "source": "rail_reference", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What the rail calls it; for a file, the batch's message id.", "example": "SIM-000017", "show": false}
-- batch_uid: {"type": "uuid", "source": "batch_uid", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The batch that it leaves with; null while it waits for one, or goes by itself.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82e", "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why it failed, came back or was cancelled.", "example": "account closed", "show": false}
-- settled_on: {"type": "date", "source": "settled_on", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The day the money arrived.", "example": "2026-11-21", "show": false}
-- scheduled_at: {"type": "timestamp", "source": "scheduled_at", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was ordered.", "example": "2026-11-20T21:30:00Z", "show": false}
-- submitted_at: {"type": "timestamp", "source": "submitted_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When the rail took it.", "example": "2026-11-20T21:30:01Z", "show": false}
-- changed_at: {"type": "timestamp", "source": "changed_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When its status was last told.", "example": "2026-11-20T21:30:04Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 3, "show": false}
