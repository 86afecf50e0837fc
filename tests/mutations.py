"""Files that were damaged at random, the same in every run; by hand: `python -m tests.mutations 10000`.

It reads so many in a process of its own and says how much memory that took at most, and how long the slowest was.
"""

import random
import resource
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO

from tests.statements import DAYS, NAMES, STATEMENTS, Handed, sheet_of, twelve

_WORDS = (
    *(b"<c>", b"</row>", b"<v>", b'r="XFD1048576"', b't="s"', b"9" * 40, b"-1", b"1e308", b"\0"),
    *(
        b"<!DOCTYPE x>",
        b"&lt;",
        b"\xff\xfe",
        b";",
        b'"',
        b"\r",
        b"=1+1",
        b'hidden="1"',
        b"<f>NOW()</f>",
    ),
    *("€".encode(), "\u202e".encode(), b"PK\x05\x06", b"Jan", b"1.234", b"1,234", b"(", b"\t"),
)
_CHANGES_MAX = 8


def originals() -> list[tuple[str, bytes]]:
    """Sound files of every kind that is read."""
    rows = [[day, 1234.5, ("=RAND()", 5)] for day in DAYS]
    texts = [[f"{day:%b}", "R19,770.00", "(500.00)"] for day in DAYS]
    return [
        ("a.xlsx", STATEMENTS.template("EUR")),
        (
            "b.xlsx",
            sheet_of([["Cash flow"], [], NAMES, *rows], {0: "mmm-yy", 1: '"R"0.00', 2: "0"}),
        ),
        ("c.xlsx", sheet_of([["x"]], sheets={"Cash": [NAMES, *texts, ["Total", 1, 2]]})),
        ("d.csv", twelve().encode()),
        ("e.csv", "\n".join(("Monat;Erträge;Ausgaben", "Jan;1.234;-5")).encode("cp1252")),
        ("f.csv", twelve().encode("utf-16")),
    ]


def mutated(seed: int, count: int) -> Iterator[Handed]:
    """So many damaged files."""
    chance, sound = random.Random(seed), originals()
    for at in range(count):
        name, data = sound[at % len(sound)]
        inside = name.endswith(".xlsx") and chance.random() < 0.7
        yield Handed(name=name, data=_inside(chance, data) if inside else _damaged(chance, data))


def _inside(chance: random.Random, data: bytes) -> bytes:
    """The archive with some of its parts damaged, which is an archive still."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        names = [it for it in old.namelist() if it.startswith("xl/")]
        hit = {*chance.sample(names, chance.randint(1, 2))}
        for name in old.namelist():
            part = old.read(name)
            if name not in hit:
                new.writestr(name, part)
            elif chance.random() < 0.9:
                new.writestr(name, _damaged(chance, part))
    return file.getvalue()


def _damaged(chance: random.Random, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, _CHANGES_MAX)):
        at = chance.randrange(len(found) + 1)
        length = chance.choice((0, 1, 1, 2, 16, 200))
        match chance.randrange(5):
            case 0:
                found[at : at + length] = chance.randbytes(length)
            case 1:
                found[at : at + length] = chance.choice(_WORDS)
            case 2:
                del found[at : at + length]
            case 3:
                found[at:at] = found[at : at + length] * chance.choice((1, 2, 50))
            case _:
                found[at:at] = chance.choice(_WORDS) * chance.choice((1, 1, 1_000))
    return bytes(found[: chance.randrange(len(found) + 1)] if chance.random() < 0.1 else found)


def told_of(file: Handed) -> str:
    """What became of a file: read, asked about, or the code of its first fault."""
    reading = STATEMENTS.read(file)
    assert len(STATEMENTS.marked(file, reading)) > 0
    if reading.faults:
        assert reading.faults[0].detail
        assert reading.faults[0].code
        return reading.faults[0].code
    assert reading.unsure or len(reading.months) == len(DAYS)
    return "asked" if reading.unsure else "read"


def main(count: int, seed: int) -> None:
    """Read so many damaged files and tell what became of them."""
    told, slowest = Counter[str](), 0.0
    for file in mutated(seed, count):
        began = time.perf_counter()
        told[told_of(file)] += 1
        slowest = max(slowest, time.perf_counter() - began)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    sys.stdout.write(
        f"{count} files: at most {memory_mb:.0f} MB, {slowest:.2f} s; {told.most_common()}\n"
    )


if __name__ == "__main__":
    if sys.argv[2:]:
        main(int(sys.argv[1]), int(sys.argv[2]))
    else:
        sys.exit(
            subprocess.run([sys.executable, "-m", "tests.mutations", sys.argv[1], "1"]).returncode
        )
