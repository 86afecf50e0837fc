CREATE TABLE read.rejects (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	import_id UUID NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	source TEXT COLLATE "C" NOT NULL, 
	bank_uid UUID, 
	row BIGINT NOT NULL, 
	reason TEXT COLLATE "C" NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	cells JSONB NOT NULL, 
	raw TEXT COLLATE "C" NOT NULL, 
	faults JSONB NOT NULL, 
	amount NUMERIC(20, 4), 
	currency TEXT COLLATE "C", 
	became UUID, 
	was_known BOOLEAN, 
	quarantined_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	actor TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX rejects_bank_uid ON read.rejects (bank_uid, id);
CREATE INDEX rejects_import_id ON read.rejects (import_id, id);
CREATE INDEX rejects_import_id_row ON read.rejects (import_id, row);
CREATE INDEX rejects_reason ON read.rejects (reason, id);

-- rejects: The rows of files that were put aside because something is wrong with them, and what became of each.
-- currency currency, sort '-id', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the reject.", "example": 2044, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id of the reject.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e818", "show": false}
-- import_id: {"type": "uuid", "source": "import_id", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The import that put it aside.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819", "show": false}
-- kind: {"type": "text", "source": "kind", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What it would be.", "example": "expenses", "show": false}
-- source: {"type": "text", "source": "source", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Where its file came from.", "example": "finance-export", "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank that it belongs to.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- row: {"type": "integer", "source": "row", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Its number in the file; the header is row 1.", "example": 17, "show": false}
-- reason: {"type": "text", "source": "reason", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Code of the first fault.", "example": "unreadable_amount", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["quarantined", "corrected", "replayed"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`corrected` is put aside too, until it is `replayed`.", "example": "quarantined", "show": false}
-- cells: {"type": "json", "source": "cells", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "The text of each column as it is now; none if the row could not be taken apart.", "example": {"departments": "IT", "amount": "12,5 EUR", "date": "10/2/2021"}, "show": false}
-- raw: {"type": "text", "source": "raw", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": false, "money": false, "shown": true, "description": "The row as it came.", "example": "IT,\"12,5 EUR\",10/2/2021", "show": false}
-- faults: {"type": "json", "source": "faults", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "What was wrong with it when it came: column, value and reason.", "example": [{"row": 17, "column": "amount", "value": "12,5 EUR", "code": "unreadable_amount", "reason": "an amount such as 1,234.56 was expected"}], "show": false}
-- amount: {"type": "decimal", "source": "amount", "nullable": true, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": true, "shown": true, "description": "Its amount, in `currency`, if that could be read.", "example": "12.50", "show": false}
-- currency: {"type": "text", "source": "currency", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "ISO 4217 code of the currency.", "example": "EUR", "show": false}
-- became: {"type": "uuid", "source": "became", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The fact that it became or was already; null until it is replayed.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81a", "show": false}
-- was_known: {"type": "boolean", "source": "was_known", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Whether that fact was there without it; null until it is replayed.", "example": false, "show": false}
-- quarantined_at: {"type": "timestamp", "source": "quarantined_at", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was put aside.", "example": "2026-11-20T21:30:00Z", "show": false}
-- changed_at: {"type": "timestamp", "source": "changed_at", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When its status was last told.", "example": "2026-11-20T21:30:04Z", "show": false}
-- actor: {"type": "text", "source": "actor", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who did that.", "example": "local:operator", "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 1, "show": false}
