"""The catalogue of events leaves nothing out, and says what the code does."""

from application.policies import POLICIES
from application.shared.import_kinds import import_kinds
from domain.payments.obligation_facts import InTurn
from domain.payments.payment_facts import DenyReturn
from domain.shared.events import known_names, name_of
from interfaces.http.event_catalogue import catalogue, deciders
from projections.shared.catalog import PROJECTIONS

ENTRIES = {name: entry for name, (_, entry) in catalogue().items()}
NEWEST = {name: entry for name, entry in ENTRIES.items() if entry.read_as == name}


def test_every_name_is_in_it_once() -> None:
    assert list(ENTRIES) == [name for name in known_names() if not name.startswith("test")]
    assert all(entry.meaning and entry.stream.about for entry in ENTRIES.values())


def test_whatever_is_appended_comes_from_something() -> None:
    sources = {
        name: (*entry.appended_by.commands, *entry.appended_by.imports)
        for name, entry in ENTRIES.items()
    }
    assert [name for name, some in sources.items() if not some] == ["expense.recorded.v1"]
    assert ENTRIES["expense.recorded.v1"].read_as == "expense.recorded.v2"


def test_every_command_leads_to_something() -> None:
    """What stands for several commands leads to what they do, and who denies a return is refused or right."""
    leading = {command for kind, _ in catalogue().values() for command in kind.by}
    assert {*deciders()} - leading == {InTurn, DenyReturn}
    assert leading <= {*deciders()}


def test_who_takes_an_event_in_is_who_declares_it() -> None:
    for model in PROJECTIONS:
        named = {name for name, it in NEWEST.items() if model.name in it.taken_in_by.read_models}
        assert named == {name_of(kind) for kind in model.events}
    for policy in POLICIES:
        named = {name for name, it in NEWEST.items() if policy.name in it.taken_in_by.policies}
        assert named == {name_of(kind) for kind in policy.on}
        named = {name for name, it in NEWEST.items() if policy.name in it.appended_by.policies}
        assert named == {name_of(kind) for kind in policy.appends}
    for kind in import_kinds():
        assert kind.name in NEWEST[name_of(kind.event)].appended_by.imports


def test_a_stream_is_that_of_the_rules_that_decide() -> None:
    assert ENTRIES["payment.settled.v1"].stream.name == "payments.payments"
    assert ENTRIES["import.profile_confirmed.v1"].stream.name == "imports.profiles"
    assert ENTRIES["bank_administrator.delegated.v1"].stream.name == "delegations"
    assert ENTRIES["payment.settled.v1"].appended_by.commands == [
        "NoteSettlement",
        "NoteReturn",
        "SettleAfterAll",
    ]
    assert ENTRIES["transaction.corrected.v1"].appended_by.imports == ["transactions"]
