"""What the use cases of all four kinds of streams share: the log, the directory, and who becomes a user."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

import msgspec

from application.banks.directory import Directory
from application.shared.ports import Cause, Clock, EventLog, Idempotency
from application.shared.together import Done, Prepare, Step, handle_together
from domain import identity
from domain.banks.administrators import Administrator
from domain.banks.members import Member
from domain.banks.people import person_name
from domain.identity import AdmitUser, WithdrawRole, check_password, normal_email
from domain.shared.errors import Fault, Invalid
from domain.shared.roles import Role
from domain.shared.rules import checked

P = TypeVar("P", bound="NewPerson")


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be let in. Without a `password` they cannot sign in until they have been given one."""

    first_name: str
    last_name: str
    email: str
    password: str | None = None


class Changes:
    """Carries out commands on several streams at once, as `application.shared.together` says.

    Every use case of banks raises, beside what is said of it:
        Malformed: a reference is neither an integer nor a UUID.
        NotFound: what is named does not exist, or is not the caller's to see.
        Invalid: a value breaks a rule; one fault per value.
        StaleVersion: what would change is not at `if_version`.
        KeyReused, Unavailable: as `EventLog.append` says.
    """

    def __init__(self, log: EventLog, clock: Clock) -> None:
        self.directory = Directory(log)
        self._log = log
        self._clock = clock

    async def together(
        self, prepare: Prepare, cause: Cause, idempotency: Idempotency | None = None
    ) -> Done:
        """Take the steps in one append."""
        return await handle_together(
            self._log, self._clock, prepare, cause, idempotency=idempotency
        )


def checked_person(new: P, what: str) -> P:
    """The person in normal form.

    Raises:
        Invalid: a name, the address or the password breaks a rule; one fault per value. No password is repeated.
    """
    rules = {
        "first_name": (person_name, new.first_name),
        "last_name": (person_name, new.last_name),
        "email": (normal_email, new.email),
    }
    clean = checked(what, **rules)
    if new.password is not None:
        _check_password(new.password)
    return msgspec.structs.replace(new, **clean)


def _check_password(password: str) -> None:
    try:
        check_password(password)
    except Invalid as error:
        fault = Fault(detail=error.detail, code=error.code, pointer="/password")
        raise Invalid(error.detail, code=error.code, faults=[fault]) from None


def let_in(person: NewPerson, user_uid: UUID, bank_uid: UUID, role: Role) -> Step:
    """The step that makes a person a user with this role at this bank."""
    name = f"{person.first_name} {person.last_name}"
    command = AdmitUser(email=person.email, name=name, bank_uid=bank_uid, role=role)
    return Step(identity.DECIDER, user_uid, command)


def role_ends(holder: Member | Administrator | None, role: Role) -> Sequence[Step]:
    """The step that takes the role away from its holder, if there ever was one."""
    return [Step(identity.DECIDER, holder.user_uid, WithdrawRole(role))] if holder else []
