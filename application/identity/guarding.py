"""What stands before passwords: how often they may be tried, from where, and what the log is told of it.

Rules upheld here:
- guesses made somewhere lock nobody out elsewhere: a user is limited by place, and passes on a device, and for a month
  at an address, where they have signed in before, whatever is tried from elsewhere;
- guesses from many places together are limited as well, for whoever is not known there;
- beyond this module no network address is known, only what stands for it.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from math import ceil
from uuid import UUID

import msgspec

from application.identity.ports import Attempt, Attempts, Devices, Lock, Pseudonyms
from application.identity.sessions import KnownUser
from application.shared.commands import Commands, of_itself
from application.shared.permissions import NOBODY_KNOWN
from application.shared.ports import Cause
from domain.identity import attempts as told
from domain.identity.attempts import LimitedBy, NoteSignInFailure, NoteSignInLock, attempts_uid
from domain.shared.errors import DaybookError, Throttled

DEVICE_LIFETIME = timedelta(days=365)
_NOTES_MAX = 64
"""Facts that wait to be written in one process; what comes beside them is not told."""


class Origin(msgspec.Struct, frozen=True):
    """Where an attempt comes from: a network address, what the client calls itself, what its device was given."""

    address: str
    client: str = ""
    device: str = ""


class SignInNotes:
    """Tells the log of failures and locks behind the answer: how long that takes says whose address somebody is."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._writing = set[asyncio.Task[None]]()

    def note(self, command: NoteSignInFailure | NoteSignInLock) -> None:
        """Have it written down, unless much else waits to be."""
        if len(self._writing) < _NOTES_MAX:
            task = asyncio.create_task(self._write(command))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def aclose(self) -> None:
        """Wait until all is written."""
        await asyncio.gather(*self._writing)

    async def _write(self, command: NoteSignInFailure | NoteSignInLock) -> None:
        own = self._commands.new_id()
        call = of_itself(Cause(actor=NOBODY_KNOWN, correlation_id=own, causation_id=own))
        with suppress(DaybookError):  # nobody is there to hear that it could not be written
            await self._commands.tell(told.DECIDER, attempts_uid(command.user_uid), command, call)


class SignInGuard:
    """Lets attempts to sign in through."""

    def __init__(
        self,
        commands: Commands,
        attempts: Attempts,
        devices: Devices,
        pseudonyms: Pseudonyms,
        notes: SignInNotes,
    ) -> None:
        self._clock, self._new_id = commands.clock, commands.new_id
        self._attempts, self._devices, self._notes = attempts, devices, notes
        self._pseudonyms = pseudonyms

    async def address(self, origin: Origin) -> str:
        """What stands for the address that somebody comes from."""
        return await self._pseudonyms.of(origin.address, self._clock.now())

    async def enter(self, who: str, user: KnownUser | None, origin: Origin) -> Attempt:
        """Count an attempt to be somebody, before it is made; `user` if that is one.

        Raises:
            Throttled: there were too many.
        """
        attempt = await self._attempt(who, user, origin)
        lock = await self._attempts.pay(attempt, self._clock.now())
        if lock is not None:
            raise self._locked(lock, attempt.address, attempt.user_uid)
        return attempt

    async def begin(self, origin: Origin, secret: str = "") -> None:
        """Count that somebody begins to prove who they are, by what nobody guesses and says only at the end who it is.

        It waits for no guesses, and no guess for it; one `secret` is tried as often as one user is guessed at.

        Raises:
            Throttled: too many began at this address, and did not prove it.
        """
        address = await self.address(origin)
        lock = await self._attempts.begin(address, self._clock.now(), secret)
        if lock is not None:
            raise self._locked(lock, address, None)

    async def finish(self, origin: Origin) -> None:
        """Forget what beginning cost: they proved it."""
        await self._attempts.finish(await self.address(origin))

    async def refused(self, user_uid: UUID | None, origin: Origin) -> None:
        """Tell that somebody who began proved nothing; `user_uid` is who they would have been."""
        address = await self.address(origin)
        self._notes.note(NoteSignInFailure(user_uid=user_uid, address=address))

    def _locked(self, lock: Lock, address: str, user_uid: UUID | None) -> Throttled:
        whose = None if lock.limited_by is LimitedBy.ADDRESS else user_uid
        self._notes.note(
            NoteSignInLock(user_uid=whose, address=address, limited_by=lock.limited_by)
        )
        return Throttled(
            "There were too many attempts to sign in; wait before the next one.",
            retry_after_s=max(1, ceil(lock.wait.total_seconds())),
        )

    def failed(self, attempt: Attempt) -> None:
        """Tell that an attempt proved nothing."""
        self._notes.note(NoteSignInFailure(user_uid=attempt.user_uid, address=attempt.address))

    async def passed(self, attempt: Attempt) -> None:
        """Forget what an attempt cost that was right."""
        await self._attempts.passed(attempt, self._clock.now())

    async def know(self, user: KnownUser, origin: Origin) -> None:
        """Know the place where somebody signs in, by whichever way, from now on."""
        await self._attempts.know(
            await self._attempt(str(user.uid), user, origin), self._clock.now()
        )

    def device_token(self, user: KnownUser, origin: Origin) -> str:
        """What the device of somebody who has just proven who they are is to keep."""
        device = self._device(user, origin) or self._new_id()
        return self._devices.issue(device, user.uid, user.epoch, self._clock.now(), DEVICE_LIFETIME)

    async def _attempt(self, who: str, user: KnownUser | None, origin: Origin) -> Attempt:
        return Attempt(
            who=who,
            user_uid=user.uid if user else None,
            epoch=user.epoch if user else 0,
            address=await self.address(origin),
            device=self._device(user, origin),
        )

    def _device(self, user: KnownUser | None, origin: Origin) -> UUID | None:
        if user is None or not origin.device:
            return None
        return self._devices.read(origin.device, user.uid, user.epoch, self._clock.now())
