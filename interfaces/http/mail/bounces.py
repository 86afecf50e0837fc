"""Mail that came back: whoever receives the reports of mail servers tells them here."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response

from application.mail.use_cases import Mail, reaction_of
from application.shared.permissions import Permission
from domain.shared.errors import NotFound, Refused
from interfaces.http.shared.command_routes import POSITION_HEADERS, command_headers
from interfaces.http.shared.flows import Flow, step
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import takes
from interfaces.http.shared.reactions import RESOURCE as REACTIONS
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer


class BounceReport(msgspec.Struct, frozen=True, kw_only=True):
    """A message that came back: the `Message-ID` it was sent with, and what the report says."""

    message_id: Annotated[str, msgspec.Meta(min_length=3, max_length=300)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class NotedBounce(msgspec.Struct, frozen=True, kw_only=True):
    """The reaction that sent the message."""

    reaction_uid: UUID


_EXAMPLE = BounceReport(
    message_id="<1d6a6a2e30c28c1b9a1f2f4a54a1c0de@daybook.example>", reason="552 5.2.2 mailbox full"
)


@takes(
    "/mail/bounces",
    REACTIONS.plural,
    "Report that a message came back",
    Permission.REACTIONS_MANAGE,
    _EXAMPLE,
    answer(
        200,
        "It is noted, and shows on the reaction.",
        example=NotedBounce(reaction_uid=UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e832")),
        headers=POSITION_HEADERS,
    ),
    located_at=REACTIONS.record_path,
    problems=[NotFound, Refused],
)
async def report_bounce(request: AnyRequest, report: BounceReport) -> Response[bytes]:
    """For a program that reads the mailbox bounces go to, or a provider's webhook. The same report again is quiet."""
    mail, call = services_of(request).of(Mail), call_of(request, is_keyed=False)
    carried = await mail.bounced(report.message_id, report.reason, call)
    noted = NotedBounce(reaction_uid=reaction_of(carried))
    location = f"{REACTIONS.path}/{noted.reaction_uid}"
    headers = command_headers(carried.position, location, replayed=False)
    return Response(encode_json(noted), status_code=200, media_type=JSON, headers=headers)


ROUTES = [report_bounce]
FLOW = Flow(
    "Reactions that are seen to",
    [
        step("listReactions", ask="state=pending&sort=-id"),
        step("discardReaction"),
        step("retryReaction"),
        step(
            "listReactions",
            name="A letter that was sent",
            ask="kind=mail_payment&state=done&digest[is_null]=true&sort=-id",
            until={"/data/0/kind": "mail_payment"},
            keep={"letter": "/data/0/uid"},
        ),
        step("reportBounce", say={"message_id": "<{{letter_hex}}@daybook.example>"}),
    ],
)
