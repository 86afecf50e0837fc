"""The pages on which people go through workflows: what there is, a form, how far it is; no script and no sign-in.

Whoever has the link of an instance sees it, and nobody else but staff. Its token is made with the form, so that a form
that is sent twice leads to one instance. After a form was taken the browser is sent to the instance's own page.
"""

import asyncio
from functools import partial

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from application.shared.permissions import Permission
from application.workflows.use_cases import TOKEN, WorkflowInstance, Workflows
from domain.shared.errors import NotFound
from domain.workflows.instances import Audience
from interfaces.http.shared.file_pages import FilePages, file_pages
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.problems import UnsupportedMediaType
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import Answer, Body, Parameter, answer, documented
from interfaces.http.workflows.open_forms import OpenForm, opened, show_form
from interfaces.http.workflows.rendering import (
    HERE,
    PAGE_HEADERS,
    TAG,
    Told,
    page,
    page_answer,
    told_as_page,
)
from interfaces.http.workflows.results import results_of
from interfaces.http.workflows.submitting import READ_BYTES_MAX, admitted, take

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_INSTANCE = "/workflows/{name:str}/instances/{token:str}"


def _segment(name: str, description: str, example: str, pattern: str) -> Parameter:
    schema = {"type": "string", "pattern": f"^{pattern}$"}
    return Parameter(
        name=name, description=description, schema=schema, where="path", example=example
    )


_NAME = _segment("name", "The name of a workflow.", "customer-cashflow", "[^/]+")
_TOKEN = _segment(
    "token",
    "What makes the link of an instance.",
    "VsBmsCgQFfD0fDk9bq0m1w2u3i4o5p6a7s8d9f0g1h2",
    TOKEN.pattern,
)

_AWAY = page_answer("A part of the system does not answer now.", 503)
_UNKNOWN = page_answer("There is no such workflow, or no such instance of it.", 404)
_TOO_MANY = page_answer("Too many forms came from this address.", 429)


@shows("/workflows", TAG, "What there is to fill in", Permission.PUBLIC, page_answer(), _AWAY)
@told_as_page
async def show_workflows(request: AnyRequest) -> Response[bytes]:
    """A page with a link to the form of every workflow that is offered."""
    return page("list.html", workflows=services_of(request).of(Workflows).current())


@shows(
    "/workflows/{name:str}/new",
    TAG,
    "The form of a workflow",
    Permission.PUBLIC,
    page_answer("The form, made for this browser: it sets a cookie that the form is held against."),
    _UNKNOWN,
    _AWAY,
    parameters=[_NAME],
)
@told_as_page
async def show_new_form(request: AnyRequest, name: str) -> Response[bytes]:
    """What the workflow asks for to begin with. Nothing is recorded until the form is sent."""
    token = services_of(request).of(Workflows).new_token()
    shown = show_form(request, _first(request, name), token)
    # Whoever goes back to it finds the same form, which leads to the same instance.
    shown.headers["Cache-Control"] = "private, no-cache"
    return shown


@shows(
    _INSTANCE,
    TAG,
    "How far somebody is in a workflow",
    Permission.PUBLIC,
    page_answer("Its next form, what it waits for, or its result."),
    _UNKNOWN,
    _AWAY,
    parameters=[_NAME, _TOKEN],
)
@told_as_page
async def show_instance(request: AnyRequest, name: str, token: str) -> Response[bytes]:
    """The page to come back to. Whoever has its address sees it: it is told to nobody else, and is in no log."""
    instance = await _instance(request, name, token)
    if instance.of is Audience.APPLICANT:
        return show_form(request, _next(request, instance, token), token)
    results = await results_of(services_of(request), instance)
    return page("instance.html", instance=instance, workflow=instance.workflow, results=results)


def _workbook(meaning: str) -> Answer:
    return answer(200, meaning, media_type=WORKBOOK, example="PK…")


@shows(
    "/workflows/{name:str}/template.xlsx",
    TAG,
    "A workbook to fill in",
    Permission.PUBLIC,
    _workbook("A workbook that is read without a question once it is filled in."),
    _UNKNOWN,
    _AWAY,
    parameters=[_NAME],
)
@told_as_page
async def get_template(request: AnyRequest, name: str) -> Response[bytes]:
    """For the first file of the workflow that there is one for."""
    kind = _pages_of(request, name)
    content = await asyncio.to_thread(kind.template, services_of(request))
    return _download(content, f"{name}.xlsx")


@shows(
    f"{_INSTANCE}/errors.xlsx",
    TAG,
    "A file that was refused, with what is wrong beside its rows",
    Permission.PUBLIC,
    _workbook("The rows as they were read, each where it was, with the column `error`."),
    _UNKNOWN,
    _TOO_MANY,
    _AWAY,
    parameters=[_NAME, _TOKEN],
)
@told_as_page
async def get_marked_file(request: AnyRequest, name: str, token: str) -> Response[bytes]:
    """As long as the file is kept: half an hour, if there is room. By the token of the form that it was sent with."""
    intake, services = await admitted(request), services_of(request)
    kind = _pages_of(request, name)
    draft = await intake.drafts.find(token)
    if draft is None:
        raise NotFound("The file is not kept any more; send the form again.")
    marked = await intake.in_turn(partial(kind.marked, services, draft))
    return _download(marked, f"{name}-errors.xlsx")


def _pages_of(request: AnyRequest, name: str) -> FilePages:
    steps = services_of(request).of(Workflows).workflow(name).steps
    kinds = [step.settings["import"] for step in steps if step.type == "file"]
    found = next((file_pages()[kind] for kind in kinds if kind in file_pages()), None)
    if found is None:
        raise NotFound("This workflow asks for no such file.")
    return found


def _download(content: bytes, name: str) -> Response[bytes]:
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=WORKBOOK, headers=headers)


_FORM = Body(
    media_type="multipart/form-data",
    schema={"type": "object", "additionalProperties": {"type": "string"}},
    example={"token": "VsBmsCgQFfD0fDk9bq0m1w2u3i4o5p6a7s8d9f0g1h2", "details.first_name": "Ada"},
)


def _form_route(
    path: str, operation_id: str, summary: str, *segments: Parameter, handler: Told
) -> HTTPRouteHandler:
    async def take_form(request: AnyRequest) -> Response[bytes]:
        return await handler(request, *request.path_params.values())

    return post(
        path,
        operation_id=operation_id,
        tags=[TAG],
        summary=summary,
        description="Taken from a page that this same browser opened, and from no other site. All that the page asks "
        "for is recorded with what follows from it, or nothing; the same form again leads to the same instance.",
        request_max_body_size=READ_BYTES_MAX,
        status_code=303,
        opt=documented(
            Permission.PUBLIC,
            Answer(
                status=303,
                description="It is recorded.",
                headers={"Location": "The page of the instance."},
            ),
            page_answer("How a file was read, and what has to be said of it first."),
            page_answer("The form was not sent from its own page.", 403),
            _UNKNOWN,
            page_answer("The form came too slowly.", 408),
            page_answer("The form again: its file is too large.", 413),
            page_answer("The form again, with what is wrong with it.", 422),
            _TOO_MANY,
            _AWAY,
            parameters=segments,
            body=_FORM,
            problems=[UnsupportedMediaType],
        ),
    )(take_form)


@told_as_page
async def _begin(request: AnyRequest, name: str) -> Response[bytes]:
    return await take(request, _first(request, name))


@told_as_page
async def _go_on(request: AnyRequest, name: str, token: str) -> Response[bytes]:
    return await take(request, _next(request, await _instance(request, name, token), token), token)


def _first(request: AnyRequest, name: str) -> OpenForm:
    workflows = services_of(request).of(Workflows)
    steps = workflows.first_page(name)
    return opened(workflows, workflows.workflow(name), steps, f"/workflows/{name}")


def _next(request: AnyRequest, instance: WorkflowInstance, token: str) -> OpenForm:
    asked = instance.awaited if instance.of is Audience.APPLICANT else ()
    action = f"/workflows/{instance.workflow.name}/instances/{token}"
    return opened(services_of(request).of(Workflows), instance.workflow, asked, action)


async def _instance(request: AnyRequest, name: str, token: str) -> WorkflowInstance:
    instance = await services_of(request).of(Workflows).instance(token)
    if instance.workflow.name != name:
        raise NotFound("There is no such instance of this workflow.")
    return instance


@get(
    "/pages/{name:str}",
    include_in_schema=False,
    opt=documented(Permission.PUBLIC, answer(200, "The file.", example="")),
)
async def get_page_asset(name: FromPath[str]) -> Response[bytes]:
    """What the pages load."""
    if name != "pages.css":
        raise NotFound(f"The pages have no file {name[:100]}.")
    styles = (HERE / "static" / name).read_bytes()
    return Response(styles, media_type="text/css", headers={"Cache-Control": "no-cache"})


ROUTES = (
    show_workflows,
    show_new_form,
    show_instance,
    get_template,
    get_marked_file,
    _form_route(
        "/workflows/{name:str}", "beginWorkflow", "Send the first form", _NAME, handler=_begin
    ),
    _form_route(_INSTANCE, "continueWorkflow", "Send a later form", _NAME, _TOKEN, handler=_go_on),
    get_page_asset,
)
