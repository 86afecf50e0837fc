"""Forms as schemas say them: which fields there are, in which words they complain, and that nothing typed is markup."""

import msgspec
import pytest

from domain.shared.errors import Fault
from interfaces.http.workflows.forms import FormError, FormPart, errors_of, fields_of, filled
from interfaces.http.workflows.rendering import page_text

SCHEMA = {
    "properties": {
        "first_name": {
            "type": "string",
            "title": "First name",
            "maxLength": 100,
            "autocomplete": "given-name",
        },
        "born": {"type": "string", "format": "date", "title": "Date of birth"},
        "amount": {"type": "number", "title": "Amount", "description": "In euros."},
        "people": {"type": "integer", "title": "People"},
        "purpose": {"type": "string", "title": "Purpose", "enum": ["car", "home"]},
        "agreed": {"type": "boolean", "title": "I agree"},
        "story": {"type": "string", "title": "Story", "maxLength": 2000},
        "mail": {"type": "string", "format": "email", "title": "E-mail address"},
    },
    "required": ["first_name", "born", "purpose"],
}
FIELDS = tuple(fields_of("details", SCHEMA))
PARTS = (FormPart(title="About you", help="", fields=FIELDS),)


def _page(typed: dict[str, str], errors: list[FormError]) -> str:
    workflow = {"title": "A form", "help": "", "name": "a-form"}
    parts = filled(PARTS, typed, errors)
    told = {"workflow": workflow, "parts": parts, "errors": errors, "reading": None}
    return page_text("form.html", **told, action="/workflows/a-form", hidden={"token": "t"})


def test_each_type_has_a_field_of_its_own() -> None:
    assert [(one.name, one.kind) for one in FIELDS] == [
        ("details.first_name", "text"),
        ("details.born", "date"),
        ("details.amount", "number"),
        ("details.people", "integer"),
        ("details.purpose", "choice"),
        ("details.agreed", "boolean"),
        ("details.story", "paragraphs"),
        ("details.mail", "email"),
    ]
    assert [one.title for one in FIELDS if one.is_required] == [
        "First name",
        "Date of birth",
        "Purpose",
    ]
    shown = _page({}, [])
    for told in (
        'autocomplete="given-name"',
        'type="date"',
        'inputmode="decimal"',
        'inputmode="numeric"',
        'type="radio"',
        'type="checkbox"',
        "<textarea",
        'type="email"',
    ):
        assert told in shown


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(detail="x", code="missing", pointer="/details/first_name"), "Enter “First name”"),
        (Fault(detail="x", code="missing", pointer="/details/purpose"), "Choose “Purpose”"),
        (
            Fault(detail="a number was expected", code="wrong", pointer="/details/amount"),
            "Amount: a number was expected",
        ),
    ],
)
def test_a_fault_is_told_in_the_words_of_its_field(fault: Fault, told: str) -> None:
    (error,) = errors_of(PARTS, [fault])
    assert error == FormError(text=told, name=str(fault.pointer)[1:].replace("/", "."))
    shown = _page({}, [error])
    assert f'<a href="#{error.name}">{told}</a>' in shown
    assert f'id="{error.name}-error"' in shown
    assert 'aria-invalid="true"' in shown or 'type="radio"' in shown


def test_errors_stand_in_the_order_of_the_fields_and_loose_ones_last() -> None:
    faults = [
        Fault(detail="the whole is wrong"),
        Fault(detail="late", code="x", pointer="/details/born"),
        Fault(detail="later", code="y", pointer="/details/born"),
        Fault(detail="x", code="missing", pointer="/details/first_name"),
    ]
    assert [error.text for error in errors_of(PARTS, faults)] == [
        "Enter “First name”",
        "Date of birth: late",
        "The whole is wrong",
    ]


def test_what_was_typed_comes_back_as_text_and_never_as_markup() -> None:
    hostile = "\"><script>alert(1)</script>{{ 7*7 }}'"
    typed = {one.name: hostile for one in FIELDS}
    errors = [FormError(text=hostile, name="details.first_name"), FormError(text=hostile)]
    shown = _page(typed, errors)
    assert "<script" not in shown
    assert "49" not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}") == 9


def test_a_kept_file_need_not_be_chosen_again() -> None:
    file = msgspec.structs.replace(FIELDS[0], name="statement", kind="file", is_required=True)
    part = FormPart(title="Your file", help="", fields=(file,))
    (asked,), (kept,) = filled([part], {}, []), filled([part], {}, [], "año <1>.xlsx")
    shown = [
        page_text(
            "form.html",
            workflow={"title": "A form", "help": "", "name": "a-form"},
            parts=[one],
            errors=[],
            reading=None,
            action="/",
            hidden={},
        )
        for one in (asked, kept)
    ]
    assert " required" in shown[0]
    assert " required" not in shown[1]
    assert "You chose <bdi>año &lt;1&gt;.xlsx</bdi>" in shown[1]
