"""Every kind of import: what it declares fits together."""

from inspect import signature
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
import pytest

from application.imports.requests import ImportRequest
from application.shared.import_kinds import ImportKind, import_kinds
from infrastructure.imports.reader import CsvReader
from tests.importing import GROUNDS
from tests.meters import METERS, NOTED_METERS

KINDS = [*import_kinds(), METERS, NOTED_METERS]
kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@kinds
def test_its_facts_are_made_of_its_columns(kind: ImportKind[Any]) -> None:
    assert list(signature(kind.maker("s", {}, GROUNDS)).parameters) == kind.column_names


@kinds
def test_its_example_is_a_file_of_it(kind: ImportKind[Any]) -> None:
    declared = ImportRequest(kind=kind, source="s", file_name="f").declared
    file, make = BytesIO(kind.example.encode()), kind.maker("s", {}, GROUNDS)
    ((number, fact, _),) = CsvReader().rows(file, kind.columns, declared, make)
    assert (number, type(fact)) == (2, kind.event)
    assert UUID(hex=kind.uid(fact, 1)) == UUID(hex=kind.uid(fact, 1))


def test_a_kind_may_have_defaults_of_its_own() -> None:
    defaults = {"date_format": "D-M-YYYY;M/D/YYYY", "currency": "USD"}
    kind = msgspec.structs.replace(METERS, defaults=defaults)
    declared = ImportRequest(kind=kind, source="s", file_name="f").declared
    assert declared == {"locale": "en_US", **defaults}
    file, make = BytesIO(b"meter,cost,read_on\nW1,5,1-2-2025\n"), kind.maker("s", {}, GROUNDS)
    ((_, fact, _),) = CsvReader().rows(file, kind.columns, declared, make)
    assert (fact.currency, fact.read_on.month) == ("USD", 2)
