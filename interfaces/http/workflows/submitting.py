"""Taking a form: it is read, held against what the browser says of it, submitted, or shown again with its faults."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import uuid4

import msgspec
from litestar import Response

from application.shared.commands import Call
from application.shared.permissions import Principal
from application.shared.ports import Cause
from application.shared.readings import FileReading
from application.workflows.intake import DraftFile, FormDrafts, Intake
from application.workflows.ports import UploadedFile
from application.workflows.use_cases import Workflows
from domain.shared.errors import DaybookError, Fault, Invalid, Malformed
from domain.workflows.instances import StepNotAwaited
from interfaces.http.shared.context import correlation_id_of, request_id_of
from interfaces.http.shared.file_pages import NO_MONTHS, Months, file_pages
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.problems import TooLarge
from interfaces.http.shared.proxies import network_of
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.uploads import FIELD_BYTES_MAX, Form, open_form, read_form
from interfaces.http.workflows.checking import (
    CHECKED,
    answered,
    is_to_be_checked,
    of_columns,
    option_names,
    options_of,
    question_fields,
    said_of_columns,
)
from interfaces.http.workflows.open_forms import (
    STEPS,
    TOKEN,
    OpenForm,
    SentForm,
    show_again,
    show_questions,
)
from interfaces.http.workflows.protection import SEAL, check_origin, check_seal
from interfaces.http.workflows.rendering import sent_to

FILE_BYTES_MAX = 5_000_000
READ_BYTES_MAX = 50_000_000
"""How far a form that is too large is read at all."""

_FORM_BYTES_MAX = FILE_BYTES_MAX + 250_000
_AGAIN = "again"
_NOBODY = Principal(user_uid=None, name="applicant", bank_uid=None, roles=frozenset())


async def admitted(request: AnyRequest) -> Intake:
    """The intake, which has counted this request for its address; raises `Throttled`."""
    intake = services_of(request).of(Intake)
    await intake.admit(network_of(request))
    return intake


async def take(request: AnyRequest, form: OpenForm, token: str | None = None) -> Response[bytes]:
    """Submit what a browser sent; `token` is that of the path, where it has one.

    Raises:
        ForeignForm: the form was not made for this browser.
        Throttled: too many came from its address.
        NotFound: the token is of another workflow's instance.
    """
    check_origin(request)
    intake = await admitted(request)
    with open_form() as body:
        refused = await _read(request, form, body)
        is_over = token is not None and not _is_awaited(form, body)
        if isinstance(refused, Malformed) and not is_over:
            raise refused
        given = body.fields.get(TOKEN, "")
        check_seal(request, given if token in (None, given) else "", body.fields.get(SEAL, ""))
        if is_over:
            return sent_to(form.action)
        data = body.file.read() if refused is None else b""
        file = DraftFile(body.file_name or "unnamed", data) if data else None
    sent = SentForm(form=form, token=given, typed=body.fields, file=file)
    if refused is not None or len(data) > FILE_BYTES_MAX:
        return show_again(request, sent, [_too_large(form, refused)], status=413)
    if file is None and form.file_field is not None:
        sent = msgspec.structs.replace(sent, file=await intake.drafts.find(given))
    return await _taken(request, sent, intake.drafts)


def _is_awaited(form: OpenForm, body: Form) -> bool:
    """Whether the browser submits what is asked for now: its page may be one that was submitted before."""
    return bool(form.steps) and body.fields.get(STEPS, form.steps) == form.steps


async def _read(request: AnyRequest, form: OpenForm, body: Form) -> DaybookError | None:
    """Read the form; what is wrong with it, as far as it was read, is answered."""
    file, kind = form.file_field, form.kind
    options = [option.name for option in kind.options] if kind else []
    fields = [field.name for part in form.parts for field in part.fields if field != file]
    try:
        await read_form(
            request,
            body,
            file_field=file.name if file else None,
            fields=[TOKEN, SEAL, STEPS, _AGAIN, *option_names(options, form.kind_columns), *fields],
            needs_file=False,
            bytes_max=_FORM_BYTES_MAX,
        )
    except (TooLarge, Malformed) as refused:
        return refused
    return None


def _too_large(form: OpenForm, refused: DaybookError | None) -> Fault:
    field = str(refused.facts.get("field", "")) if refused else ""
    if field:
        detail = f"it is longer than {FIELD_BYTES_MAX:,} bytes"
        return Fault(detail=detail, code="too_large", pointer=f"/{field.replace('.', '/')}")
    pointer = f"/{form.file_field.name}" if form.file_field else None
    return Fault(detail="it is larger than 5 MB", code="too_large", pointer=pointer)


async def _taken(request: AnyRequest, sent: SentForm, drafts: FormDrafts) -> Response[bytes]:
    """Submit what was sent, unless something is wrong with it or is to be asked of its file."""
    workflows, name = services_of(request).of(Workflows), sent.form.workflow.name
    values, call = _values(sent), _call(request)
    files = _files(sent, options_of(answered(sent.typed)))
    wrong, reading, months = list[Fault](), None, NO_MONTHS
    try:
        wrong += await workflows.faults(name, sent.token, values, files, call)
        reading, months = await _reading(request, sent.form, files)
        if not wrong and _is_settled(reading, sent.typed):
            files = _files(sent, reading.options) if reading else files
            await workflows.submit(name, sent.token, values, files, call)
            return await _done(sent, drafts, reading)
    except StepNotAwaited:  # it was submitted before: its own page says how far it is
        return await _done(sent, drafts, None)
    except (Invalid, Malformed) as refused:
        wrong += _of_file(sent.form, refused)
    if _AGAIN in sent.typed:
        return show_again(request, sent, [], status=200)
    kept = await _keep(sent, drafts)
    if reading is None or wrong or not _asks(reading, sent.typed):
        return show_again(request, sent, wrong, reading, kept=kept)
    return await _ask(request, sent, drafts, reading, months, kept=kept)


async def _reading(
    request: AnyRequest, form: OpenForm, files: Mapping[str, UploadedFile]
) -> tuple[FileReading | None, Months]:
    """How the file reads, and what a chart of it would show; nothing for a kind that is only imported."""
    pages = file_pages().get(form.file_kind)
    if pages is None or not files:
        return None, NO_MONTHS
    (file,) = files.values()
    return await asyncio.to_thread(pages.read, services_of(request), file)


async def _keep(sent: SentForm, drafts: FormDrafts) -> bool:
    if sent.file is None:
        return False
    options = options_of(answered(sent.typed))
    return await drafts.keep(sent.token, msgspec.structs.replace(sent.file, options=options))


def _asks(reading: FileReading, typed: Mapping[str, str]) -> bool:
    is_left = is_to_be_checked(reading) and not reading.faults and CHECKED not in typed
    return bool(reading.unsure) or is_left


def _is_settled(reading: FileReading | None, typed: Mapping[str, str]) -> bool:
    return _AGAIN not in typed and (
        reading is None or not (reading.faults or _asks(reading, typed))
    )


async def _ask(
    request: AnyRequest,
    sent: SentForm,
    drafts: FormDrafts,
    reading: FileReading,
    months: Months,
    *,
    kept: bool,
) -> Response[bytes]:
    remembered = of_columns(await drafts.remembered(_header(sent, reading)))
    answers = {**remembered, **said_of_columns(reading), **answered(sent.typed)}
    columns, today = sent.form.kind_columns, services_of(request).clock.now().date()
    fields = [*question_fields(reading, columns, answers, today)]
    return show_questions(request, sent, reading, fields, *months, kept=kept)


async def _done(sent: SentForm, drafts: FormDrafts, reading: FileReading | None) -> Response[bytes]:
    answers = of_columns(sent.typed)
    if reading is not None and answers:
        await drafts.remember(_header(sent, reading), answers)
    await drafts.drop(sent.token)
    return sent_to(f"/workflows/{sent.form.workflow.name}/instances/{sent.token}")


def _header(sent: SentForm, reading: FileReading) -> str:
    return f"{sent.form.workflow.name}:{reading.fingerprint}"


def _values(sent: SentForm) -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = {}
    for part in sent.form.parts:
        for field in part.fields:
            step, _, name = field.name.partition(".")
            if name and field.name in sent.typed:
                values.setdefault(step, {})[name] = sent.typed[field.name]
    return values


def _files(sent: SentForm, options: Mapping[str, str]) -> dict[str, UploadedFile]:
    file, field = sent.file, sent.form.file_field
    if file is None or field is None:
        return {}
    return {field.name: UploadedFile(name=file.name, data=file.data, options=options)}


def _of_file(form: OpenForm, refused: Invalid | Malformed) -> Sequence[Fault]:
    """What is said of rows of the file, or of it as a whole, is said of its field."""
    pointer = f"/{form.file_field.name}" if form.file_field else None
    faults = refused.faults or (Fault(detail=refused.detail, code=refused.code),)
    return [one if one.pointer else msgspec.structs.replace(one, pointer=pointer) for one in faults]


def _call(request: AnyRequest) -> Call:
    correlation = correlation_id_of(request_id_of(request.scope))
    cause = Cause(actor="applicant", correlation_id=correlation, causation_id=uuid4())
    return Call(principal=_NOBODY, cause=cause)
