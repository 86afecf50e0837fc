"""Taking a form: it is read, held against what the browser says of it, submitted, or shown again with its faults."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

import msgspec
from litestar import Response

from application.shared.commands import Call
from application.shared.permissions import Principal
from application.shared.ports import Cause
from application.workflows.intake import DraftFile, FormDrafts, Intake
from application.workflows.ports import UploadedFile
from application.workflows.use_cases import Workflows
from domain.shared.errors import Fault, Invalid, Malformed
from domain.workflows.definitions import Workflow, WorkflowStep
from domain.workflows.instances import StepNotAwaited
from interfaces.http.shared.context import correlation_id_of, request_id_of
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.problems import TooLarge
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.uploads import Form, open_form, read_form
from interfaces.http.workflows.forms import (
    FormError,
    FormField,
    FormPart,
    errors_of,
    fields_of,
    filled,
)
from interfaces.http.workflows.protection import (
    SEAL,
    check_origin,
    check_seal,
    form_key,
    key_cookie,
    seal,
)
from interfaces.http.workflows.rendering import page, sent_to

FILE_BYTES_MAX = 5 * 1024 * 1024
READ_BYTES_MAX = 50 * 1024 * 1024
"""How far a form that is too large is read at all."""

_FORM_BYTES_MAX = FILE_BYTES_MAX + 256 * 1024
_TOKEN = "token"  # noqa: S105 - the name of a field
_NOBODY = Principal(user_uid=None, name="applicant", bank_uid=None, roles=frozenset())


class OpenForm(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a workflow as it is asked for: its parts, and where it is sent to."""

    workflow: Workflow
    parts: tuple[FormPart, ...]
    action: str

    @property
    def file_field(self) -> FormField | None:
        """The field for a file; a page has one at most."""
        fields = (field for part in self.parts for field in part.fields)
        return next((field for field in fields if field.kind == "file"), None)


def opened(
    workflows: Workflows, workflow: Workflow, steps: Sequence[WorkflowStep], action: str
) -> OpenForm:
    """The form that asks for these steps."""
    parts = [_part(workflows, step) for step in steps]
    return OpenForm(workflow=workflow, parts=tuple(parts), action=action)


def _part(workflows: Workflows, step: WorkflowStep) -> FormPart:
    if step.type != "file":
        fields = tuple(fields_of(step.name, workflows.inputs(step)))
        return FormPart(title=step.title, help=step.help, fields=fields)
    file = FormField(
        name=step.name, kind="file", title=step.title, help=step.help, is_required=True
    )
    return FormPart(title=step.title, help="", fields=(file,))


def show_form(
    request: AnyRequest,
    form: OpenForm,
    token: str,
    *,
    typed: Mapping[str, str] = {},
    errors: Sequence[FormError] = (),
    kept: str = "",
    status: int = 200,
) -> Response[bytes]:
    """The form as a page, for this browser alone."""
    key = form_key(request)
    shown = page(
        "form.html",
        status,
        workflow=form.workflow,
        parts=filled(form.parts, typed, errors, kept),
        errors=errors,
        action=form.action,
        hidden={_TOKEN: token, SEAL: seal(key, token)},
    )
    shown.set_cookie(key_cookie(request, key))
    return shown


async def take(request: AnyRequest, form: OpenForm, token: str | None = None) -> Response[bytes]:
    """Submit what a browser sent; `token` is that of the path, where it has one.

    Raises:
        ForeignForm: the form was not made for this browser.
        Throttled: too many came from its address.
        NotFound: the token is of another workflow's instance.
    """
    check_origin(request)
    intake = services_of(request).of(Intake)
    await intake.admit(request.client.host if request.client else "unknown")
    with open_form() as sent:
        is_too_large = not await _read(request, form, sent)
        given = sent.fields.get(_TOKEN, "")
        check_seal(request, given if token in (None, given) else "", sent.fields.get(SEAL, ""))
        data = b"" if is_too_large else sent.file.read()
        file = DraftFile(sent.file_name or "unnamed", data) if data else None
    if is_too_large or len(data) > FILE_BYTES_MAX:
        name = form.file_field.name if form.file_field else ""
        error = FormError(text="The file is larger than 5 MB", name=name)
        return show_form(request, form, given, typed=sent.fields, errors=[error], status=413)
    if file is None and form.file_field is not None:
        file = await intake.drafts.find(given)
    return await _submitted(request, form, given, sent.fields, file, intake.drafts)


async def _read(request: AnyRequest, form: OpenForm, sent: Form) -> bool:
    """Whether the form is no larger than it may be."""
    file = form.file_field
    fields = [field.name for part in form.parts for field in part.fields if field != file]
    try:
        await read_form(
            request,
            sent,
            file_field=file.name if file else None,
            fields=[_TOKEN, SEAL, *fields],
            needs_file=False,
            bytes_max=_FORM_BYTES_MAX,
        )
    except TooLarge:
        return False
    return True


async def _submitted(
    request: AnyRequest,
    form: OpenForm,
    token: str,
    typed: Mapping[str, str],
    file: DraftFile | None,
    drafts: FormDrafts,
) -> Response[bytes]:
    workflows, name = services_of(request).of(Workflows), form.workflow.name
    values, files = _values(form, typed), _files(form, file)
    call, faults = _call(request), list[Fault]()
    try:
        faults += await workflows.faults(name, token, values, files, call)
        if not faults:
            await workflows.submit(name, token, values, files, call)
    except StepNotAwaited:
        pass  # it was submitted before: its own page says how far it is
    except (Invalid, Malformed) as refused:
        faults += _of_file(form, refused)
    if not faults:
        await drafts.drop(token)
        return sent_to(f"/workflows/{name}/instances/{token}")
    kept = file.name if file and await drafts.keep(token, file) else ""
    errors = errors_of(form.parts, faults)
    return show_form(request, form, token, typed=typed, errors=errors, kept=kept, status=422)


def _values(form: OpenForm, typed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = {}
    for part in form.parts:
        for field in part.fields:
            step, _, name = field.name.partition(".")
            if name and field.name in typed:
                values.setdefault(step, {})[name] = typed[field.name]
    return values


def _files(form: OpenForm, file: DraftFile | None) -> dict[str, UploadedFile]:
    if file is None or form.file_field is None:
        return {}
    return {form.file_field.name: UploadedFile(name=file.name, data=file.data)}


def _of_file(form: OpenForm, refused: Invalid | Malformed) -> Sequence[Fault]:
    """What is said of rows of the file, or of it as a whole, is said of its field."""
    pointer = f"/{form.file_field.name}" if form.file_field else None
    faults = refused.faults or (Fault(detail=refused.detail, code=refused.code),)
    return [one if one.pointer else msgspec.structs.replace(one, pointer=pointer) for one in faults]


def _call(request: AnyRequest) -> Call:
    correlation = correlation_id_of(request_id_of(request.scope))
    cause = Cause(actor="applicant", correlation_id=correlation, causation_id=uuid4())
    return Call(principal=_NOBODY, cause=cause)
