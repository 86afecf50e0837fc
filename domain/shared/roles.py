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


@lru_cache(maxsize=4_096)  # asked at every request of theirs
def member_uid(bank_uid: UUID, user_uid: UUID) -> UUID:
    """The id of a user as a member of a bank."""
    return derived("member", bank_uid, user_uid)


@lru_cache(maxsize=4_096)
def administrator_uid(bank_uid: UUID, user_uid: UUID) -> UUID:
    """The id of a user as an administrator of a bank."""
    return derived("administrator", bank_uid, user_uid)
