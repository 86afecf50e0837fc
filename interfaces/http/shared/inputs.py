"""Reading what stands around a body: the query, and the headers that mean the same on every route."""

import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from application.shared.commands import Call
from application.shared.permissions import Principal, Proof
from application.shared.ports import Cause, Idempotency, PositionAhead, check_not_ahead
from application.shared.services import Services
from domain.shared.errors import Fault, Malformed, StaleVersion, nearest
from interfaces.http.shared.context import correlation_id_of, request_id_of
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.routes import KEY_PATTERN, POSITION_DIGITS, Operation
from interfaces.http.shared.security import principal_of
from interfaces.http.shared.smaller import plain_tag

Connection = ASGIConnection[Any, Any, Any, Any]

_KEY = re.compile(KEY_PATTERN)
_POSITION = re.compile(f"[0-9]{{1,{POSITION_DIGITS}}}")
_VERSION_TAG = re.compile(r'"([0-9]{1,18})(?:\.[0-9]{1,18})*"')
_ENTITY_TAG = re.compile(r'(?:W/)?"[^"]*"')
_ENTITY_TAGS = re.compile(
    rf"[ \t,]*{_ENTITY_TAG.pattern}(?:[ \t]*,[ \t,]*{_ENTITY_TAG.pattern})*[ \t,]*"
)
_PARAMETERS_LIMIT = 300


def query_pairs(connection: Connection) -> list[tuple[str, str]]:
    """The query parameters in the order given, repeated ones included.

    Raises:
        Malformed: the query is not percent-encoded UTF-8, or has more than 300 parameters.
    """
    raw = connection.scope.get("query_string", b"")
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_PARAMETERS_LIMIT,
        )
    except UnicodeError:
        raise Malformed("The query is not percent-encoded UTF-8.", code="not_utf8") from None
    except ValueError:
        raise Malformed(
            f"The query has more than {_PARAMETERS_LIMIT} parameters.", code="too_many_parameters"
        ) from None


async def refuse_unknown_parameters(connection: Connection, handler: BaseRouteHandler) -> None:
    """A guard for every route: a query parameter that the route does not declare is an error, never ignored.

    It awaits nothing, but Litestar would send a plain function to a thread.

    Raises:
        Malformed: with one fault for each unknown or repeated parameter.
    """
    operation: Operation | None = handler.opt.get("operation")
    if operation is None or operation.parses_query or not connection.scope["query_string"]:
        return
    known = operation.query_names
    names = [name for name, _ in query_pairs(connection)]
    faults = [_unknown(name, known) for name in names if name not in known]
    for name in known:
        if names.count(name) > 1:
            detail = f"the parameter {name!r} is given more than once"
            faults.append(Fault(detail=detail, code="repeated", parameter=name))
    if faults:
        wrong = ", ".join(str(fault.parameter) for fault in faults)
        raise Malformed(f"The query has wrong parameters: {wrong}.", faults=faults)


def _unknown(name: str, known: Sequence[str]) -> Fault:
    return Fault(
        detail=f"there is no parameter {name!r} here",
        code="unknown_parameter",
        parameter=name,
        expected=known,
        nearest=nearest(name, known),
    )


def wrong_header(name: str, got: str, expected: str) -> Malformed:
    """The error for a header that cannot be read."""
    detail = f"The header {name} is {got!r}; {expected} was expected."
    fault = Fault(
        detail=detail, code="wrong_header", parameter=name, got=got[:200], expected=expected
    )
    return Malformed(detail, code="wrong_header", faults=[fault])


def wrong_value(name: str, got: str, wanted: str, /, **more: Any) -> Malformed:
    """The error for a query parameter whose value cannot be read; `more` are further members of its fault."""
    detail = f"{name} is {got[:100]!r}; {wanted} was expected"
    told = {"code": "bad_value", "got": got[:200], "expected": wanted, **more}
    fault = Fault(detail=detail, parameter=name, **told)
    return Malformed(detail, code="invalid_query", faults=[fault])


def versions_seen(request: Request[Any, Any, Any]) -> frozenset[int]:
    """The versions in `If-Match`, one of which the caller saw last; none if any will do.

    Raises:
        Malformed: the header holds something else than entity tags.
        StaleVersion: no version of anything here has any of these tags. A weak one names nothing for sure.
    """
    given = ",".join(request.headers.getall("if-match", ["*"])).strip()
    if given == "*":
        return frozenset()
    tags = entity_tags(given)
    if not tags:
        raise wrong_header("If-Match", given, 'entity tags such as "1", with commas between, or *')
    found = [_VERSION_TAG.fullmatch(plain_tag(tag)) for tag in tags]
    if versions := frozenset(int(each[1]) for each in found if each):
        return versions
    raise StaleVersion(f"No version here has the tag {given[:100]}.", expected=given[:100])


def entity_tags(given: str) -> list[str]:
    """The entity tags of a list, each of which may hold commas; none if it is no list of them."""
    return _ENTITY_TAG.findall(given) if _ENTITY_TAGS.fullmatch(given) else []


async def caught_up(
    request: Request[Any, Any, Any], services: Services, projection: str | None
) -> None:
    """Wait until the read model has passed the position in `Daybook-Min-Position`, if the caller sent one.

    Raises:
        Malformed: the header is not a position, or one that the log has not come to (`PositionAhead`).
        Unavailable: the read model is not there within two seconds.
    """
    given = request.headers.get("daybook-min-position")
    if given is None:
        return
    if not _POSITION.fullmatch(given):
        raise wrong_header("Daybook-Min-Position", given, "a position such as 42")
    position = int(given)
    try:
        if projection is None:  # the log itself is asked
            check_not_ahead(position, await services.log.head_async())
        else:
            await services.checkpoints.wait(projection, position)
    except PositionAhead as ahead:
        raise PositionAhead(position, ahead.head, "Daybook-Min-Position") from None


def services_of(request: Request[Any, Any, Any]) -> Services:
    """What the app stands on."""
    services: Services = request.app.state.services
    return services


def call_of(
    request: Request[Any, Any, Any],
    body: msgspec.Struct | None = None,
    *,
    is_new: bool = False,
    is_keyed: bool = True,
) -> Call:
    """The request without its body, as a command is told of it.

    The body is part of what an idempotency key stands for. What is new has no version that a caller could have seen;
    where the call is not `is_keyed`, neither key nor version is read.

    Raises:
        Malformed, StaleVersion: as `idempotency_of` and `versions_seen` say.
    """
    principal, proof = principal_of(request), proof_of(request)
    if not is_keyed:
        return Call(principal=principal, cause=cause_of(request), proof=proof)
    return Call(
        principal=principal,
        cause=cause_of(request),
        idempotency=_idempotency_of_body(request, principal.actor, body),
        seen=frozenset() if is_new else versions_seen(request),
        proof=proof,
    )


def proof_of(request: Request[Any, Any, Any]) -> Proof:
    """What the route asks of its caller's sign-in."""
    operation: Operation = request.scope["route_handler"].opt["operation"]
    return operation.proof


def cause_of(request: Request[Any, Any, Any], principal: Principal | None = None) -> Cause:
    """Who acts, for the envelope of the events: the caller that the route has let in, or this one."""
    return Cause(
        actor=(principal or principal_of(request)).actor,
        correlation_id=correlation_id_of(request_id_of(request.scope)),
        causation_id=uuid4(),
    )


def idempotency_of(
    request: Request[Any, Any, Any], actor: str, *meaning: bytes
) -> Idempotency | None:
    """The caller's `Idempotency-Key`, bound to the route and to `meaning` (what the body says); None without a key.

    Raises:
        Malformed: the key is empty, too long or not plain ASCII.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise wrong_header("Idempotency-Key", key, "1 to 255 visible ASCII characters")
    return Idempotency(scope=actor, key=key, request_hash=_digest(request, *meaning))


def _idempotency_of_body(
    request: Request[Any, Any, Any], actor: str, body: msgspec.Struct | None
) -> Idempotency | None:
    if body is None:
        return idempotency_of(request, actor)
    found = idempotency_of(request, actor, canonical(body))
    former = _digest(request, encode_json(body)) if found else b""
    return found and msgspec.structs.replace(found, former_hash=former)


def canonical(body: msgspec.Struct) -> bytes:
    """What a body says, the same however it was written: amounts by their value, members in one order."""
    return encode_json(_plain(msgspec.to_builtins(body, builtin_types=(Decimal,))))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, dict):
        return {name: _plain(value[name]) for name in sorted(value)}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _number(value: Decimal) -> Any:
    """A number by its digits and where they stand; nothing is rounded, nor written out."""
    sign, digits, exponent = value.as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    if isinstance(exponent, str) or not kept:
        return exponent if isinstance(exponent, str) else 0
    return [sign, kept, exponent + len(written) - len(kept)]


def _digest(request: Request[Any, Any, Any], *meaning: bytes) -> bytes:
    digest = hashlib.sha256(f"{request.method} {request.scope['path']}".encode())
    for part in meaning:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()
