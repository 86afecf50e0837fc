"""Every version of an event ever written can still be read: one pinned sample each, in `events/<name>.json`.

A sample is never edited. An event that changes gets a new version, with a sample of its own and an upcast; one that
only gains optional fields, another sample beside the old one, `events/<name>+<what>.json`.
"""

import json
from pathlib import Path

import pytest

from domain.expenses import ExpenseRecorded, uid_hex
from domain.shared.events import decode, encode, known_names, name_of

SAMPLES = {path.stem: path.read_bytes() for path in Path(__file__).with_name("events").iterdir()}


def test_every_event_name_has_a_sample_and_every_sample_a_name() -> None:
    # Names that other tests register for themselves begin with "test".
    assert sorted({_name(sample) for sample in SAMPLES}) == [
        name for name in known_names() if not name.startswith("test")
    ]


def _name(sample: str) -> str:
    return sample.partition("+")[0]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_read_in_full(sample: str) -> None:
    fact = decode(_name(sample), SAMPLES[sample])
    if name_of(type(fact)) == _name(sample):
        assert json.loads(encode(fact)) == json.loads(SAMPLES[sample])


def test_the_uid_of_an_expense_never_changes() -> None:
    # Other uids for the same content would import every file again. Pinned, like the samples.
    fact = decode("expense.recorded.v1", SAMPLES["expense.recorded.v1"])
    assert isinstance(fact, ExpenseRecorded)
    assert uid_hex(fact) == "f47e00e49b85871187a137a967e3b6be"
    assert uid_hex(fact, 2) == "6ebbeb844a1886dc91e14989a80d5d66"
