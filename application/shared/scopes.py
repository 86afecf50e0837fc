"""Which rows of a collection a caller sees, told by columns that must have these values.

Operators see every bank; everybody else sees one bank, and plain members only what is their own there.
"""

from collections.abc import Mapping
from uuid import UUID

from application.shared.permissions import Principal
from domain.shared.roles import Role, member_uid

NOBODY = UUID(int=0)
"""An id that nothing has."""

_SEES_THE_BANK = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def everything(principal: Principal) -> Mapping[str, UUID]:  # noqa: ARG001
    """All rows, for collections that belong to no bank: the permission of the route says who reads them."""
    return {}


def of_bank(principal: Principal) -> Mapping[str, UUID]:
    """The rows of the caller's bank, by `bank_uid`."""
    if Role.OPERATOR in principal.roles:
        return {}
    return {"bank_uid": principal.bank_uid or NOBODY}


def bank_itself(principal: Principal) -> Mapping[str, UUID]:
    """The caller's bank among the banks."""
    return {} if Role.OPERATOR in principal.roles else {"uid": principal.bank_uid or NOBODY}


def own_as_user(principal: Principal) -> Mapping[str, UUID]:
    """The rows of the caller's bank; of a plain member only those that are their own, by `user_uid`."""
    if sees_whole_bank(principal):
        return of_bank(principal)
    return {**of_bank(principal), "user_uid": principal.user_uid or NOBODY}


def own_as_member(principal: Principal) -> Mapping[str, UUID]:
    """As `own_as_user`, by `member_uid`."""
    if sees_whole_bank(principal):
        return of_bank(principal)
    bank, user = principal.bank_uid or NOBODY, principal.user_uid or NOBODY
    return {**of_bank(principal), "member_uid": member_uid(bank, user)}


def sees_whole_bank(principal: Principal) -> bool:
    """Whether the caller sees what belongs to others: everybody but plain members."""
    return Role.OPERATOR in principal.roles or bool(_SEES_THE_BANK & principal.roles)
