"""Signing in by the firm's own identity provider.

Rules upheld here:
- whoever comes back from the provider is the one who was sent there, from the same browser, and once;
- a user is found by the address that the provider has verified, and from then on by whom it named: nobody is made a
  user by it, and an address that goes to somebody else does not let them in;
- that the provider still knew somebody is not that they were there: the session tells when they last proved it.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from application.identity.guarding import Origin, SignInGuard
from application.identity.sessions import KeptSessions, KnownUser, known_user
from application.identity.signing_in import SigningIn, TokenPair
from application.identity.users import uid_or_nobodys
from application.identity.way_ports import (
    Challenge,
    Challenges,
    IdentityProvider,
    ProvenIdentity,
)
from application.shared.commands import Call, Commands, Write
from application.shared.permissions import THE_LOCAL_OPERATOR, Principal, Proof
from application.shared.ports import Cause
from application.shared.views import View
from domain.identity import subjects, ways
from domain.identity.sessions import SignInWay
from domain.identity.subjects import ClaimSubject, subject_uid
from domain.identity.ways import PinSubject, ways_uid
from domain.shared.errors import NotFound, Unauthenticated

PURPOSE = "identity provider"
PATIENCE = timedelta(minutes=10)
"""How long somebody may take at the provider."""
SKEW = timedelta(minutes=1)
"""How far the provider's clock may be from ours."""


class SentOff(msgspec.Struct, frozen=True):
    """Where somebody goes to prove themselves, and what their browser keeps meanwhile."""

    address: str
    browser: str


class ProviderSignIn:
    """The use cases of signing in by a provider; without one, all of them raise `NotFound`."""

    def __init__(
        self,
        commands: Commands,
        challenges: Challenges,
        provider: IdentityProvider | None,
        guard: SignInGuard,
        signing_in: SigningIn,
        sessions: KeptSessions,
    ) -> None:
        self._commands = commands
        self._challenges = challenges
        self._known_provider = provider
        self._guard = guard
        self._signing_in = signing_in
        self._sessions = sessions

    @property
    def label(self) -> str | None:
        """What the provider is called; None if there is none."""
        return self._known_provider.label if self._known_provider else None

    async def begin(self, origin: Origin, caller: Principal | None = None) -> SentOff:
        """Send somebody off; a `caller` to prove themselves anew, in the session they have.

        Raises:
            NotFound: there is no provider (`no_identity_provider`).
            Throttled: too many attempts from this network address.
            Unauthenticated: the caller's session is over.
            Unavailable: the provider does not answer (`identity_provider_unavailable`).
        """
        provider, now = self._provider, self._commands.clock.now()
        if caller is not None:
            await self._commands.check_standing(caller, Proof.SESSION)
        state, browser = _drawn(), _drawn()
        await self._guard.begin(origin)
        challenge = Challenge(
            since=now,
            user_uid=caller.user_uid if caller else None,
            session_uid=caller.session_uid if caller else None,
            nonce=_drawn(),
            verifier=_drawn(),
        )
        address = await provider.address(state, challenge, anew=challenge.session_uid is not None)
        await self._challenges.add(_both(state, browser), PURPOSE, challenge, now + PATIENCE)
        return SentOff(address, browser)

    async def finish(
        self, code: str, state: str, issuer: str | None, browser: str, origin: Origin
    ) -> TokenPair | None:
        """Tokens for whom the provider let in; None if they were in, and their sign-in is a recent one now.

        Raises:
            NotFound: there is no provider (`no_identity_provider`).
            Unauthenticated: this was begun elsewhere or too long ago, or was finished before (`sign_in_not_begun`);
                the provider let nobody in (`identity_not_proven`); it has not verified the address
                (`address_not_verified`), or nobody has it who may sign in (`nobody_registered`).
            SubjectDiffers: the provider means somebody else than before.
            Unavailable: as `begin`.
        """
        provider, now = self._provider, self._commands.clock.now()
        challenge = await self._challenges.take(_both(state, browser), PURPOSE, now)
        if challenge is None:
            raise Unauthenticated(
                "This sign-in was begun in another browser, more than ten minutes ago, or is finished; begin anew.",
                code="sign_in_not_begun",
            )
        try:
            identity = await provider.identity(code, issuer, challenge)
            user = await self._user(identity)
        except Unauthenticated:
            await self._guard.refused(challenge.user_uid, origin)
            raise
        if challenge.user_uid not in (None, user.uid):
            raise Unauthenticated(
                "The provider let in somebody else than whose session this is.",
                code="identity_differs",
            )
        await self._pin(user, identity)
        await self._guard.finish(origin)
        if challenge.session_uid is None:
            proven_at = min(identity.proven_at, now)
            return await self._signing_in.welcome(user, SignInWay.OIDC, origin, proven_at)
        if identity.proven_at < challenge.since - SKEW:
            raise Unauthenticated(
                "The provider did not ask anew who you are.", code="identity_not_proven"
            )
        await self._sessions.confirm(SignInWay.OIDC, self._call(user, challenge.session_uid))
        return None

    @property
    def _provider(self) -> IdentityProvider:
        if self._known_provider is None:
            raise NotFound("No identity provider is set up here.", code="no_identity_provider")
        return self._known_provider

    async def _user(self, identity: ProvenIdentity) -> KnownUser:
        view = self._commands.view(THE_LOCAL_OPERATOR)
        uid = await _holder(view, identity)
        if uid is None and identity.email is None:
            raise Unauthenticated(
                "The provider has not verified your e-mail address, so it does not say who you are here.",
                code="address_not_verified",
            )
        user = await known_user(self._commands, uid or uid_or_nobodys(identity.email or ""))
        if user is None:
            raise Unauthenticated(
                "Nobody who may sign in is registered under your address.",
                code="nobody_registered",
            )
        return user

    async def _pin(self, user: KnownUser, identity: ProvenIdentity) -> None:
        subject, uid = identity.subject, user.uid

        async def prepare(view: View) -> Sequence[Write]:
            of_subject = subject_uid(subject)
            last = (await view.stream(subjects.DECIDER, of_subject)).state
            former = last if await _holder(view, identity) is None else None
            return (
                Write(ways.DECIDER, ways_uid(uid), PinSubject(uid, subject)),
                Write(subjects.DECIDER, of_subject, ClaimSubject(uid, former)),
            )

        await self._commands.carry_out(self._call(user, None), prepare)

    def _call(self, user: KnownUser, session_uid: UUID | None) -> Call:
        command = self._commands.new_id()
        principal = msgspec.structs.replace(user.principal, session_uid=session_uid)
        cause = Cause(actor=principal.actor, correlation_id=command, causation_id=command)
        return Call(principal=principal, cause=cause, proof=Proof.SESSION)


async def _holder(view: View, identity: ProvenIdentity) -> UUID | None:
    """The user whom the subject is pinned to; who was it last may have been forgotten."""
    last = (await view.stream(subjects.DECIDER, subject_uid(identity.subject))).state
    if last is None:
        return None
    pinned = (await view.stream(ways.DECIDER, ways_uid(last))).state.subject
    return last if pinned == identity.subject else None


def _drawn() -> str:
    return secrets.token_urlsafe(32)


def _both(state: str, browser: str) -> str:
    """What is looked up: one without the other finds nothing."""
    return f"{state}.{browser}"
