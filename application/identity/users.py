"""Letting users in, mailing them a link to choose a password with, shutting them out.

Rules upheld here:
- whoever is to see every bank, an operator or an auditor of the firm, comes in by two people, or at the machine itself.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from application.identity.ports import CredentialStore, Passwords, Sessions
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import Principal, bank_itself, everything
from application.shared.proposals import Draft, Hands, ProposalKind, Proposing
from application.shared.streams import Entity, Reference
from application.shared.values import NOBODYS_PASSWORD
from application.shared.views import View
from domain import identity
from domain.banks import banks
from domain.banks.banks import BankOpened, open_bank
from domain.identity import (
    ActiveUser,
    DeactivateUser,
    RegisterUser,
    ResetPassword,
    UserRegistered,
    WeakPassword,
    check_password,
    user_uid,
)
from domain.shared.errors import Invalid, NotFound, Refused
from domain.shared.events import name_of
from domain.shared.ids import derived
from domain.shared.roles import Role, audits_firm

USER = Entity("user", identity.DECIDER, UserRegistered, everything)
_BANK = Entity("bank", banks.DECIDER, BankOpened, bank_itself)
_PAGE = 1_000


class NewColleague(msgspec.Struct, frozen=True, kw_only=True):
    """An auditor of a bank, one `of_firm` (of every bank, so without one), or an operator (who has none)."""

    not_taken: ClassVar[Mapping[str, str]] = NOBODYS_PASSWORD

    email: str
    name: str
    role: Literal["auditor", "operator"]
    bank_id: int | UUID | None = None
    of_firm: bool = False


class NewOfFirm(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is to see every bank, which nobody of a bank does."""

    email: str
    name: str
    bank_uid: UUID | None = None


def _letting_in(role: Role) -> Callable[[View, NewOfFirm, Hands], Awaitable[Sequence[Write]]]:
    async def writes(_view: View, terms: NewOfFirm, _hands: Hands) -> Sequence[Write]:
        command = RegisterUser(
            email=terms.email,
            name=terms.name,
            bank_uid=terms.bank_uid,
            roles=frozenset({role}),
            of_firm=role is Role.AUDITOR,
            is_invited=True,
        )
        return [Write(identity.DECIDER, uid_or_nobodys(terms.email), command)]

    return writes


OPERATOR = ProposalKind(
    name="operator",
    terms=NewOfFirm,
    writes=_letting_in(Role.OPERATOR),
    summary=lambda it: f"Let in {it.name} ({it.email}) as an operator",
)
FIRM_AUDITOR = ProposalKind(
    name="firm_auditor",
    terms=NewOfFirm,
    writes=_letting_in(Role.AUDITOR),
    summary=lambda it: f"Let in {it.name} ({it.email}) as an auditor of the firm",
)
_TAKES_TWO = {("operator", False): OPERATOR, ("auditor", True): FIRM_AUDITOR}
"""What somebody is proposed as, by their role and whether that is of the firm; an operator is not said to be."""


class ResetRequest(msgspec.Struct, frozen=True):
    """Nothing: the user chooses the password."""

    not_taken: ClassVar[Mapping[str, str]] = NOBODYS_PASSWORD


class Users:
    """The use cases of users; they raise as `Commands` and `domain.identity` say."""

    def __init__(
        self,
        commands: Commands,
        passwords: Passwords,
        credentials: CredentialStore,
        sessions: Sessions,
        proposing: Proposing,
    ) -> None:
        self._commands = commands
        self._proposing = proposing
        self._passwords = passwords
        self._credentials = credentials
        self._sessions = sessions

    async def register(self, new: NewColleague, call: Call) -> Carried:
        """Let somebody in, and mail them a link to choose a password with. The same again changes nothing.

        Who is to see every bank comes in once another operator, or somebody at the machine, confirms it.

        Raises:
            Invalid: the address, the name or the role breaks a rule; one fault per value.
            NotFound: there is no such bank.
            BankInactive: the bank takes in nobody any more.
        """
        kind = _TAKES_TWO.get((new.role, new.of_firm))
        if kind is None:
            return await self._register(new, call, is_invited=True)

        async def draft(view: View) -> Draft[NewOfFirm]:
            uid = uid_or_nobodys(new.email)
            known = (await view.stream(identity.DECIDER, uid)).state
            bank = await _bank_of(view, new)
            terms = NewOfFirm(email=new.email, name=new.name, bank_uid=bank)
            return Draft(terms=terms, concerns=(uid,), at_once=_is_one(known, kind))

        return await self._proposing.propose(kind, draft, call)

    async def register_here(
        self, new: NewColleague, password: str, call: Call
    ) -> tuple[Carried, bool]:
        """Let somebody in who sits at the machine itself, with the password they chose.

        Answers with whether the password was set, too: one that they have already is left.

        Raises:
            Invalid: as `register`, or the password has not 12 to 128 characters or is easily guessed.
            NotFound, BankInactive: as `register`.
        """
        check_password(password)
        hashed = await hashed_unless_weak(self._passwords, password, (new.email, new.name))
        carried = await self._register(new, call, is_invited=False)
        given = await self._credentials.give(carried.uid, hashed, self._commands.clock.now())
        return carried, given

    async def _register(self, new: NewColleague, call: Call, *, is_invited: bool) -> Carried:
        async def prepare(view: View) -> Sequence[Write]:
            command = RegisterUser(
                email=new.email,
                name=new.name,
                bank_uid=await _bank_of(view, new),
                roles=frozenset({Role(new.role)}),
                of_firm=new.of_firm,
                is_invited=is_invited,
            )
            return [Write(identity.DECIDER, uid_or_nobodys(new.email), command)]

        return await self._commands.carry_out(call, prepare)

    async def give_password(self, uid: UUID, password: str) -> bool:
        """Set a user's first password from within; False and nothing else if there is one already.

        No request leads here: it is for the people of the demo, whose password is published.

        Raises:
            Invalid: it has not 12 to 128 characters.
        """
        check_password(password)
        hashed = await self._passwords.hash(password)
        return await self._credentials.give(uid, hashed, self._commands.clock.now())

    async def reset_password(self, user: Reference, _: ResetRequest, call: Call) -> Carried:
        """Take a user's password away, end every session of theirs, and mail them a link to choose another."""
        carried = await self._commands.change(USER, user, ResetPassword(), call)
        # The same request sent again takes away nothing that was chosen since.
        await self._credentials.revoke(carried.uid, carried.facts[-1].recorded_at)
        return carried

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


def _is_one(known: identity.State, kind: ProposalKind[NewOfFirm]) -> bool:
    """Whether somebody is what is proposed already, so that another person has nothing to add."""
    if not isinstance(known, ActiveUser):
        return False
    if kind is OPERATOR:
        return Role.OPERATOR in known.roles
    return audits_firm(known.bank_uid, known.roles)


async def _bank_of(view: View, new: NewColleague) -> UUID | None:
    if new.bank_id is None:
        return None
    at = await view.find(_BANK, new.bank_id)
    open_bank(at.state)
    return at.uid


async def hashed_unless_weak(passwords: Passwords, password: str, about: Sequence[str]) -> str:
    """The hash of a password that somebody chose, of whom others know what is `about` them.

    Raises:
        WeakPassword: it is easily guessed.
    """
    if await passwords.is_weak(password, about):
        raise WeakPassword(
            "This password is easily guessed: it is common, a pattern, or little but your name, your address or ours. "
            "Three words that have nothing to do with each other are a better one."
        )
    return await passwords.hash(password)


async def principal_of_user(commands: Commands, uid: UUID) -> Principal | None:
    """The caller that a user is now, as `principal_of`."""
    return principal_of(uid, await commands.state(identity.DECIDER, uid))


def principal_of(uid: UUID, state: identity.State) -> Principal | None:
    """The caller that a user is; None for nobody, and for one without a role or shut out: they may not sign in."""
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
