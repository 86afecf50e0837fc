"""Letting people into a bank: who they are, and how they become users on the way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from application.banks.entities import BANK
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.streams import Entity, Reference
from application.shared.values import NOBODYS_PASSWORD, Amount
from application.shared.views import View
from domain import identity
from domain.banks.banks import open_bank
from domain.banks.people import Person, person_name
from domain.identity import AdmitUser, WithdrawRole, user_uid
from domain.identity.addresses import normal_email
from domain.shared.kits import known
from domain.shared.roles import Role
from domain.shared.rules import checked


class NewMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member to admit. Names have 1 to 80 characters."""

    not_taken: ClassVar[Mapping[str, str]] = NOBODYS_PASSWORD

    first_name: str
    last_name: str
    email: str


class NewAdministrator(NewMember, frozen=True, kw_only=True):
    """An administrator to appoint. Up to `approval_limit` they decide alone, without one always.

    `currency` is that of the limit; that of the bank if it is not given.
    """

    approval_limit: Amount | None = None
    currency: str | None = None


def checked_person(new: NewMember, what: str) -> NewMember:
    """The person in normal form.

    Raises:
        Invalid: a name or the address breaks a rule; one fault per value.
    """
    clean = checked(
        what,
        first_name=(person_name, new.first_name),
        last_name=(person_name, new.last_name),
        email=(normal_email, new.email),
    )
    return msgspec.structs.replace(new, **clean)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody can be at a bank: its stream, the role that goes with it, and the command that ends it."""

    entity: Entity[Any, Any]
    role: Role
    uid: Callable[[UUID, UUID], UUID]
    ends: Any


async def admission(
    view: View, standing: Standing, bank: UUID, new: NewMember, command: Callable[..., Any]
) -> list[Write]:
    """Carry out what `command` makes of the bank and of who they are, and make them a user if they are none.

    Who becomes a user is mailed a link to choose a password with: it goes to the address, and to nobody else.

    Raises:
        BankInactive: the bank is out of use.
        Invalid: a name or the address breaks a rule.
    """
    at = await view.stream(BANK.decider, bank)
    opened = open_bank(at.state)
    person = checked_person(new, f"the {standing.entity.noun}")
    who = Person(
        bank_uid=at.uid,
        bank_id=at.id,
        user_uid=user_uid(person.email),
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
    )
    uid = standing.uid(at.uid, who.user_uid)
    admit = AdmitUser(email=who.email, name=who.name, bank_uid=at.uid, role=standing.role)
    return [
        Write(standing.entity.decider, uid, command(opened, **msgspec.structs.asdict(who))),
        Write(identity.DECIDER, who.user_uid, admit),
    ]


async def let_go(
    commands: Commands, standing: Standing, reference: Reference, call: Call
) -> Carried:
    """End what somebody is at a bank, and take the role away from the user; quiet if it is over already."""

    async def prepare(view: View) -> Sequence[Write]:
        found = await view.find(standing.entity, reference)
        writes = [Write(standing.entity.decider, found.uid, standing.ends)]
        if holder := known(found.state):
            ends = WithdrawRole(standing.role)
            writes.append(Write(identity.DECIDER, holder.user_uid, ends))
        return writes

    return await commands.carry_out(call, prepare)
