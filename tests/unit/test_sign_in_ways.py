"""Ways of signing in: given these facts, when a command comes, then these events or this refusal."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec import structs

from domain.identity import sessions, subjects, ways
from domain.identity.sessions import (
    ConfirmSession,
    RunningSession,
    SessionConfirmed,
    SessionEnded,
    SessionStarted,
    SignInWay,
    is_proven,
)
from domain.identity.subjects import ClaimSubject, SubjectClaimed
from domain.identity.ways import (
    AddPasskey,
    ForgetWays,
    PasskeyAdded,
    PasskeyRemoved,
    PinSubject,
    RemovePasskey,
    Subject,
    SubjectDiffers,
    SubjectPinned,
    TooManyPasskeys,
    WaysForgotten,
)
from domain.shared.errors import Invalid, Malformed, NotFound
from domain.shared.events import Event
from domain.shared.roles import Role
from infrastructure.identity.settings import ProviderSettings
from infrastructure.shared.settings import read_settings
from tests.kits import NOW, given_of

ADA, BO, KEY = UUID(int=1), UUID(int=2), UUID(int=3)
ME, ANOTHER = Subject("https://login.example", "1"), Subject("https://login.example", "2")
BY_PASSKEY, BY_PROVIDER = frozenset({SignInWay.PASSKEY}), frozenset({SignInWay.OIDC})
HOUR = timedelta(hours=1)
BEGAN = SessionStarted(
    user_uid=ADA,
    epoch=0,
    way=SignInWay.PASSWORD,
    started_at=NOW,
    expires_at=NOW + 24 * HOUR,
)
session, known, whose = (
    given_of(sessions.DECIDER),
    given_of(ways.DECIDER),
    given_of(subjects.DECIDER),
)


def running(*facts: Event) -> RunningSession:
    state = session(*facts).state
    assert isinstance(state, RunningSession)
    return state


def test_a_session_is_confirmed_as_long_as_it_runs() -> None:
    by_passkey = SessionConfirmed(SignInWay.PASSKEY, NOW + HOUR)
    session(BEGAN).when(ConfirmSession(SignInWay.PASSKEY), NOW + HOUR).then(by_passkey)
    session(BEGAN, SessionEnded("signed out")).when(ConfirmSession(SignInWay.PASSKEY)).refused(
        NotFound
    )
    session().when(ConfirmSession(SignInWay.PASSKEY)).refused(NotFound)


def test_a_way_counts_from_when_it_was_gone_last() -> None:
    later = NOW + HOUR
    confirmed = running(BEGAN, SessionConfirmed(SignInWay.PASSKEY, later))
    assert is_proven(confirmed, [BY_PASSKEY], later)
    assert not is_proven(confirmed, [BY_PASSKEY], later + HOUR)
    assert not is_proven(running(BEGAN), [BY_PASSKEY], NOW)
    assert is_proven(running(BEGAN), [], later)


def test_each_role_is_given_what_it_asks_for() -> None:
    by_passkey = running(BEGAN, SessionConfirmed(SignInWay.PASSKEY, NOW))
    assert is_proven(by_passkey, [BY_PASSKEY | BY_PROVIDER, BY_PASSKEY], NOW)
    assert not is_proven(by_passkey, [BY_PASSKEY, BY_PROVIDER], NOW)


def test_what_a_provider_remembered_counts_from_when_it_was_proven() -> None:
    remembered = structs.replace(BEGAN, way=SignInWay.OIDC, proven_at=NOW - HOUR)
    assert is_proven(running(remembered), [BY_PROVIDER], NOW - HOUR)
    assert not is_proven(running(remembered), [BY_PROVIDER], NOW)


def test_whoever_holds_the_machine_needs_no_more() -> None:
    assert is_proven(running(structs.replace(BEGAN, way=SignInWay.COMMAND_LINE)), [BY_PASSKEY], NOW)


def test_passkeys_are_added_under_a_name_and_removed() -> None:
    added = PasskeyAdded(ADA, KEY, "My laptop")
    known().when(AddPasskey(ADA, KEY, " My  laptop ")).then(added)
    known(added).when(AddPasskey(ADA, KEY, "Another name")).quiet()
    known().when(AddPasskey(ADA, KEY, " ")).refused(Invalid)
    known().when(AddPasskey(ADA, KEY, "x" * 61)).refused(Invalid)
    known(added).when(RemovePasskey(KEY, "lost")).then(PasskeyRemoved(KEY, "lost"))
    known().when(RemovePasskey(KEY, "lost")).quiet()


def test_nobody_has_more_than_ten_passkeys() -> None:
    ten = [PasskeyAdded(ADA, UUID(int=100 + it), f"Key {it}") for it in range(10)]
    known(*ten).when(AddPasskey(ADA, KEY, "One more")).refused(TooManyPasskeys)
    known(*ten[1:]).when(AddPasskey(ADA, KEY, "One more")).then(PasskeyAdded(ADA, KEY, "One more"))


def test_a_user_is_one_subject_until_it_is_forgotten() -> None:
    pinned = SubjectPinned(ADA, ME)
    known().when(PinSubject(ADA, ME)).then(pinned)
    known(pinned).when(PinSubject(ADA, ME)).quiet()
    known(pinned).when(PinSubject(ADA, ANOTHER)).refused(SubjectDiffers)
    known(pinned).when(ForgetWays()).then(WaysForgotten())
    known(pinned, WaysForgotten()).when(PinSubject(ADA, ANOTHER)).then(SubjectPinned(ADA, ANOTHER))
    known().when(ForgetWays()).quiet()


def test_a_subject_is_one_user_until_they_are_forgotten() -> None:
    whose().when(ClaimSubject(ADA)).then(SubjectClaimed(ADA))
    whose(SubjectClaimed(ADA)).when(ClaimSubject(ADA)).quiet()
    whose(SubjectClaimed(ADA)).when(ClaimSubject(BO)).refused(SubjectDiffers)
    whose(SubjectClaimed(ADA)).when(ClaimSubject(BO, former=ADA)).then(SubjectClaimed(BO))


def test_roles_and_their_ways_are_read() -> None:
    settings = read_settings(
        {
            "DAYBOOK_OIDC_ISSUER": "https://login.firm.example",
            "DAYBOOK_OIDC_CLIENT_ID": "daybook",
            "DAYBOOK_SIGN_IN_WAYS": "operator = passkey, administrator=passkey|oidc",
        }
    )
    assert settings.of(ProviderSettings).asked == {
        Role.OPERATOR: BY_PASSKEY,
        Role.ADMINISTRATOR: BY_PASSKEY | BY_PROVIDER,
    }


@pytest.mark.parametrize(
    "given",
    [
        {"DAYBOOK_SIGN_IN_WAYS": "operator"},
        {"DAYBOOK_SIGN_IN_WAYS": "boss=passkey"},
        {"DAYBOOK_SIGN_IN_WAYS": "operator=password"},
        {"DAYBOOK_SIGN_IN_WAYS": "operator=passkey,operator=passkey"},
        {"DAYBOOK_SIGN_IN_WAYS": "operator=oidc"},
        {"DAYBOOK_OIDC_ISSUER": "https://login.firm.example"},
        {"DAYBOOK_OIDC_CLIENT_ID": "daybook"},
        {"DAYBOOK_OIDC_ISSUER": "http://login.firm.example", "DAYBOOK_OIDC_CLIENT_ID": "daybook"},
        {"DAYBOOK_OIDC_LABEL": "\u202e"},
    ],
)
def test_what_cannot_be_held_to_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(Malformed) as refused:
        read_settings(given)
    assert [fault.parameter for fault in refused.value.faults]
