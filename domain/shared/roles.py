"""What people are to the firm, and the ids they have as what they are."""

from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from domain.shared.ids import derived


class Role(StrEnum):
    """What a user is to the firm; `application.shared.permissions` says what each may do."""

    MEMBER = "member"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    OPERATOR = "operator"


_AUDITOR_ALONE = frozenset({Role.AUDITOR})


def audits_firm(bank_uid: UUID | None, roles: frozenset[Role]) -> bool:
    """Whether this is an auditor of the firm: an auditor and nothing else, of no bank, so of every one."""
    return bank_uid is None and roles == _AUDITOR_ALONE


@lru_cache(maxsize=4_096)  # asked at every request of theirs
def member_uid(bank_uid: UUID, user_uid: UUID) -> UUID:
    """The id of a user as a member of a bank."""
    return derived("member", bank_uid, user_uid)


@lru_cache(maxsize=4_096)
def administrator_uid(bank_uid: UUID, user_uid: UUID) -> UUID:
    """The id of a user as an administrator of a bank."""
    return derived("administrator", bank_uid, user_uid)
