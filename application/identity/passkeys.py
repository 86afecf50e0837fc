"""Passkeys: added to by somebody who signed in just now, signed in with, and removed.

Rules upheld here:
- an authenticator signs a challenge of ours, which is good once and for minutes;
- a passkey is good as long as the log says so; what it is checked with lies beside the log;
- of a passkey that counts, a use that it counted before is a copy's: the passkey is removed, since nobody can tell
  which of the two is its owner.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from application.identity.guarding import Origin, SignInGuard
from application.identity.sessions import KeptSessions, KnownUser, known_user
from application.identity.signing_in import SigningIn, TokenPair
from application.identity.way_ports import (
    Authenticators,
    Challenge,
    Challenges,
    Passkey,
    Passkeys,
    Said,
)
from application.shared.commands import Call, Commands, Write
from application.shared.permissions import Principal
from application.shared.ports import Cause
from application.shared.streams import Reference, named
from application.shared.views import View
from domain.identity import ways
from domain.identity.sessions import SignInWay
from domain.identity.ways import AddPasskey, RemovePasskey, ways_uid
from domain.shared.errors import NotFound, Refused, Unauthenticated
from domain.shared.ids import derived

_ADDING, _SIGNING_IN = "a new passkey", "signing in with a passkey"
PATIENCE = timedelta(minutes=5)
"""How long somebody may take at their authenticator."""


class NamedPasskey(msgspec.Struct, frozen=True):
    """A passkey as its user sees it."""

    uid: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


class PasskeySignIn:
    """The use cases of passkeys."""

    def __init__(
        self,
        commands: Commands,
        challenges: Challenges,
        kept: Passkeys,
        authenticators: Authenticators,
        guard: SignInGuard,
        signing_in: SigningIn,
        sessions: KeptSessions,
    ) -> None:
        self._commands = commands
        self._challenges = challenges
        self._kept = kept
        self._authenticators = authenticators
        self._guard = guard
        self._signing_in = signing_in
        self._sessions = sessions

    async def ask_for_new(self, principal: Principal) -> Mapping[str, Any]:
        """What to ask an authenticator for another passkey of the caller with.

        Raises:
            Refused: the caller is no user (`no_session`).
        """
        user = await self._caller(principal)
        challenge = await self._challenge(_ADDING, principal)
        known = await self._kept.credentials(user.uid)
        email, name = user.about
        return self._authenticators.creation(challenge, user.uid, email, name, known)

    async def add(self, name: str, said: Said, call: Call) -> UUID:
        """Let the caller sign in with the passkey that was made, and answer its id.

        Raises:
            Unauthenticated: it answers nothing that this session asked, or not for this site (`passkey_not_proven`).
            Invalid: the name has not 1 to 60 characters.
            Refused: the passkey is known already (`passkey_known`), or there are ten (`too_many_passkeys`).
        """
        user, now = await self._caller(call.principal), self._commands.clock.now()
        challenge = await self._answered(said, _ADDING)
        if challenge.session_uid != call.principal.session_uid:
            raise _not_proven()
        made = self._authenticators.created(said, user.uid)
        uid = _passkey_uid(made)
        if not await self._kept.add(uid, made, now):
            raise Refused("This passkey is known already.", code="passkey_known")
        try:
            command = AddPasskey(user.uid, uid, name)
            await self._commands.tell(ways.DECIDER, ways_uid(user.uid), command, call)
        except Exception:
            await self._kept.remove(uid)
            raise
        return uid

    async def listed(self, principal: Principal) -> Sequence[NamedPasskey]:
        """The caller's passkeys, the oldest first."""
        if principal.user_uid is None:
            return ()
        known = await self._commands.state(ways.DECIDER, ways_uid(principal.user_uid))
        return [
            NamedPasskey(it.passkey_uid, known.passkeys[it.passkey_uid], it.added_at, it.used_at)
            for it in await self._kept.of(principal.user_uid)
            if it.passkey_uid in known.passkeys
        ]

    async def remove(self, passkey: Reference, call: Call) -> None:
        """Let the caller sign in with one of their passkeys no more.

        Raises:
            NotFound: they have no such passkey.
        """
        user, uid = await self._caller(call.principal), named(passkey)

        async def prepare(view: View) -> Sequence[Write]:
            known = (await view.stream(ways.DECIDER, ways_uid(user.uid))).state
            if not isinstance(uid, UUID) or uid not in known.passkeys:
                raise NotFound(f"You have no passkey with the id {passkey}.")
            command = RemovePasskey(uid, "removed by its user")
            return (Write(ways.DECIDER, ways_uid(user.uid), command),)

        await self._commands.carry_out(call, prepare)
        if isinstance(uid, UUID):
            await self._kept.remove(uid)

    async def ask(self, origin: Origin) -> Mapping[str, Any]:
        """What to ask an authenticator with for whichever passkey it has.

        Raises:
            Throttled: too many attempts from this network address.
        """
        await self._guard.begin(origin)
        return self._authenticators.request(await self._challenge(_SIGNING_IN, None))

    async def sign_in(self, said: Said, origin: Origin) -> TokenPair:
        """Tokens for a user who holds one of their passkeys.

        Raises:
            Unauthenticated: it is no good passkey, or answers nothing that was asked (`passkey_not_proven`), or there
                is a copy of it (`passkey_copied`).
        """
        user = await self._proven(said, origin)
        return await self._signing_in.welcome(user, SignInWay.PASSKEY, origin)

    async def confirm(self, said: Said, origin: Origin, call: Call) -> None:
        """Note in the caller's session that they hold one of their passkeys.

        Raises:
            Unauthenticated: as `sign_in`; somebody else's is no good.
        """
        user = await self._proven(said, origin)
        if user.uid != call.principal.user_uid:
            raise _not_proven()
        await self._sessions.confirm(SignInWay.PASSKEY, call)

    async def _proven(self, said: Said, origin: Origin) -> KnownUser:
        await self._answered(said, _SIGNING_IN)
        passkey = await self._kept.find(self._authenticators.credential_of(said))
        try:
            user = await self._held(passkey, said)
        except Unauthenticated:
            await self._guard.refused(passkey.user_uid if passkey else None, origin)
            raise
        await self._guard.finish(origin)
        return user

    async def _held(self, passkey: Passkey | None, said: Said) -> KnownUser:
        user = await known_user(self._commands, passkey.user_uid) if passkey else None
        if passkey is None or user is None:
            raise _not_proven()
        known = await self._commands.state(ways.DECIDER, ways_uid(user.uid))
        if _passkey_uid(passkey) not in known.passkeys:
            raise _not_proven()
        await self._count(user, passkey, self._authenticators.used(said, passkey))
        return user

    async def _count(self, user: KnownUser, passkey: Passkey, count: int) -> None:
        now, is_counting = self._commands.clock.now(), count > 0 or passkey.sign_count > 0
        is_copy = is_counting and count <= passkey.sign_count
        if not is_copy and await self._kept.note_use(passkey, count, now):
            return
        if is_copy:
            uid, call = _passkey_uid(passkey), self._own(user.principal)
            remove = RemovePasskey(uid, "there is a copy of it")
            await self._commands.tell(ways.DECIDER, ways_uid(user.uid), remove, call)
            await self._kept.remove(uid)
            raise Unauthenticated(
                "There is a copy of this passkey, so it is good no more; sign in another way.",
                code="passkey_copied",
            )
        raise _not_proven()  # of two uses at once, one is to be made again

    async def _challenge(self, purpose: str, principal: Principal | None) -> bytes:
        challenge, now = secrets.token_bytes(32), self._commands.clock.now()
        kept = Challenge(
            since=now,
            user_uid=principal.user_uid if principal else None,
            session_uid=principal.session_uid if principal else None,
        )
        text = urlsafe_b64encode(challenge).rstrip(b"=").decode()
        await self._challenges.add(text, purpose, kept, now + PATIENCE)
        return challenge

    async def _answered(self, said: Said, purpose: str) -> Challenge:
        text = self._authenticators.challenge_of(said)
        challenge = await self._challenges.take(text, purpose, self._commands.clock.now())
        if challenge is None:
            raise _not_proven()
        return challenge

    async def _caller(self, principal: Principal) -> KnownUser:
        uid = principal.user_uid
        user = await known_user(self._commands, uid) if uid and principal.session_uid else None
        if user is None:
            raise Refused("Whoever is at the machine itself has no passkeys.", code="no_session")
        return user

    def _own(self, principal: Principal) -> Call:
        command = self._commands.new_id()
        cause = Cause(actor=principal.actor, correlation_id=command, causation_id=command)
        return Call(principal=principal, cause=cause)


def _passkey_uid(passkey: Passkey) -> UUID:
    return derived("passkey", passkey.credential_id.hex())


def _not_proven() -> Unauthenticated:
    return Unauthenticated(
        "This is no passkey that is good here, or what it answered was asked too long ago or elsewhere; try again.",
        code="passkey_not_proven",
    )
