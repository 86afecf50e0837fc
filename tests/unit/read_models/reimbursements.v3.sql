CREATE TABLE read.reimbursements (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID NOT NULL, 
	bank_id BIGINT NOT NULL, 
	bank_account_uid UUID NOT NULL, 
	bank_account_id BIGINT NOT NULL, 
	member_uid UUID NOT NULL, 
	bank_member_id BIGINT NOT NULL, 
	member_name TEXT COLLATE "C" NOT NULL, 
	user_uid UUID NOT NULL, 
	amount NUMERIC(20, 4) NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	description TEXT COLLATE "C" NOT NULL, 
	incurred_on DATE NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	listing TEXT COLLATE "C" NOT NULL, 
	submitted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	amended_at TIMESTAMP WITH TIME ZONE, 
	withdrawn_at TIMESTAMP WITH TIME ZONE, 
	duplicate_of UUID, 
	endorsed_by UUID, 
	endorsed_by_name TEXT COLLATE "C", 
	endorsed_at TIMESTAMP WITH TIME ZONE, 
	decided_by UUID, 
	decided_by_name TEXT COLLATE "C", 
	decided_at TIMESTAMP WITH TIME ZONE, 
	policy_version BIGINT, 
	four_eyes BOOLEAN, 
	payee_version BIGINT, 
	on_behalf_of UUID, 
	reason TEXT COLLATE "C", 
	payment_status TEXT COLLATE "C" NOT NULL, 
	payment_uid UUID, 
	payment_reason TEXT COLLATE "C", 
	paid_on DATE, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX reimbursements_amount ON read.reimbursements (bank_uid, amount, id);
CREATE INDEX reimbursements_bank_status ON read.reimbursements (bank_uid, status, id);
CREATE INDEX reimbursements_submitted_at ON read.reimbursements (bank_uid, submitted_at, id);
CREATE INDEX reimbursements_user ON read.reimbursements (user_uid, id);

CREATE TABLE read.reimbursement_totals (
	currency TEXT COLLATE "C", 
	bank_uid UUID, 
	listing TEXT COLLATE "C", 
	status TEXT COLLATE "C", 
	payment_status TEXT COLLATE "C", 
	count BIGINT NOT NULL, 
	sum_amount NUMERIC(38, 4) NOT NULL, 
	CONSTRAINT reimbursement_totals_key UNIQUE NULLS NOT DISTINCT (currency, bank_uid, listing, status, payment_status)
)
 WITH (fillfactor = 70);

-- reimbursements: What members claim back, what was decided about it, and what became of the money.
-- currency currency, sort '-id', key id, uid
-- rollups reimbursement_totals
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the claim.", "example": 4711, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the claim.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["pending", "approved", "denied"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What was decided.", "example": "pending", "show": false}
-- payment_status: {"type": "text", "source": "payment_status", "nullable": false, "choices": ["none", "scheduled", "submitted", "settled", "failed", "returned", "blocked", "held", "cancelled", "written_off"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What became of the money.", "example": "none", "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "The exact amount, in `currency`.", "example": "184.60", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "ISO 4217 code of the currency of the amount.", "example": "EUR", "show": false}
-- description: {"type": "text", "source": "description", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What the money was spent on.", "example": "Train to the harbour site and back", "show": false}
-- incurred_on: {"type": "date", "source": "incurred_on", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The day it was spent.", "example": "2026-11-02", "show": false}
-- submitted_at: {"type": "timestamp", "source": "submitted_at", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was first submitted.", "example": "2026-11-20T21:30:00Z", "show": false}
-- amended_at: {"type": "timestamp", "source": "amended_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was last amended; null if never.", "example": "2026-11-20T21:31:00Z", "show": false}
-- withdrawn_at: {"type": "timestamp", "source": "withdrawn_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When its member took it back; lists leave such claims out unless `include=withdrawn`.", "example": "2026-11-20T21:33:00Z", "show": false}
-- duplicate_of: {"type": "uuid", "source": "duplicate_of", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The earlier claim of the same member, amount and date; null if there was none.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e827", "show": false}
-- bank_id: {"type": "integer", "source": "bank_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of the bank it was submitted to.", "example": 41, "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Its uid.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- bank_account_id: {"type": "integer", "source": "bank_account_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of the account that the money is to go to.", "example": 52, "show": false}
-- bank_account_uid: {"type": "uuid", "source": "bank_account_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Its uid.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e822", "show": false}
-- bank_member_id: {"type": "integer", "source": "bank_member_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Id of the member who claims.", "example": 47, "show": false}
-- member_uid: {"type": "uuid", "source": "member_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Their uid.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e821", "show": false}
-- member_name: {"type": "text", "source": "member_name", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The member's name when the claim was submitted.", "example": "Mira Solberg", "show": false}
-- endorsed_by: {"type": "uuid", "source": "endorsed_by", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The first of two administrators whom the amount takes; null if none has spoken.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e826", "show": false}
-- endorsed_by_name: {"type": "text", "source": "endorsed_by_name", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "That administrator's name.", "example": "Tomasz Wrona", "show": false}
-- endorsed_at: {"type": "timestamp", "source": "endorsed_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When they spoke.", "example": "2026-11-20T21:32:00Z", "show": false}
-- decided_by: {"type": "uuid", "source": "decided_by", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The administrator who approved or denied it; null while it is pending.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e826", "show": false}
-- decided_by_name: {"type": "text", "source": "decided_by_name", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "That administrator's name.", "example": "Tomasz Wrona", "show": false}
-- decided_at: {"type": "timestamp", "source": "decided_at", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was decided; null while it is pending.", "example": "2026-11-20T21:32:00Z", "show": false}
-- policy_version: {"type": "integer", "source": "policy_version", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The version of the bank's policy under which it was decided, or last endorsed; null if it was not.", "example": 1, "show": false}
-- four_eyes: {"type": "boolean", "source": "four_eyes", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "False if that policy is of a bank of one person: who admitted the member or made the payee decided.", "example": "true", "show": false}
-- payee_version: {"type": "integer", "source": "payee_version", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The version of the account that was approved, or last endorsed, to be paid.", "example": 1, "show": false}
-- on_behalf_of: {"type": "uuid", "source": "on_behalf_of", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user whose limit that word used; null if its giver used their own.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e828", "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why it was denied; null if it was not.", "example": "The ticket is not attached", "show": false}
-- payment_uid: {"type": "uuid", "source": "payment_uid", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The payment, of several attempts the last; null until one is scheduled.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e829", "show": false}
-- payment_reason: {"type": "text", "source": "payment_reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why the payment failed or came back, or why there is none for now; null if neither is so.", "example": "account closed", "show": false}
-- paid_on: {"type": "date", "source": "paid_on", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The day the money arrived; null if it has not, or came back.", "example": "2026-11-23", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "How many facts there are of it and of its payment, as in the ETag.", "example": 1, "show": false}
