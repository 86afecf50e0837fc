CREATE TABLE read.imports (
	id BIGINT NOT NULL, 
	uid UUID NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	source TEXT COLLATE "C" NOT NULL, 
	bank_uid UUID, 
	file_name TEXT COLLATE "C", 
	sha256 TEXT COLLATE "C", 
	size_bytes BIGINT, 
	mode TEXT COLLATE "C" NOT NULL, 
	options JSONB NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	rows BIGINT NOT NULL, 
	imported BIGINT NOT NULL, 
	already_known BIGINT NOT NULL, 
	corrected BIGINT NOT NULL, 
	duplicates BIGINT NOT NULL, 
	quarantined BIGINT NOT NULL, 
	bad_rows BIGINT NOT NULL, 
	sums JSONB NOT NULL, 
	code TEXT COLLATE "C", 
	detail TEXT COLLATE "C", 
	faults JSONB NOT NULL, 
	read_as JSONB NOT NULL, 
	proposal JSONB NOT NULL, 
	actor TEXT COLLATE "C" NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	duration_ms BIGINT, 
	built_on UUID, 
	reverted_at TIMESTAMP WITH TIME ZONE, 
	trigger TEXT COLLATE "C", 
	location TEXT COLLATE "C", 
	interval_start TIMESTAMP WITH TIME ZONE, 
	interval_end TIMESTAMP WITH TIME ZONE, 
	code_version TEXT COLLATE "C", 
	steps JSONB NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);
CREATE INDEX imports_interval_start ON read.imports (interval_start, id);
CREATE INDEX imports_sha256 ON read.imports (sha256, id);
CREATE INDEX imports_started_at ON read.imports (started_at, id);

-- imports: The files that were handed in or fetched, and what became of each.
-- currency None, sort '-id', key id, uid
-- rollups 
-- id: {"type": "integer", "source": "id", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable number of the import.", "example": 2001, "show": false}
-- uid: {"type": "uuid", "source": "uid", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable id; the correlation id of all events of this import.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819", "show": false}
-- kind: {"type": "text", "source": "kind", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What its rows are about.", "example": "expenses", "show": false}
-- source: {"type": "text", "source": "source", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Where the file came from, as its caller said.", "example": "finance-export", "show": false}
-- file_name: {"type": "text", "source": "file_name", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What the file was called; null before there was one.", "example": "expenses-2026.csv", "show": false}
-- status: {"type": "text", "source": "status", "nullable": false, "choices": ["scheduled", "running", "completed", "rejected", "reverted"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "`rejected` stored nothing (`code` and `detail` say why), of `reverted` nothing stands any more.", "example": "completed", "show": false}
-- mode: {"type": "text", "source": "mode", "nullable": false, "choices": ["all_or_nothing", "valid_only", "quarantine"], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What one bad row means for the others.", "example": "all_or_nothing", "show": false}
-- rows: {"type": "integer", "source": "rows", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Rows of values in the file.", "example": 2000, "show": false}
-- imported: {"type": "integer", "source": "imported", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Rows that became new facts.", "example": 1990, "show": false}
-- already_known: {"type": "integer", "source": "already_known", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Rows that were in the log before.", "example": 10, "show": false}
-- corrected: {"type": "integer", "source": "corrected", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Rows that were in the log with other values.", "example": 0, "show": false}
-- duplicates: {"type": "integer", "source": "duplicates", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Rows that came before in the same file.", "example": 0, "show": false}
-- quarantined: {"type": "integer", "source": "quarantined", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Bad rows that were put aside.", "example": 0, "show": false}
-- bad_rows: {"type": "integer", "source": "bad_rows", "nullable": false, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Bad rows that were left out, or because of which nothing was stored.", "example": 0, "show": false}
-- code: {"type": "text", "source": "code", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Stable name of why it was rejected.", "example": "bad_rows", "show": false}
-- detail: {"type": "text", "source": "detail", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": false, "money": false, "shown": true, "description": "Why it was rejected or reverted, as a sentence.", "example": "3 of 2000 rows are bad, so nothing was stored", "show": false}
-- faults: {"type": "json", "source": "faults", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "The first 1,000 faults: row (the header is 1), column, value and reason.", "example": [{"row": 17, "column": "amount", "value": "12,5 EUR", "code": "unreadable_amount", "reason": "an amount such as 1,234.56 was expected"}], "show": false}
-- sums: {"type": "json", "source": "sums", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "What the rows come to in each currency: `read` is the sum of the others.", "example": {"EUR": {"read": "1200.00", "loaded": "1180.00", "unchanged": "20.00"}}, "show": false}
-- options: {"type": "json", "source": "options", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "How values were declared to be written.", "example": {"locale": "en_US", "date_format": "M/D/YYYY"}, "show": false}
-- bank_uid: {"type": "uuid", "source": "bank_uid", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The bank that its rows belong to.", "example": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", "show": false}
-- sha256: {"type": "text", "source": "sha256", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Digest of the file, in hexadecimal.", "example": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "show": false}
-- size_bytes: {"type": "integer", "source": "size_bytes", "nullable": true, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Length of the file.", "example": 93210, "show": false}
-- read_as: {"type": "json", "source": "read_as", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "How the file was read, declared or found: format, encoding, delimiter, sheet, row of the header.", "example": {"format": "csv", "encoding": "utf-8", "delimiter": ",", "header_row": "1"}, "show": false}
-- proposal: {"type": "json", "source": "proposal", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "Of a file without a good row, options that would fit it.", "example": {"locale": "de_DE"}, "show": false}
-- actor: {"type": "text", "source": "actor", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Who handed it in.", "example": "local:operator", "show": false}
-- started_at: {"type": "timestamp", "source": "started_at", "nullable": false, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was taken in.", "example": "2026-11-20T21:30:00Z", "show": false}
-- finished_at: {"type": "timestamp", "source": "finished_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it ended; null while it runs.", "example": "2026-11-20T21:30:01Z", "show": false}
-- duration_ms: {"type": "integer", "source": "duration_ms", "nullable": true, "choices": [], "groupable": false, "measurable": true, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Milliseconds from start to end; null while it runs.", "example": 840, "show": false}
-- built_on: {"type": "uuid", "source": "built_on", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The first that rests on its rows (a correction of one, say), so that it cannot be reverted.", "example": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c", "show": false}
-- reverted_at: {"type": "timestamp", "source": "reverted_at", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "When it was reverted.", "example": "2026-11-20T21:30:00Z", "show": false}
-- trigger: {"type": "text", "source": "trigger", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "What began a scheduled run.", "example": "cron", "show": false}
-- location: {"type": "text", "source": "location", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Where a scheduled run has its file from.", "example": "s3://ledger/1.csv", "show": false}
-- interval_start: {"type": "timestamp", "source": "interval_start", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "The beginning of what a scheduled run is for.", "example": "2026-11-20T21:30:00Z", "show": false}
-- interval_end: {"type": "timestamp", "source": "interval_end", "nullable": true, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Its end.", "example": "2026-11-21T21:30:00Z", "show": false}
-- code_version: {"type": "text", "source": "code_version", "nullable": true, "choices": [], "groupable": true, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": true, "description": "Which Daybook carried a scheduled run out.", "example": "0.9.0", "show": false}
-- steps: {"type": "json", "source": "steps", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": false, "ordered": false, "money": false, "shown": true, "description": "The steps of a scheduled run that are done: rows and timings.", "example": [{"step": "extract", "started_at": "2026-11-20T21:30:00+00:00", "finished_at": "2026-11-20T21:30:01+00:00", "duration_ms": 840, "rows": 2000}], "show": false}
-- version: {"type": "integer", "source": "version", "nullable": false, "choices": [], "groupable": false, "measurable": false, "filterable": true, "ordered": true, "money": false, "shown": false, "description": "Version of its stream, as in the ETag.", "example": 2, "show": false}
