"""What must be in the book from the first start on: contexts say it as `BEGINS`, and every api process sees to it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from application.shared.commands import Call, of_itself
from application.shared.permissions import LOCAL_OPERATOR
from application.shared.ports import Cause
from application.shared.services import Services
from domain.shared.errors import Conflict, Unavailable
from domain.shared.exports import exported

Begin = Callable[[Services, Call], Awaitable[Sequence[Exception] | None]]
"""Records what is missing; where nothing is, nothing happens. What waiting does not mend is answered, to be told."""

_RETRY_S, _TROUBLE_S = 1.0, 5.0


async def begin(services: Services, tell: Callable[[Exception], None]) -> None:
    """See to it that all is there; until the database answers, try again every second.

    Any other trouble, such as a schema that is not there yet, is told and waited out.
    """
    waiting: list[Begin] = list(exported("application", "BEGINS"))
    while waiting:
        try:
            for trouble in await waiting[0](services, _call(services)) or ():
                tell(trouble)
        except (Conflict, Unavailable):
            await asyncio.sleep(_RETRY_S)
        except Exception as error:  # noqa: BLE001 - whatever it is may be mended while the process runs
            tell(error)
            await asyncio.sleep(_TROUBLE_S)
        else:
            waiting.pop(0)


def _call(services: Services) -> Call:
    command = services.new_id()
    return of_itself(Cause(actor=LOCAL_OPERATOR, correlation_id=command, causation_id=command))
