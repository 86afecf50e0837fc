"""Links by which people choose a password of their own: nobody sets another's.

Rules upheld here:
- the log says that a link was issued, and never which: its token is made when the letter is, and only a hash is kept;
- a letter that is written again, since nobody knows whether it arrived, has another token for the same link, so
  whichever arrives is good; once one is used, or a newer link was issued, all of them are void.
"""

from uuid import UUID

from application.identity.ports import CredentialStore, Links
from application.shared.ports import Clock
from domain.identity import PasswordLinkIssued


class PasswordLinks:
    """Makes the tokens of links, for whoever writes the letters."""

    def __init__(self, credentials: CredentialStore, links: Links, clock: Clock) -> None:
        self._credentials = credentials
        self._links = links
        self._clock = clock

    async def token(self, user_uid: UUID, issued: PasswordLinkIssued) -> str | None:
        """A token for the link of a user; None for who was invited and has a password by now.

        Whoever has the token chooses the password: it goes into the letter, and nowhere else.
        """
        if not issued.is_reset and await self._credentials.find(user_uid):
            return None
        now = self._clock.now()
        return await self._links.add(user_uid, issued.number, issued.expires_at, now)
