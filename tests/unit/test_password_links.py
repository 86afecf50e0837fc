"""Links to choose a password with: given a user, when a command comes, then these events or this refusal."""

from datetime import timedelta

import pytest

from domain.identity import (
    LINK_LIFETIME,
    ActiveUser,
    EndSessions,
    LinkVoid,
    PasswordLinkIssued,
    RedeemLink,
    ResetPassword,
    UserDeactivated,
    UserIsDeactivated,
    UserPasswordChanged,
    UserRolesChanged,
    UserSessionsEnded,
)
from domain.shared.errors import NotFound
from domain.shared.roles import Role
from tests.kits import NOW
from tests.unit.test_identity import ADA, NOBODY, User, admit, given, register

LATER = NOW + LINK_LIFETIME
FIRST = PasswordLinkIssued(number=1, expires_at=LATER, is_reset=False)
INVITED = given(ADA, FIRST)


def epoch(user: User) -> int:
    assert isinstance(user.state, ActiveUser)
    return user.state.epoch


def test_who_is_new_is_invited() -> None:
    NOBODY.when(admit()).then(ADA, FIRST)
    NOBODY.when(register(is_invited=True)).then(ADA, FIRST)
    NOBODY.when(register()).then(ADA)


@pytest.mark.parametrize("again", [admit(), register(is_invited=True)])
def test_who_let_the_link_run_out_is_invited_again(again: object) -> None:
    second = PasswordLinkIssued(number=2, expires_at=LATER + LINK_LIFETIME, is_reset=False)
    INVITED.when(again, LATER - timedelta(microseconds=1)).quiet()  # type: ignore[arg-type]
    INVITED.when(again, LATER).then(second)  # type: ignore[arg-type]
    INVITED.after(UserPasswordChanged()).when(again, LATER).quiet()  # type: ignore[arg-type]


def test_another_role_sends_no_second_link() -> None:
    added = UserRolesChanged(roles=(Role.ADMINISTRATOR, Role.MEMBER))
    INVITED.when(admit(Role.ADMINISTRATOR)).then(added)


def test_a_link_is_good_once_and_for_a_day() -> None:
    INVITED.when(RedeemLink(1), LATER - timedelta(microseconds=1)).then(UserPasswordChanged())
    INVITED.when(RedeemLink(1), LATER).refused(LinkVoid)
    INVITED.done(RedeemLink(1)).when(RedeemLink(1)).refused(LinkVoid)
    INVITED.when(RedeemLink(2)).refused(LinkVoid)


def test_a_newer_link_voids_the_one_before() -> None:
    reset = INVITED.done(ResetPassword())
    reset.when(RedeemLink(1)).refused(LinkVoid)
    reset.when(RedeemLink(2)).then(UserPasswordChanged())


def test_who_may_not_sign_in_redeems_nothing() -> None:
    for user in (NOBODY, INVITED.after(UserDeactivated()), INVITED.after(UserRolesChanged(()))):
        user.when(RedeemLink(1)).refused(LinkVoid)


def test_a_password_is_reset_for_who_is_there() -> None:
    NOBODY.when(ResetPassword()).refused(NotFound)
    INVITED.after(UserDeactivated()).when(ResetPassword()).refused(UserIsDeactivated)


@pytest.mark.parametrize("ends", [UserPasswordChanged(), UserSessionsEnded()])
def test_what_ends_every_session_begins_an_epoch(ends: object) -> None:
    assert epoch(INVITED) == 0
    assert epoch(INVITED.done(ResetPassword())) == 1
    assert epoch(INVITED.after(ends)) == 1  # type: ignore[arg-type]
    INVITED.when(EndSessions()).then(UserSessionsEnded())
    NOBODY.when(EndSessions()).refused(NotFound)
