"""A page of a workflow as a form to fill in, and the page that asks how a file of it is to be read."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response

from application.shared.import_kinds import ImportKind, import_kinds
from application.shared.readings import FileReading
from application.workflows.intake import DraftFile
from application.workflows.use_cases import Workflows
from domain.shared.errors import Fault
from domain.workflows.definitions import Workflow, WorkflowStep
from interfaces.http.shared.charts import MonthFlow
from interfaces.http.shared.file_pages import file_pages
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.workflows.checking import answered
from interfaces.http.workflows.forms import (
    FormError,
    FormField,
    FormPart,
    errors_of,
    fields_of,
    filled,
)
from interfaces.http.workflows.protection import SEAL, form_key, key_cookie, seal
from interfaces.http.workflows.rendering import page

STEPS = "steps"
"""The field by which a form says which steps it submits."""

TOKEN = "token"  # noqa: S105 - the name of a field
FAULTS_SHOWN = 50


class OpenForm(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a workflow as it is asked for: its `steps` by name and their parts, where it is sent to, and which kind
    its file is of."""

    workflow: Workflow
    steps: str
    parts: tuple[FormPart, ...]
    action: str
    file_kind: str = ""

    @property
    def file_field(self) -> FormField | None:
        """The field for a file; a page has one at most."""
        fields = (field for part in self.parts for field in part.fields)
        return next((field for field in fields if field.kind == "file"), None)

    @property
    def kind(self) -> ImportKind[Any] | None:
        """The kind of import that its file is of."""
        return next((kind for kind in import_kinds() if kind.name == self.file_kind), None)

    @property
    def kind_columns(self) -> Sequence[str]:
        """The columns of that kind."""
        return self.kind.column_names if self.kind else ()


class SentForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser sent: the form that it had open, its token, what was typed, and the file."""

    form: OpenForm
    token: str
    typed: Mapping[str, str]
    file: DraftFile | None


def opened(
    workflows: Workflows, workflow: Workflow, steps: Sequence[WorkflowStep], action: str
) -> OpenForm:
    """The form that asks for these steps."""
    parts = tuple(_part(workflows, workflow, step) for step in steps)
    kind = next((step.settings["import"] for step in steps if step.type == "file"), "")
    names = " ".join(step.name for step in steps)
    return OpenForm(workflow=workflow, steps=names, parts=parts, action=action, file_kind=kind)


def _part(workflows: Workflows, workflow: Workflow, step: WorkflowStep) -> FormPart:
    if step.type != "file":
        fields = tuple(fields_of(step.name, workflows.inputs(step)))
        return FormPart(title=step.title, help=step.help, fields=fields)
    has_template = step.settings["import"] in file_pages()
    file = FormField(
        name=step.name,
        kind="file",
        title=step.title,
        help=step.help,
        is_required=True,
        template=f"/workflows/{workflow.name}/template.xlsx" if has_template else "",
    )
    return FormPart(title="", help="", fields=(file,))


def show_form(request: AnyRequest, form: OpenForm, token: str) -> Response[bytes]:
    """The form, with nothing typed yet."""
    sent = SentForm(form=form, token=token, typed={}, file=None)
    return _form(request, sent, 200, [])


def show_again(
    request: AnyRequest,
    sent: SentForm,
    faults: Sequence[Fault],
    reading: FileReading | None = None,
    *,
    kept: bool = False,
    status: int = 422,
) -> Response[bytes]:
    """The form with what was typed, and what is wrong with it; its file stays if it is `kept`."""
    errors = errors_of(sent.form.parts, faults)
    field, seen = sent.form.file_field, reading.faults if reading else ()
    if seen and field and sent.file:
        many = f"{len(seen)} things" if len(seen) > 1 else "1 thing"
        text = f"{many} in {sent.file.name[:100]} cannot be taken as they are"
        errors = [*errors, FormError(text=text, name=field.name)]
    return _form(request, sent, status, errors, reading, kept=kept)


def _form(
    request: AnyRequest,
    sent: SentForm,
    status: int,
    errors: Sequence[FormError],
    reading: FileReading | None = None,
    *,
    kept: bool = False,
) -> Response[bytes]:
    name = sent.file.name if sent.file and kept else ""
    parts = filled(sent.form.parts, sent.typed, errors, name)
    return _sealed(request, sent, "form.html", status, parts=parts, errors=errors, reading=reading)


def show_questions(
    request: AnyRequest,
    sent: SentForm,
    reading: FileReading,
    fields: Sequence[FormField],
    currency: str,
    months: Sequence[MonthFlow],
    *,
    kept: bool,
) -> Response[bytes]:
    """What was read of the file, and what is to be said of it; if it is not kept, it is asked for again."""
    file = sent.form.file_field
    assert file is not None  # noqa: S101 - it is what was read
    again = msgspec.structs.replace(file, help="Choose the same file again: it could not be kept.")
    return _sealed(
        request,
        sent,
        "questions.html",
        200,
        asked=[*fields, *([] if kept else [again])],
        reading=reading,
        remarks=[*reading.faults, *reading.warnings],
        currency=currency,
        months=months,
        columns=sent.form.kind_columns,
        file_name=sent.file.name if sent.file else "",
        typed=_unasked(sent, fields),
    )


def _unasked(sent: SentForm, asked: Sequence[FormField]) -> dict[str, str]:
    """What was typed and answered before, but for what is asked now."""
    names = {field.name for part in sent.form.parts for field in part.fields}
    known = {name: text for name, text in sent.typed.items() if name in names} | answered(
        sent.typed
    )
    return {name: text for name, text in known.items() if name not in {it.name for it in asked}}


def _sealed(
    request: AnyRequest, sent: SentForm, template: str, status: int, **told: Any
) -> Response[bytes]:
    """A page whose form is made for this browser."""
    key, workflow = form_key(request), sent.form.workflow
    shown = page(
        template,
        status,
        workflow=workflow,
        action=sent.form.action,
        hidden={TOKEN: sent.token, SEAL: seal(key, sent.token), STEPS: sent.form.steps},
        marked_at=f"/workflows/{workflow.name}/instances/{sent.token}/errors.xlsx",
        shown_max=FAULTS_SHOWN,
        **told,
    )
    shown.set_cookie(key_cookie(request, key))
    return shown
