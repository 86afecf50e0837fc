"""Letting people into a bank: who they are, and how they become users on the way."""

from typing import TypeVar
from uuid import UUID

import msgspec

from application.shared.commands import Write
from application.shared.values import Amount
from domain import identity
from domain.banks.administrators import Administrator
from domain.banks.members import Member
from domain.banks.people import person_name
from domain.identity import AdmitUser, WithdrawRole, check_password, normal_email
from domain.shared.errors import Fault, Invalid
from domain.shared.roles import Role
from domain.shared.rules import checked

P = TypeVar("P", bound="NewMember")


class NewMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member to admit. Names have 1 to 80 characters, the password 12 to 128; without one they cannot sign in yet."""

    first_name: str
    last_name: str
    email: str
    password: str | None = None


class NewAdministrator(NewMember, frozen=True, kw_only=True):
    """An administrator to appoint. Up to `approval_limit` they decide alone, without one always.

    `currency` is that of the limit; that of the bank if it is not given.
    """

    approval_limit: Amount | None = None
    currency: str | None = None


def checked_person(new: P, what: str) -> P:
    """The person in normal form.

    Raises:
        Invalid: a name, the address or the password breaks a rule; one fault per value. No password is repeated.
    """
    clean = checked(
        what,
        first_name=(person_name, new.first_name),
        last_name=(person_name, new.last_name),
        email=(normal_email, new.email),
    )
    if new.password is not None:
        _check_password(new.password)
    return msgspec.structs.replace(new, **clean)


def _check_password(password: str) -> None:
    try:
        check_password(password)
    except Invalid as error:
        fault = Fault(detail=error.detail, code=error.code, pointer="/password")
        raise Invalid(error.detail, code=error.code, faults=[fault]) from None


def let_in(person: NewMember, user_uid: UUID, bank_uid: UUID, role: Role) -> Write:
    """What makes a person a user with this role at this bank."""
    name = f"{person.first_name} {person.last_name}"
    command = AdmitUser(email=person.email, name=name, bank_uid=bank_uid, role=role)
    return Write(identity.DECIDER, user_uid, command)


def role_ends(holder: Member | Administrator | None, role: Role) -> list[Write]:
    """What takes the role away from its holder, if there ever was one."""
    return [Write(identity.DECIDER, holder.user_uid, WithdrawRole(role))] if holder else []
