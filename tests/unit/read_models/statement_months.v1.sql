CREATE TABLE read.statement_months (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	customer_uid UUID NOT NULL, 
	month DATE NOT NULL, 
	income NUMERIC(20, 4) NOT NULL, 
	expenses NUMERIC(20, 4) NOT NULL, 
	net NUMERIC(20, 4) NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	import_id UUID NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX statement_months_customer_uid ON read.statement_months (customer_uid, id);
CREATE INDEX statement_months_import_id ON read.statement_months (import_id, id);

-- statement_months: What customers earned and spent in each month of their statements.
-- currency currency, sort '', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the month.", "example": 42, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the month.", "example": "3d0b6f52-0c1e-8a53-9c0e-7f1d2a4b5c6d", "show": false}
-- customer_uid: {"type": "uuid", "source": "customer_uid", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The customer whose statement it is.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e810", "show": false}
-- month: {"type": "date", "source": "month", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The first day of the month.", "example": "2026-10-01", "show": false}
-- income: {"type": "decimal", "source": "income", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "What came in, in `currency`.", "example": "2500.00", "show": false}
-- expenses: {"type": "decimal", "source": "expenses", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "What went out.", "example": "1800.00", "show": false}
-- net: {"type": "decimal", "source": "net", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "What was left of it: income without expenses.", "example": "700.00", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "ISO 4217 code of the currency of the amount.", "example": "EUR", "show": false}
-- import_id: {"type": "uuid", "source": "import_id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The import that brought it.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819", "show": false}
-- recorded_at: {"type": "timestamp", "source": "recorded_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was recorded.", "example": "2026-11-20T21:30:00Z", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
