"""Appointing, changing and deactivating administrators. More power takes a second person; less is at once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from application.banks.entities import ADMINISTRATOR, BANK
from application.banks.people import (
    NewAdministrator,
    NewMember,
    Standing,
    admission,
    checked_person,
    let_go,
)
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.proposals import Draft, Hands, ProposalKind, Proposing
from application.shared.streams import Reference
from application.shared.views import View
from domain.banks.administrators import (
    ActiveAdministrator,
    AppointAdministrator,
    ChangeAdministrator,
    DeactivateAdministrator,
    check_confers,
    is_raised,
    limit_after,
)
from domain.banks.banks import Bank, open_bank
from domain.identity import user_uid
from domain.shared.kits import known
from domain.shared.roles import Role, administrator_uid
from domain.shared.rules import fields_in

_STANDING = Standing(
    entity=ADMINISTRATOR,
    role=Role.ADMINISTRATOR,
    uid=administrator_uid,
    ends=DeactivateAdministrator(),
)


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is to become an administrator of a bank, up to which limit."""

    bank_uid: UUID
    first_name: str
    last_name: str
    email: str
    approval_limit: Decimal | None
    currency: str


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    approval_limit: Decimal | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET


class LimitChange(_Change, frozen=True, kw_only=True):
    """What is to change of an administrator, who is called `name`."""

    administrator_uid: UUID
    name: str


async def _appointing(view: View, terms: Appointment, hands: Hands) -> Sequence[Write]:
    if hands.proposed_by != user_uid(terms.email):  # who appoints themselves is told that
        await _check_confers(view, terms.bank_uid, hands, terms.approval_limit, terms.currency)

    def command(_: Bank, **who: Any) -> AppointAdministrator:
        return AppointAdministrator(
            **who,
            approval_limit=terms.approval_limit,
            currency=terms.currency,
            appointed_by=hands.proposed_by,
            confirmed_by=hands.confirmed_by,
        )

    person = NewMember(first_name=terms.first_name, last_name=terms.last_name, email=terms.email)
    return await admission(view, _STANDING, terms.bank_uid, person, command)


async def _changing(view: View, terms: LimitChange, hands: Hands) -> Sequence[Write]:
    change = ChangeAdministrator(
        **fields_in(terms, _Change),
        changed_by=hands.proposed_by,
        confirmed_by=hands.confirmed_by,
    )
    uid = terms.administrator_uid
    was = known((await view.stream(ADMINISTRATOR.decider, uid)).state)
    if was and is_raised(was, change) and hands.proposed_by != was.user_uid:
        await _check_confers(view, was.bank_uid, hands, *limit_after(was, change))
    return [Write(ADMINISTRATOR.decider, uid, change)]


async def _check_confers(
    view: View, bank: UUID, hands: Hands, limit: Decimal | None, currency: str
) -> None:
    """Operators have no limit of their own; what they propose, others confirm."""
    if hands.proposed_by is None:
        return
    uid = administrator_uid(bank, hands.proposed_by)
    own = (await view.stream(ADMINISTRATOR.decider, uid)).state
    if isinstance(own, ActiveAdministrator):
        check_confers(own.value, limit, currency)


def _told(limit: Decimal | UnsetType | None, currency: str | UnsetType) -> str:
    if limit is None:
        return "whatever the amount"
    told = "as much as before" if limit is UNSET else f"up to {limit}"
    return told if currency is UNSET else f"{told} {currency}"


APPOINTMENT = ProposalKind(
    name="appointment",
    terms=Appointment,
    writes=_appointing,
    summary=lambda it: (
        f"Appoint {it.first_name} {it.last_name} ({it.email}) an administrator who decides alone "
        f"{_told(it.approval_limit, it.currency)}"
    ),
)
LIMIT = ProposalKind(
    name="limit",
    terms=LimitChange,
    writes=_changing,
    summary=lambda it: (
        f"Let the administrator {it.name} decide alone {_told(it.approval_limit, it.currency)}"
    ),
)


class Administrators:
    """The use cases of administrators; they raise as `Proposing` and `domain.banks.administrators` say."""

    def __init__(self, commands: Commands, proposing: Proposing) -> None:
        self._commands = commands
        self._proposing = proposing

    async def appoint(self, bank: Reference, new: NewAdministrator, call: Call) -> Carried:
        """Make somebody an administrator, and a user if they are none; takes a second person.

        Raises:
            AboveOwnLimit: the limit is higher than that of the administrator who asks for it.
        """

        async def draft(view: View) -> Draft[Appointment]:
            at = await view.find(BANK, bank)
            opened = open_bank(at.state)
            who = checked_person(new, "the administrator")
            return Draft(
                terms=Appointment(
                    bank_uid=at.uid,
                    first_name=who.first_name,
                    last_name=who.last_name,
                    email=who.email,
                    approval_limit=new.approval_limit,
                    currency=opened.currency if new.currency is None else new.currency,
                ),
                bank_uid=at.uid,
                bank_id=at.id,
                concerns=(user_uid(who.email),),
            )

        return await self._proposing.propose(APPOINTMENT, draft, call)

    async def change(
        self, administrator: Reference, change: ChangeAdministrator, call: Call
    ) -> Carried:
        """Change what is given of an administrator; to let them decide more alone takes a second person.

        Raises:
            AboveOwnLimit: the limit is higher than that of the administrator who asks for it.
        """

        async def draft(view: View) -> Draft[LimitChange]:
            found = await view.find(ADMINISTRATOR, administrator)
            was = known(found.state)
            if was is None:
                raise ADMINISTRATOR.unknown(administrator)
            return Draft(
                terms=LimitChange(
                    administrator_uid=found.uid, name=was.name, **fields_in(change, _Change)
                ),
                bank_uid=was.bank_uid,
                bank_id=was.bank_id,
                concerns=(was.user_uid,),
                at_once=not is_raised(was, change),
            )

        return await self._proposing.propose(LIMIT, draft, call)

    async def deactivate(self, administrator: Reference, call: Call) -> Carried:
        """End an appointment."""
        return await let_go(self._commands, _STANDING, administrator, call)
