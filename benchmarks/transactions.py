"""What keeps questions about many transactions fast, and what that costs at write time and on disk.

Rows are generated in PostgreSQL into a table like that of the read model: about fifty a user, and a hundredth of all
for one user who has very many, over two years, in the order of their days. Each way to answer is set up alone beside
the primary key. Its question is asked with EXPLAIN (ANALYZE, BUFFERS): told are the median of the execution times and
the pages touched. Then more rows are inserted, in the order of their days as every night does, with it in place.

    python -m benchmarks.transactions [--rows 1000000] [--insert 50000] [--rounds 7]
"""

import statistics
import time
from collections.abc import Sequence

import msgspec
import psycopg

from benchmarks.machine import Table, asked, benchmark_database

_COLUMNS = """(
    id bigint NOT NULL, uid uuid NOT NULL, transaction_id varchar(50) COLLATE "C" NOT NULL, user_id int NOT NULL,
    amount numeric(20, 4) NOT NULL, currency text COLLATE "C" NOT NULL, transaction_date date NOT NULL,
    recorded_at timestamptz NOT NULL
)"""
_DAYS, _BUSY, _OTHER = 730, 1, 7
_ROWS = f"""
    SELECT n, gen_random_uuid(), 'T-' || n,
           CASE WHEN n %% 100 = 0 THEN {_BUSY} ELSE 2 + n * 7919 %% (%(rows)s / 50) END,
           (n * 104729 %% 1000003) / 100.0 - 500, 'USD', date '2024-01-01' + (n * {_DAYS} / %(rows)s)::int, now()
    FROM generate_series(%(after)s::bigint + 1, %(until)s) n
"""
_PARTITIONS = """
    DO $$ BEGIN
        FOR month IN 0 .. 26 LOOP
            EXECUTE format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES FROM (%L) TO (%L)', month,
                date '2024-01-01' + make_interval(months => month),
                date '2024-01-01' + make_interval(months => month + 1));
        END LOOP;
    END $$
"""
_SPRING = "transaction_date BETWEEN '2025-03-01' AND '2025-03-31'"
_SUM = "SELECT currency, count(*), sum(amount) FROM facts WHERE {} GROUP BY currency"
_SUMMARIES = [_SUM.format(f"user_id = {user}") for user in (_BUSY, _OTHER)]
_MONTH = [
    _SUM.format(_SPRING),
    f"SELECT * FROM facts WHERE {_SPRING} ORDER BY amount DESC, id DESC LIMIT 50",
]
_ROLLUP = """
    CREATE TABLE rollup AS SELECT {key}, currency, count(*) AS count, sum(amount) AS total FROM facts GROUP BY 1, 2;
    ALTER TABLE rollup ADD UNIQUE ({key}, currency)
"""
_ROLL_UP = """
    INSERT INTO rollup AS t SELECT {key}, currency, count(*), sum(amount) FROM facts WHERE id > {{after}} GROUP BY 1, 2
    ON CONFLICT ({key}, currency) DO UPDATE SET count = t.count + excluded.count, total = t.total + excluded.total
"""
_PAGE = "SELECT * FROM facts {} ORDER BY transaction_date, id LIMIT 50"
_BY_DATE = "CREATE INDEX extra ON facts (transaction_date, id)"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A way to answer `questions`: what it `needs`, which is called `takes` on disk, and what each batch writes too."""

    name: str
    questions: Sequence[str]
    needs: str = ""
    takes: str = "extra"
    writes: str = ""
    table: str = "facts"


def _rolled_up(key: str, name: str, questions: Sequence[str]) -> Way:
    needs, writes = _ROLLUP.format(key=key), _ROLL_UP.format(key=key)
    return Way(name=name, needs=needs, writes=writes, takes="rollup", questions=questions)


def _index(on: str, questions: Sequence[str], name: str) -> Way:
    return Way(name=name, needs=f"CREATE INDEX extra ON facts {on}", questions=questions)


BY_USER = (
    Way(name="every row is read", questions=_SUMMARIES),
    _index("(user_id, transaction_date, id)", _SUMMARIES, "B-tree (user_id, transaction_date, id)"),
    _index(
        "(user_id, transaction_date) INCLUDE (amount, currency)",
        _SUMMARIES,
        "B-tree (user_id, transaction_date) INCLUDE (amount, currency)",
    ),
    _rolled_up(
        "user_id",
        "rollup by (user_id, currency)",
        [f"SELECT * FROM rollup WHERE user_id = {user}" for user in (_BUSY, _OTHER)],
    ),
)
BY_MONTH = (
    Way(name="every row is read", questions=_MONTH),
    _index("USING brin (transaction_date)", _MONTH, "BRIN (transaction_date)"),
    _index("(transaction_date, id)", _MONTH, "B-tree (transaction_date, id)"),
    Way(
        name="27 monthly range partitions",
        questions=[one.replace("facts", "parted") for one in _MONTH],
        table="parted",
    ),
    _rolled_up(
        "transaction_date",
        "rollup by (transaction_date, currency)",
        [f"SELECT currency, sum(count), sum(total) FROM rollup WHERE {_SPRING} GROUP BY currency"],
    ),
)


class Asked(msgspec.Struct, frozen=True):
    """The median time of a question, and how many pages of 8 kB it touched."""

    median_ms: float
    pages: int

    @property
    def told(self) -> tuple[str, str]:
        """For a table of results."""
        return f"{self.median_ms:.2f} ms", f"{self.pages:,}"


class Facts:
    """The rows, on a connection of their own."""

    def __init__(self, connection: psycopg.Connection, rows: int, insert: int, rounds: int) -> None:
        self._connection = connection
        self._rows, self._insert, self._rounds = rows, insert, rounds
        for name, key, parts in (
            ("facts", "id", ""),
            ("parted", "id, transaction_date", "PARTITION BY RANGE (transaction_date)"),
        ):
            connection.execute(f"CREATE TABLE {name} {_COLUMNS} {parts}".encode())
            connection.execute(f"ALTER TABLE {name} ADD PRIMARY KEY ({key})".encode())
        connection.execute(_PARTITIONS.encode())
        self._fill("facts", 0, rows)
        connection.execute("INSERT INTO parted SELECT * FROM facts")
        self._settle()

    def measure(self, way: Way) -> tuple[list[Asked], float, float]:
        """Each of its questions, what it adds to the disk in MB, and how long an insert takes with it, in seconds."""
        with self._connection.transaction(force_rollback=True):
            if way.needs:
                self._connection.execute(way.needs.encode())
                self._connection.execute(
                    f"ANALYZE {way.takes if way.writes else way.table}".encode()
                )
            answers = [self.ask(question) for question in way.questions]
            size_mb = self._size_mb(way)
            started = time.perf_counter()
            self._fill(way.table, self._rows, self._rows + self._insert)
            if way.writes:
                self._connection.execute(way.writes.format(after=self._rows).encode())
            insert_s = time.perf_counter() - started
        self._settle()
        return answers, size_mb, insert_s

    def pages(self) -> tuple[Asked, Asked]:
        """A page of fifty from the middle of the list, by OFFSET and by the key of the row before it."""
        middle = self._rows // 2
        with self._connection.transaction(force_rollback=True):
            self._connection.execute(_BY_DATE)
            self._connection.execute("ANALYZE facts")
            before = f"{_PAGE.format('').replace('LIMIT 50', 'LIMIT 1')} OFFSET {middle - 1}"
            row = self._connection.execute(before.encode()).fetchone()
            assert row is not None
            key = f"WHERE (transaction_date, id) > ('{row[6]}', {row[0]})"
            return self.ask(f"{_PAGE.format('')} OFFSET {middle}"), self.ask(_PAGE.format(key))

    def ask(self, question: str) -> Asked:
        """The plan of a question, carried out a few times."""
        statement = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {question}".encode()
        plans = [self._one(statement) for _ in range(self._rounds + 1)][1:]
        touched = plans[-1]["Plan"]
        return Asked(
            statistics.median(plan["Execution Time"] for plan in plans),
            touched["Shared Hit Blocks"] + touched["Shared Read Blocks"],
        )

    def _one(self, statement: bytes) -> dict[str, dict[str, int]]:
        row = self._connection.execute(statement).fetchone()
        assert row is not None
        plan: dict[str, dict[str, int]] = row[0][0]
        return plan

    def _fill(self, table: str, after: int, until: int) -> None:
        told = {"rows": self._rows, "after": after, "until": until}
        self._connection.execute(f"INSERT INTO {table} {_ROWS}".encode(), told)

    def _size_mb(self, way: Way) -> float:
        if way.table == "parted":  # the tables themselves hold as much as one
            return 0
        taken = f"SELECT pg_total_relation_size('{way.takes}')"
        row = self._connection.execute(taken.encode()).fetchone() if way.needs else None
        return row[0] / 1e6 if row else 0

    def _settle(self) -> None:
        self._connection.execute("VACUUM (ANALYZE) facts")
        self._connection.execute("VACUUM (ANALYZE) parted")


def table_of(facts: Facts, ways: Sequence[Way], *questions: str, insert: int) -> Table:
    """What each way takes, the one that needs nothing first."""
    heads = [head for question in questions for head in (question, "pages")]
    table = Table("", *heads, "MB more", f"{insert:,} rows more")
    for way in ways:
        answers, size_mb, insert_s = facts.measure(way)
        told = [cell for one in answers for cell in one.told]
        told += ["-"] * (len(heads) - len(told))
        table.row(way.name, *told, f"{size_mb:.1f}", f"{insert_s:.2f} s")
    return table


def main() -> None:
    """Measure and print the tables of docs/performance.md."""
    options = asked(__doc__, rows=1_000_000, insert=50_000, rounds=7)
    with benchmark_database() as url, psycopg.connect(url, autocommit=True) as connection:
        facts = Facts(connection, options.rows, options.insert, options.rounds)
        share = options.rows // 100
        who = f"user with {share:,} rows", "user with 50 rows"
        table_of(facts, BY_USER, *who, insert=options.insert).print()
        which = "sum of a month", "its largest 50"
        table_of(facts, BY_MONTH, *which, insert=options.insert).print()
        table = Table("the page in the middle, by", "median", "pages")
        for name, told in zip(("OFFSET", "keyset"), facts.pages(), strict=True):
            table.row(name, *told.told)
        table.print()


if __name__ == "__main__":
    main()
