CREATE TABLE read.payment_cases (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	bank_uid UUID NOT NULL, 
	payment_uid UUID NOT NULL, 
	reimbursement_uid UUID NOT NULL, 
	amount NUMERIC(20, 4) NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	rail TEXT COLLATE "C" NOT NULL, 
	rail_reference TEXT COLLATE "C" NOT NULL, 
	payment_status TEXT COLLATE "C" NOT NULL, 
	reported TEXT COLLATE "C" NOT NULL, 
	detail TEXT COLLATE "C" NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	note TEXT COLLATE "C", 
	outcome TEXT COLLATE "C", 
	closed_by UUID, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX payment_cases_bank_uid ON read.payment_cases (bank_uid, id);
CREATE INDEX payment_cases_payment_uid ON read.payment_cases (payment_uid, id);

-- payment_cases: Payments of which something was reported that contradicts what is recorded.
-- currency currency, sort '-id', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the case.", "example": 93, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id; follows from that of the payment.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e833", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank that pays.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- payment_uid: {"type": "uuid", "source": "payment_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The payment.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e823", "show": false}
-- reimbursement_uid: {"type": "uuid", "source": "reimbursement_uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The claim that is paid.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820", "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "The exact amount, in `currency`.", "example": "184.60", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "ISO 4217 code of the currency of the amount.", "example": "EUR", "show": false}
-- rail: {"type": "text", "source": "rail", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who moves it; empty if no rail took it.", "example": "simulated", "show": false}
-- rail_reference: {"type": "text", "source": "rail_reference", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What the rail calls it.", "example": "SIM-000017", "show": false}
-- payment_status: {"type": "text", "source": "payment_status", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What is recorded of the payment.", "example": "settled", "show": false}
-- reported: {"type": "text", "source": "reported", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What was reported of it.", "example": "failed", "show": false}
-- detail: {"type": "text", "source": "detail", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why that cannot be recorded.", "example": "this payment is settled; …", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["open", "closed"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Whether somebody still has to look.", "example": "open", "show": false}
-- opened_at: {"type": "timestamp", "source": "opened_at", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When the newest contradiction came up.", "example": "2026-11-20T21:30:00Z", "show": false}
-- closed_at: {"type": "timestamp", "source": "closed_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was closed.", "example": null, "show": false}
-- note: {"type": "text", "source": "note", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What came of it.", "example": "The bank corrected its report.", "show": false}
-- outcome: {"type": "text", "source": "outcome", "nullable": true, "choices": ["stands", "settled"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Whether what is recorded stands, or the payment is settled after all; null before it was closed.", "example": "stands", "show": false}
-- closed_by: {"type": "uuid", "source": "closed_by", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The user who closed it.", "example": null, "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
