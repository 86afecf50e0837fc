CREATE TABLE read.transactions (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	transaction_id VARCHAR(50) COLLATE "C" NOT NULL, 
	user_id INTEGER NOT NULL, 
	amount NUMERIC(20, 4) NOT NULL, 
	currency TEXT COLLATE "C" NOT NULL, 
	transaction_date DATE NOT NULL, 
	month DATE NOT NULL, 
	source TEXT COLLATE "C" NOT NULL, 
	day DATE, 
	import_id UUID, 
	extra JSONB NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	standing TEXT COLLATE "C" NOT NULL, 
	first_recorded JSONB, 
	reason TEXT COLLATE "C", 
	listing TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid), 
	UNIQUE (transaction_id)
);
CREATE INDEX transactions_import_id ON read.transactions (import_id, id);
CREATE INDEX transactions_transaction_date ON read.transactions (transaction_date, id);
CREATE INDEX transactions_user ON read.transactions (user_id, transaction_date, id) INCLUDE (amount, currency, listing);

CREATE TABLE read.transaction_totals (
	user_id INTEGER, 
	currency TEXT COLLATE "C", 
	listing TEXT COLLATE "C", 
	count BIGINT NOT NULL, 
	sum_amount NUMERIC(38, 4) NOT NULL, 
	CONSTRAINT transaction_totals_key UNIQUE NULLS NOT DISTINCT (user_id, currency, listing)
)
 WITH (fillfactor = 70);

CREATE TABLE read.transaction_monthly_totals (
	user_id INTEGER, 
	month DATE, 
	currency TEXT COLLATE "C", 
	listing TEXT COLLATE "C", 
	count BIGINT NOT NULL, 
	sum_amount NUMERIC(38, 4) NOT NULL, 
	CONSTRAINT transaction_monthly_totals_key UNIQUE NULLS NOT DISTINCT (user_id, month, currency, listing)
)
 WITH (fillfactor = 70);

CREATE TABLE read.transaction_daily_totals (
	transaction_date DATE, 
	currency TEXT COLLATE "C", 
	listing TEXT COLLATE "C", 
	count BIGINT NOT NULL, 
	sum_amount NUMERIC(38, 4) NOT NULL, 
	CONSTRAINT transaction_daily_totals_key UNIQUE NULLS NOT DISTINCT (transaction_date, currency, listing)
)
 WITH (fillfactor = 70);

-- transactions: What users of another system were charged or paid, as its daily files tell it.
-- currency currency, sort '', key id, uid
-- rollups transaction_totals, transaction_monthly_totals, transaction_daily_totals
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the transaction.", "example": 2005, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id; follows from its `transaction_id`.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e838", "show": false}
-- transaction_id: {"type": "text", "source": "transaction_id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The number that the other system gave it.", "example": "T-2026-000042", "show": false}
-- user_id: {"type": "integer", "source": "user_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The number of a user of the other system; nobody who signs in here.", "example": 123, "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "The exact amount, in `currency`; negative for money that went back.", "example": "204.81", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "ISO 4217 code of the currency of the amount.", "example": "EUR", "show": false}
-- transaction_date: {"type": "date", "source": "transaction_date", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The day it lies on.", "example": "2026-03-14", "show": false}
-- month: {"type": "date", "source": "month", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "The first day of its month.", "example": "2026-03-01", "show": false}
-- source: {"type": "text", "source": "source", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Where its values come from: the source its import declared, or `manual`.", "example": "payments-nightly", "show": false}
-- day: {"type": "date", "source": "day", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The day whose file told of it; null if it came in no file of a day.", "example": "2026-03-14", "show": false}
-- import_id: {"type": "uuid", "source": "import_id", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The import that brought it first; null if it came from no file.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819", "show": false}
-- extra: {"type": "json", "source": "extra", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "What its file said in further columns, by their names.", "example": {}, "show": false}
-- recorded_at: {"type": "timestamp", "source": "recorded_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was written into the log.", "example": "2026-11-20T21:30:00Z", "show": false}
-- standing: {"type": "text", "source": "standing", "nullable": false, "choices": ["recorded", "corrected", "voided", "reverted"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What became of it; what was voided or reverted is left out unless it is included.", "example": "recorded", "show": false}
-- first_recorded: {"type": "json", "source": "first_recorded", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "What was first recorded, if it was corrected since.", "example": {"user_id": 123, "amount": "240.81", "currency": "USD", "transaction_date": "2026-03-14"}, "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Why it was corrected, voided or reverted.", "example": "The receipt says 120", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
