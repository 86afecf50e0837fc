CREATE TABLE read.expenses (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	departments TEXT COLLATE "C" NOT NULL, 
	project_name TEXT COLLATE "C" NOT NULL, 
	amount NUMERIC(20, 4) NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	date DATE NOT NULL, 
	member_name TEXT COLLATE "C" NOT NULL, 
	source TEXT COLLATE "C" NOT NULL, 
	import_id UUID, 
	bank_uid UUID, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	standing TEXT COLLATE "C" NOT NULL, 
	first_recorded JSONB, 
	reason TEXT COLLATE "C", 
	listing TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX expenses_amount ON read.expenses (amount, id);
CREATE INDEX expenses_bank_uid ON read.expenses (bank_uid, id);
CREATE INDEX expenses_date ON read.expenses (date, id);
CREATE INDEX expenses_departments ON read.expenses (departments, id);
CREATE INDEX expenses_departments_amount ON read.expenses (departments, amount, id);
CREATE INDEX expenses_import_id ON read.expenses (import_id, id);
CREATE INDEX expenses_member_name ON read.expenses (member_name, id);
CREATE INDEX expenses_project_name ON read.expenses (project_name, id);

CREATE TABLE read.expense_totals (
	currency TEXT COLLATE "C", 
	departments TEXT COLLATE "C", 
	project_name TEXT COLLATE "C", 
	member_name TEXT COLLATE "C", 
	bank_uid UUID, 
	listing TEXT COLLATE "C", 
	count BIGINT NOT NULL, 
	sum_amount NUMERIC(38, 4) NOT NULL, 
	CONSTRAINT expense_totals_key UNIQUE NULLS NOT DISTINCT (currency, departments, project_name, member_name, bank_uid, listing)
)
 WITH (fillfactor = 70);

CREATE TABLE read.expense_daily_totals (
	currency TEXT COLLATE "C", 
	date DATE, 
	departments TEXT COLLATE "C", 
	bank_uid UUID, 
	listing TEXT COLLATE "C", 
	count BIGINT NOT NULL, 
	sum_amount NUMERIC(38, 4) NOT NULL, 
	CONSTRAINT expense_daily_totals_key UNIQUE NULLS NOT DISTINCT (currency, date, departments, bank_uid, listing)
)
 WITH (fillfactor = 70);

-- expenses: What was spent, when, by whom, and for which department and project.
-- currency currency, sort '', key id, uid
-- rollups expense_totals, expense_daily_totals
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the expense.", "example": 42, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id; the same file imported again gives the same.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c", "show": false}
-- departments: {"type": "text", "source": "departments", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The department that spent the money.", "example": "IT", "show": false}
-- project_name: {"type": "text", "source": "project_name", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The project it was spent for.", "example": "Lantern Portal", "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "The exact amount, in `currency`; negative for money that came back.", "example": "1200.00", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "ISO 4217 code of the currency of the amount.", "example": "EUR", "show": false}
-- date: {"type": "date", "source": "date", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The day the money was spent.", "example": "2021-10-02", "show": false}
-- member_name: {"type": "text", "source": "member_name", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who spent the money.", "example": "Ines Falk", "show": false}
-- source: {"type": "text", "source": "source", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Where the expense came from: the source its import declared, `manual`, or `reimbursement`.", "example": "finance-export", "show": false}
-- import_id: {"type": "uuid", "source": "import_id", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The import that brought it; null if it came from no file.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank whose people see it; null for one that only operators see.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- recorded_at: {"type": "timestamp", "source": "recorded_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was written into the log.", "example": "2026-11-20T21:30:00Z", "show": false}
-- standing: {"type": "text", "source": "standing", "nullable": false, "choices": ["recorded", "corrected", "voided", "reverted"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What became of it; what was voided or reverted is left out unless it is included.", "example": "recorded", "show": false}
-- first_recorded: {"type": "json", "source": "first_recorded", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "What was first recorded, if it was corrected since.", "example": {"departments": "IT", "project_name": "Lantern Portal", "amount": "1250.00", "currency": "EUR", "date": "2021-10-02", "member_name": "Ines Falk"}, "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why it was corrected, voided or reverted.", "example": "The receipt says 120", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
