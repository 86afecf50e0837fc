"""Letting users in, giving them passwords, shutting them out."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal
from uuid import UUID

import msgspec

from application.identity.ports import CredentialStore, Passwords, Sessions
from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.permissions import Principal, bank_itself, everything
from application.shared.streams import Entity, Reference
from domain import identity
from domain.banks import banks
from domain.banks.banks import BankOpened, open_bank
from domain.identity import (
    ActiveUser,
    DeactivateUser,
    NotePasswordChange,
    RegisterUser,
    UserRegistered,
    check_password,
    user_uid,
)
from domain.shared.errors import Invalid, NotFound, Refused
from domain.shared.events import name_of
from domain.shared.ids import derived
from domain.shared.roles import Role

USER = Entity("user", identity.DECIDER, UserRegistered, everything)
_BANK = Entity("bank", banks.DECIDER, BankOpened, bank_itself)
_PAGE = 1_000


class NewColleague(msgspec.Struct, frozen=True, kw_only=True):
    """An auditor of a bank, or an operator (who has no bank). The password may be set later."""

    email: str
    name: str
    role: Literal["auditor", "operator"]
    bank_id: int | UUID | None = None
    password: str | None = None


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True):
    """A password of 12 to 128 characters."""

    password: str


class Users:
    """The use cases of users; they raise as `Commands` and `domain.identity` say."""

    def __init__(
        self,
        commands: Commands,
        passwords: Passwords,
        credentials: CredentialStore,
        sessions: Sessions,
    ) -> None:
        self._commands = commands
        self._passwords = passwords
        self._credentials = credentials
        self._sessions = sessions

    async def register(self, new: NewColleague, call: Call) -> Carried:
        """Let somebody in. The same registration again changes nothing.

        Raises:
            Invalid: the address, the name, the role or the password breaks a rule; one fault per value.
            NotFound: there is no such bank.
            BankInactive: the bank takes in nobody any more.
        """
        if new.password is not None:
            check_password(new.password)

        async def prepare(view: View) -> Sequence[Write]:
            at = None if new.bank_id is None else await view.find(_BANK, new.bank_id)
            if at is not None:
                open_bank(at.state)
            command = RegisterUser(
                email=new.email,
                name=new.name,
                bank_uid=at.uid if at else None,
                roles=frozenset({Role(new.role)}),
            )
            return [Write(identity.DECIDER, uid_or_nobodys(new.email), command)]

        carried = await self._commands.carry_out(call, prepare)
        if new.password is not None:
            await self.give_password(carried.uid, new.password)
        return carried

    async def give_password(self, uid: UUID, password: str) -> bool:
        """Set a user's first password; False and nothing else if there is one already.

        Raises:
            Invalid: it has not 12 to 128 characters.
        """
        check_password(password)
        hashed = await self._passwords.hash(password)
        return await self._credentials.give(uid, hashed, self._commands.clock.now())

    async def reset_password(self, user: Reference, new: ResetPassword, call: Call) -> Carried:
        """Set a user's password without knowing the old one, and end every session of theirs.

        Raises:
            Invalid: it has not 12 to 128 characters.
        """
        check_password(new.password)
        uid = (await self._commands.view(call.principal).find(USER, user)).uid
        hashed = await self._passwords.hash(new.password)
        await self._credentials.replace(uid, hashed, self._commands.clock.now())
        return await self._commands.change(USER, uid, NotePasswordChange(), call)

    async def deactivate(self, user: Reference, call: Call) -> Carried:
        """Shut a user out for good: no new tokens from now on. Again, it changes nothing."""
        carried = await self._commands.change(USER, user, DeactivateUser(), call)
        now = self._commands.clock.now()
        await self._sessions.end_all(carried.uid, now, "user deactivated")
        return carried

    async def named(self, name: str) -> Principal:
        """The one user with this e-mail address or name; the first word of a name will do.

        Raises:
            NotFound: nobody bears it, or nobody who may sign in.
            Refused: several do (`ambiguous_name`).
        """
        found = [one async for one in self._registered() if _bears(one[1], name)]
        if len(found) > 1:
            emails = ", ".join(sorted(fact.email for _, fact in found))
            raise Refused(f"several users bear the name {name}: {emails}", code="ambiguous_name")
        principal = await principal_of_user(self._commands, found[0][0]) if found else None
        if principal is None:
            raise NotFound(f"Nobody who may sign in bears the name {name}.")
        return principal

    async def _registered(self) -> AsyncIterator[tuple[UUID, UserRegistered]]:
        after, head = 0, await self._commands.log.head_async()
        while after < head:
            page = await self._commands.log.page_async(
                after, _PAGE, names=[name_of(UserRegistered)], until=head
            )
            for recorded in page.events:
                fact = recorded.event()
                if isinstance(fact, UserRegistered):
                    yield recorded.stream_id, fact
            after = page.until


async def principal_of_user(commands: Commands, uid: UUID) -> Principal | None:
    """The caller that a user is; None for nobody, and for one without a role or shut out: they may not sign in."""
    state = await commands.state(identity.DECIDER, uid)
    if not isinstance(state, ActiveUser) or not state.roles:
        return None
    return Principal(user_uid=uid, name=state.name, bank_uid=state.bank_uid, roles=state.roles)


def uid_or_nobodys(email: str) -> UUID:
    """The uid of an address; one that is no address gets the id of nobody, and is told what a stranger is told."""
    try:
        return user_uid(email)
    except Invalid:
        return derived("nobody", email)


def _bears(fact: UserRegistered, name: str) -> bool:
    wanted = name.strip().casefold()
    full = fact.name.casefold()
    return wanted in (fact.email, fact.email.partition("@")[0], full, full.partition(" ")[0])
