"""Lending one's limit to another administrator of the bank, for some days."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import msgspec

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import Principal, of_bank
from application.shared.streams import Entity, Reference
from application.shared.views import View
from domain import delegations
from domain.banks import administrators
from domain.banks.administrators import active_administrator
from domain.delegations import AdministratorDelegated, Delegate, EndDelegation, delegation_uid
from domain.shared.errors import Forbidden
from domain.shared.roles import administrator_uid

DELEGATION = Entity("delegation", delegations.DECIDER, AdministratorDelegated, of_bank)
_ADMINISTRATOR = Entity(
    "administrator", administrators.DECIDER, administrators.AdministratorAppointed, of_bank
)


class NewDelegation(msgspec.Struct, frozen=True, kw_only=True):
    """To whom the caller lends their limit: the id or uid of an administrator, and the first and last day (UTC)."""

    to: int | UUID
    starts_on: dt.date
    ends_on: dt.date


class Delegations:
    """The use cases of delegations; they raise as `Commands` and `domain.delegations` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def delegate(self, new: NewDelegation, call: Call) -> Carried:
        """Lend the caller's limit, in the place of whom it was lent to.

        Raises:
            Forbidden: the caller is no administrator.
            NotFound: there is no such administrator at the bank.
            AdministratorInactive: the appointment of one of them is over.
        """
        own = _administrator(call.principal)

        async def prepare(view: View) -> Sequence[Write]:
            await view.load(own, new.to)
            lender = active_administrator((await view.stream(administrators.DECIDER, own)).state)
            to = await view.find(_ADMINISTRATOR, new.to, bank_uid=lender.bank_uid)
            borrower = active_administrator(to.state)
            command = Delegate(
                bank_uid=lender.bank_uid,
                bank_id=lender.bank_id,
                administrator_uid=own,
                to=to.uid,
                starts_on=new.starts_on,
                ends_on=new.ends_on,
                appointments=(lender.appointments, borrower.appointments),
            )
            return [Write(delegations.DECIDER, delegation_uid(own), command)]

        return await self._commands.carry_out(call, prepare)

    async def end(self, delegation: Reference, call: Call) -> Carried:
        """Lend it no longer; nothing happens if it is not lent."""
        command = EndDelegation(by=_administrator(call.principal))
        return await self._commands.change(DELEGATION, delegation, command, call)


def _administrator(caller: Principal) -> UUID:
    if caller.user_uid is None or caller.bank_uid is None:
        raise Forbidden("Only an administrator lends a limit.", code="not_an_administrator")
    return administrator_uid(caller.bank_uid, caller.user_uid)
