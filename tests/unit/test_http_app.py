"""What holds for every route, and what happens when the services behind them fail."""

import errno
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar, post
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

import interfaces.http
from application.identity.authentication import SingleUser
from application.shared.import_kinds import import_kinds
from application.shared.permissions import Permission
from application.shared.services import Services
from domain.shared.errors import Unavailable
from infrastructure.shared.quotas import RedisQuotas
from interfaces.http.app import check_locations, create_app
from interfaces.http.shared.context import correlation_id_of
from interfaces.http.shared.moments import FullDisk
from interfaces.http.shared.routes import documented


class Failing:
    """A collaborator of which everything fails with one error, awaited or called."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any, **__: Any) -> Any:
            raise self._error

        return fail


async def close() -> None:
    """Nothing was opened."""


async def no_redis() -> bool | None:
    """There is to be none."""
    return None


def app_over(error: Exception, **settings: Any) -> Litestar:
    """The app over services that all fail with `error`, once its caller is let in."""
    failing = {field.name: Failing(error) for field in fields(Services)}
    reaching_nothing = Failing(error)
    reaching_nothing.kinds = import_kinds()
    reaching_nothing.shows_mailbox = True
    failing["checkpoints"].attend = lambda: None  # what it begins reaches nothing yet
    failing["health"].reaches_redis = no_redis
    working = {
        "aclose": close,
        "authentication": SingleUser(),
        "quotas": RedisQuotas(None, {}),
        "use_cases": defaultdict(lambda: reaching_nothing),
    }
    services = Services(**{**failing, **working})  # type: ignore[arg-type]
    return create_app(services, **settings)


@pytest.fixture(scope="module")
def app() -> Litestar:
    """An app whose services are never reached."""
    return app_over(AssertionError("no service was to be called"))


def handlers(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Every handler of our own with its path; Litestar adds one for OPTIONS to each path."""
    for route in app.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            if handler.http_methods != {"OPTIONS"}:
                yield route.path, handler


def test_every_route_declares_its_permission(app: Litestar) -> None:
    undeclared = [
        path
        for path, handler in handlers(app)
        if not isinstance(handler.opt.get("permission"), Permission)
    ]
    assert not undeclared, f"docs/decisions: default deny; no permission on {undeclared}"


def test_only_what_is_public_by_design_is_public(app: Litestar) -> None:
    public = {
        path for path, handler in handlers(app) if handler.opt["permission"] is Permission.PUBLIC
    }
    assert public == {
        "/",
        "/app",
        "/app/{path:path}",
        "/asyncapi.json",
        "/docs",
        "/events/catalogue",
        "/events/catalogue/{name:str}",
        "/docs/{name:str}",
        "/favicon.ico",
        "/favicon.svg",
        "/openapi.json",
        "/problems/{family:str}",
        "/health/live",
        "/health/ready",
        "/mailbox",
        "/mailbox/{record_id:str}",
        "/auth/token",
        "/auth/password",
        "/auth/refresh",
        "/auth/sign-out",
        "/auth/sign-in",
        "/auth/ways",
        "/auth/oidc/begin",
        "/auth/oidc/finish",
        "/auth/passkeys/ask",
        "/auth/passkeys/sign-in",
        "/.well-known/jwks.json",
        "/pages/{name:str}",
        "/workflows",
        "/workflows/{name:str}",
        "/workflows/{name:str}/new",
        "/workflows/{name:str}/template.xlsx",
        "/workflows/{name:str}/instances/{token:str}",
        "/workflows/{name:str}/instances/{token:str}/errors.xlsx",
    }


@pytest.fixture(scope="module")
def document(app: Litestar) -> dict[str, Any]:
    """The OpenAPI document."""
    read: dict[str, Any] = json.loads(app.state.openapi.content)
    return read


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_operation_ids_are_unique_names_of_functions(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert all(name.isidentifier() and name[0].islower() for name in ids)


def test_every_operation_has_an_example_a_summary_and_its_problems(
    document: dict[str, Any],
) -> None:
    for operation in operations(document):
        successes = [
            media
            for status, answer in operation["responses"].items()
            if status.startswith("2")
            for media in answer.get("content", {}).values()
        ]
        is_file = operation["operationId"].startswith("export")
        shown = any({"example", "examples"} & media.keys() for media in successes)
        assert shown or is_file or "204" in operation["responses"], operation["operationId"]
        assert operation["summary"]
        assert operation["description"]
        assert {"400", "500", "503"} <= operation["responses"].keys()


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        assert target


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


HERE = "http://127.0.0.1"
SECRET = "host=10.0.0.7 password=hunter2"  # noqa: S105


@pytest.mark.parametrize(
    "path",
    ["/expenses", "/expenses.csv", "/expenses/1", "/expenses/1/history", "/events", "/imports"],
)
def test_a_fault_of_ours_leaks_nothing(path: str) -> None:
    with TestClient(
        app_over(RuntimeError(SECRET)), base_url=HERE, raise_server_exceptions=False
    ) as client:
        answer = client.get(path)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal_error"
    assert "hunter2" not in answer.text
    assert "RuntimeError" not in answer.text


def test_a_collaborator_that_is_away_is_told_with_when_to_come_back() -> None:
    away = Unavailable("the database does not answer", retry_after_s=7)
    with TestClient(app_over(away), base_url=HERE) as client:
        for path in ("/expenses", "/health/ready", "/events/stream?after=latest"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
        assert client.get("/health/live").status_code == 200
        assert "daybook_database_up 0.0" in client.get("/metrics").text


def test_a_disk_without_room_is_no_fault_of_the_code() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", SECRET)
    with TestClient(app_over(full), base_url=HERE) as client:
        answer = client.get("/expenses")
    assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
    assert int(answer.headers["retry-after"]) > 0
    assert "hunter2" not in answer.text


def test_a_line_of_the_log_that_finds_no_room_costs_nothing_but_itself() -> None:
    code = (
        "import logging, structlog; from interfaces.http.shared.logging import configure_logging; "
        "configure_logging(); structlog.get_logger().info('x'); logging.getLogger().info('y'); print('on')"
    )
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=full)
    assert done.stdout == b"on\n"


def test_a_correlation_id_follows_from_the_request_id() -> None:
    one = "7d1f3a52-7f0a-4a4e-8d0f-1c2b3a4d5e6f"
    assert correlation_id_of(one) == UUID(one)
    assert correlation_id_of("checkout-42") == correlation_id_of("checkout-42")
    assert correlation_id_of("checkout-42") != correlation_id_of("checkout-43")
    assert correlation_id_of(str(UUID(int=0))).int  # which would be no trace


def test_what_a_module_exports_is_served(app: Litestar) -> None:
    """The modules are found by their files here, and not as the app finds them."""
    served = {(path, next(iter(it.http_methods))) for path, it in handlers(app)}
    home = Path(interfaces.http.__path__[0])
    exporting = [path for path in home.rglob("*.py") if "\nROUTES" in path.read_text("utf-8")]
    assert len(exporting) > 10
    for path in exporting:
        name = ".".join(path.relative_to(home).with_suffix("").parts)
        for handler in import_module(f"interfaces.http.{name}").ROUTES:
            methods = {(each, next(iter(handler.http_methods))) for each in handler.paths}
            assert methods <= served, f"{name} exports what is not served"


def test_a_location_that_leads_nowhere_is_not_served() -> None:
    nowhere = documented(Permission.PUBLIC, located_at="/nowhere")

    @post("/begin", opt=nowhere)
    async def begin() -> None:
        """Begin something that cannot be had."""

    with pytest.raises(LookupError, match="/nowhere"):
        check_locations(Litestar([begin], openapi_config=None))


def test_what_one_worker_met_all_of_them_tell(tmp_path: Path) -> None:
    one, other, apart = FullDisk(tmp_path), FullDisk(tmp_path), FullDisk(None)
    assert not other.is_full()
    one.mark()
    assert other.is_full()
    assert not apart.is_full()


def test_who_need_not_sign_in_is_asked_by_no_other_site_whatever_is_set() -> None:
    """In single-user mode whoever asks is the operator: a page of another origin would be, too."""
    app = app_over(Unavailable("x"), cors_origins="https://books.example")
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        asked = client.get("/expenses", headers={"Origin": "https://books.example"})
        assert (asked.status_code, asked.json()["code"]) == (403, "foreign_site")
        assert client.get("/expenses").status_code == 503
