"""Being let in by a running Daybook: access tokens signed with its own keys, for whoever a test needs to be."""

from collections.abc import Generator, Mapping
from datetime import datetime
from time import monotonic
from uuid import UUID, uuid4

import httpx
from msgspec import structs

from application.identity.ports import AccessTokens
from application.identity.signing_in import ACCESS_LIFETIME
from application.shared.permissions import Principal
from application.shared.ports import Append, EventLog, StreamAppend
from application.shared.streams import facts_of, fold
from domain import identity
from domain.identity import ActiveUser, UserRegistered, UserRolesChanged, sessions, user_uid
from domain.identity.sessions import SignInWay, StartSession
from domain.shared.errors import Unavailable
from domain.shared.events import Event
from domain.shared.roles import Role
from infrastructure.bootstrap import SystemClock
from infrastructure.identity.access import access_tokens
from infrastructure.shared.event_log.recorders import open_log
from infrastructure.shared.settings import read_settings
from tests.facts import a_cause

OPERATOR = Principal(
    user_uid=user_uid("tester@daybook.example"),
    name="Test Operator",
    bank_uid=None,
    roles=frozenset({Role.OPERATOR}),
)
SECOND_OPERATOR = structs.replace(
    OPERATOR, user_uid=user_uid("second@daybook.example"), name="Second Operator"
)


_RECENT_S = sessions.RECENT.total_seconds() / 2


class Door:
    """Lets anybody in to a Daybook with these settings: `DAYBOOK_HOME` tells where its keys are.

    Who is let in is a user with a session by then, as far as `DATABASE_URL` tells where the log is; without, a token is
    good for reading.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.tokens: AccessTokens = access_tokens(read_settings(settings), SystemClock())
        self._database_url = settings.get("DATABASE_URL")
        self._sessions: dict[Principal, tuple[Principal | None, float]] = {}

    def token(self, principal: Principal) -> str:
        """An access token, good for ten minutes."""
        return self.tokens.issue(self.let_in(principal), ACCESS_LIFETIME)

    def token_since(
        self,
        principal: Principal,
        signed_in_at: datetime,
        way: SignInWay = SignInWay.COMMAND_LINE,
    ) -> str:
        """The same, of a session that began then, by this way."""
        return self.tokens.issue(self._with_session(principal, signed_in_at, way), ACCESS_LIFETIME)

    def let_in(self, principal: Principal) -> Principal:
        """The principal with a session of a recent sign-in; a session that a test gave need not be one."""
        known, until = self._sessions.get(principal, (None, 0.0))
        if known is None or monotonic() >= until:
            try:
                known = self._with_session(principal)
            except Unavailable:  # newer code than that of the tests has taken the log over
                if known is None:
                    raise
            self._sessions[principal] = known, monotonic() + _RECENT_S
        return known

    def operator(self, email: str, name: str) -> UUID:
        """The uid of another operator, who came in at the machine itself: otherwise it takes two."""
        assert self._database_url is not None
        uid, came = user_uid(email), UserRegistered(email, name, None, (Role.OPERATOR,))
        log = open_log(self._database_url)
        try:
            log.append_blocking(Append(streams=(StreamAppend(uid, 0, (came,)),), cause=a_cause()))
        finally:
            log.close()
        return uid

    def _with_session(
        self,
        principal: Principal,
        since: datetime | None = None,
        way: SignInWay = SignInWay.COMMAND_LINE,
    ) -> Principal:
        known = structs.replace(principal, session_uid=principal.session_uid or uuid4())
        if self._database_url is not None and principal.session_uid is None:
            log = open_log(self._database_url)
            try:
                _record_session(log, known, since or SystemClock().now(), way)
            finally:
                log.close()
        return known


def _record_session(log: EventLog, principal: Principal, since: datetime, way: SignInWay) -> None:
    """What must have happened for the principal to be a user with a session; what has already stays."""
    uid, session_uid = principal.user_uid, principal.session_uid
    assert uid is not None
    assert session_uid is not None
    known = facts_of(log.stream_blocking(uid))
    state, facts = fold(identity.DECIDER, known), list[Event]()
    if not known:
        roles = tuple(sorted(principal.roles))
        email = f"{uid.hex}@daybook.example"
        facts.append(UserRegistered(email, principal.name, principal.bank_uid, roles))
    elif isinstance(state, ActiveUser) and not principal.roles <= state.roles:
        facts.append(UserRolesChanged(tuple(sorted(state.roles | principal.roles))))
    start = StartSession(
        user_uid=uid,
        epoch=state.epoch if isinstance(state, ActiveUser) else 0,
        way=way,
    )
    started = sessions.decide(None, start, since)
    streams = [StreamAppend(session_uid, 0, tuple(started))]
    if facts:
        streams.append(StreamAppend(uid, len(known), tuple(facts)))
    log.append_blocking(Append(streams=tuple(streams), cause=a_cause()))


class SignedIn(httpx.Auth):
    """Sends each request with a fresh access token for one principal, whether or not there was such a user."""

    def __init__(self, door: Door, principal: Principal = OPERATOR) -> None:
        self._door = door
        self._principal = principal

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token, unless the test sent a header of its own."""
        if "authorization" not in request.headers:
            request.headers.update(self.header())
        yield request

    def header(self) -> dict[str, str]:
        """The header that lets a client of another kind in, for ten minutes."""
        return {"Authorization": f"Bearer {self._door.token(self._principal)}"}
