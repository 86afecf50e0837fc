CREATE TABLE read.ledger_entries (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID NOT NULL, 
	payment_uid UUID, 
	reimbursement_uid UUID NOT NULL, 
	occasion TEXT COLLATE "C" NOT NULL, 
	debit_account TEXT COLLATE "C" NOT NULL, 
	credit_account TEXT COLLATE "C" NOT NULL, 
	amount NUMERIC(20, 4) NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	posted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX ledger_entries_bank_uid ON read.ledger_entries (bank_uid, id);
CREATE INDEX ledger_entries_payment_uid ON read.ledger_entries (payment_uid, id);
CREATE INDEX ledger_entries_posted_at ON read.ledger_entries (posted_at, id);

CREATE TABLE read.ledger_totals (
	currency TEXT COLLATE "C", 
	bank_uid UUID, 
	debit_account TEXT COLLATE "C", 
	credit_account TEXT COLLATE "C", 
	count BIGINT NOT NULL, 
	sum_amount NUMERIC(38, 4) NOT NULL, 
	CONSTRAINT ledger_totals_key UNIQUE NULLS NOT DISTINCT (currency, bank_uid, debit_account, credit_account)
)
 WITH (fillfactor = 70);

-- ledger_entries: The journal: every entry debits one account and credits another with the same amount.
-- currency currency, sort '-id', key id, uid
-- rollups ledger_totals
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the entry.", "example": 58, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the entry.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e831", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank whose books these are.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- payment_uid: {"type": "uuid", "source": "payment_uid", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The payment it was posted for; null of what is owed without one.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e823", "show": false}
-- reimbursement_uid: {"type": "uuid", "source": "reimbursement_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The claim that is paid.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820", "show": false}
-- occasion: {"type": "text", "source": "occasion", "nullable": false, "choices": ["incurred", "revalued", "scheduled", "submitted", "settled", "failed", "reinstated", "returned", "written_off", "owed_again"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What happened to the payment, or to what is owed.", "example": "settled", "show": false}
-- debit_account: {"type": "text", "source": "debit_account", "nullable": false, "choices": ["cash_at_bank", "payments_in_transit", "reimbursements_payable", "payables_written_off", "employee_expenses", "exchange_differences"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The account debited.", "example": "payments_in_transit", "show": false}
-- credit_account: {"type": "text", "source": "credit_account", "nullable": false, "choices": ["cash_at_bank", "payments_in_transit", "reimbursements_payable", "payables_written_off", "employee_expenses", "exchange_differences"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The account credited.", "example": "cash_at_bank", "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "The exact amount, in `currency`.", "example": "184.60", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The currency of the book.", "example": "EUR", "show": false}
-- posted_at: {"type": "timestamp", "source": "posted_at", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When the event behind it was recorded.", "example": "2026-11-20T21:30:04Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Always 1: an entry never changes.", "example": 1, "show": false}
