"""Letting users in, giving them passwords, shutting them out."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from application.identity.ports import Credentials, Passwords, Sessions
from application.shared.handling import fold, handle
from application.shared.lookup import Reference, find
from application.shared.permissions import Principal
from application.shared.ports import Cause, Clock, EventLog, Idempotency
from domain import identity
from domain.banks import banks
from domain.banks.banks import BankOpened, open_bank
from domain.identity import (
    ActiveUser,
    Command,
    DeactivateUser,
    NotePasswordChange,
    RegisterUser,
    State,
    UserRegistered,
    check_password,
    user_uid,
)
from domain.shared.errors import Invalid, NotFound, Refused
from domain.shared.events import name_of
from domain.shared.roles import Role

USERS = identity.DECIDER
"""For commands on users beside others in one append: `Step(USERS, user_uid(email), AdmitUser(...))`."""

_BANKS = banks.DECIDER
_PAGE = 1_000


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be let in; without a password they cannot sign in until one is set.

    `bank` is the integer id or the uid of theirs.
    """

    email: str
    name: str
    bank: Reference | None
    roles: frozenset[Role]
    password: str | None = None


class UserChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a command left of a user; `position` is up to where it wrote."""

    id: int
    uid: UUID
    version: int
    position: int
    replayed: bool = False


class Users:
    """The use cases of users."""

    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        passwords: Passwords,
        credentials: Credentials,
        sessions: Sessions,
    ) -> None:
        self._log = log
        self._clock = clock
        self._passwords = passwords
        self._credentials = credentials
        self._sessions = sessions

    async def register(
        self, new: NewUser, cause: Cause, idempotency: Idempotency | None = None
    ) -> UserChange:
        """Let somebody in. The same registration again changes nothing.

        Raises:
            Invalid: the address, the name, the roles or the password break a rule; one fault per value.
            EmailTaken: somebody else is registered under the address.
            NotFound: there is no such bank.
            BankInactive: the bank takes in nobody any more.
        """
        if new.password is not None:
            check_password(new.password)
        bank_uid = None if new.bank is None else await self._open_bank(new.bank)
        command = RegisterUser(email=new.email, name=new.name, bank_uid=bank_uid, roles=new.roles)
        change = await self._handle(_uid_of(new), command, cause, idempotency)
        if new.password is not None:
            await self.give_password(change.uid, new.password)
        return change

    async def give_password(self, uid: UUID, password: str) -> bool:
        """Set a user's first password; False and nothing else if there is one already.

        Raises:
            Invalid: it has not 12 to 128 characters.
        """
        check_password(password)
        hashed = await self._passwords.hash(password)
        return await self._credentials.give(uid, hashed, self._clock.now())

    async def reset_password(
        self,
        reference: Reference,
        password: str,
        cause: Cause,
        idempotency: Idempotency | None = None,
    ) -> UserChange:
        """Set a user's password without knowing the old one, and end every session of theirs.

        Raises:
            Invalid: it has not 12 to 128 characters.
            NotFound: there is no such user.
        """
        check_password(password)
        uid = await self.uid_of(reference)
        hashed = await self._passwords.hash(password)
        await self._credentials.replace(uid, hashed, self._clock.now())
        return await self._handle(uid, NotePasswordChange(), cause, idempotency)

    async def deactivate(
        self, reference: Reference, cause: Cause, idempotency: Idempotency | None = None
    ) -> UserChange:
        """Shut a user out for good: no new tokens from now on. Again, it changes nothing.

        Raises:
            NotFound: there is no such user.
        """
        uid = await self.uid_of(reference)
        change = await self._handle(uid, DeactivateUser(), cause, idempotency)
        await self._sessions.end_all(uid, self._clock.now(), "user deactivated")
        return change

    async def uid_of(self, reference: Reference) -> UUID:
        """The uid of the user that an integer id or a uid names.

        Raises:
            Malformed: it is neither.
            NotFound: there is no such user.
        """
        return (await find(self._log, USERS, reference, UserRegistered, "user")).uid

    async def principal(self, uid: UUID) -> Principal | None:
        """The caller that a user is, None if they may not sign in."""
        state, _ = fold(USERS, await self._log.stream(uid))
        return principal_of_state(uid, state)

    async def named(self, name: str) -> Principal:
        """The one user with this e-mail address or name; the first word of a name will do.

        Raises:
            NotFound: nobody bears it, or nobody who may sign in.
            Refused: several do (`ambiguous_name`).
        """
        found = [one for one in await self._registered() if _bears(one[1], name)]
        if len(found) > 1:
            emails = ", ".join(sorted(fact.email for _, fact in found))
            raise Refused(f"several users bear the name {name}: {emails}", code="ambiguous_name")
        principal = await self.principal(found[0][0]) if found else None
        if principal is None:
            raise NotFound(f"Nobody who may sign in bears the name {name}.")
        return principal

    async def _open_bank(self, reference: Reference) -> UUID:
        found = await find(self._log, _BANKS, reference, BankOpened, "bank")
        open_bank(found.state)
        return found.uid

    async def _registered(self) -> Sequence[tuple[UUID, UserRegistered]]:
        found: list[tuple[UUID, UserRegistered]] = []
        after, head = 0, await self._log.head_async()
        while after < head:
            page = await self._log.page_async(
                after, _PAGE, names=[name_of(UserRegistered)], until=head
            )
            for recorded in page.events:
                fact = recorded.event()
                if isinstance(fact, UserRegistered):
                    found.append((recorded.stream_id, fact))
            after = page.until
        return found

    async def _handle(
        self, uid: UUID, command: Command, cause: Cause, idempotency: Idempotency | None
    ) -> UserChange:
        handled = await handle(
            self._log, self._clock, USERS, uid, command, cause, idempotency=idempotency
        )
        recorded = await self._log.stream(uid)
        return UserChange(
            id=recorded[0].position,
            uid=uid,
            version=handled.version,
            position=handled.appended.last_position or recorded[-1].position,
            replayed=handled.appended.replayed,
        )


def principal_of_state(uid: UUID, state: State) -> Principal | None:
    """The caller that a user in this state is; None for nobody, and for one without a role or shut out."""
    if not isinstance(state, ActiveUser) or not state.roles:
        return None
    return Principal(user_uid=uid, name=state.name, bank_uid=state.bank_uid, roles=state.roles)


def _uid_of(new: NewUser) -> UUID:
    """The stream of a new user; for an address that is none, any: the decider refuses it with all else it finds."""
    try:
        return user_uid(new.email)
    except Invalid:
        return UUID(int=0)


def _bears(fact: UserRegistered, name: str) -> bool:
    wanted = name.strip().casefold()
    full = fact.name.casefold()
    return wanted in (fact.email, fact.email.partition("@")[0], full, full.partition(" ")[0])
