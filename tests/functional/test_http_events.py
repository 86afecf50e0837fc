"""The audit trail over HTTP: the log as a collection, and as it grows."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from msgspec import structs

from application.shared.permissions import Principal
from tests.asking import problem
from tests.facts import eventually
from tests.sites import OPERATOR, Site

HEADER = "departments,project_name,amount,date,member_name\n"


def test_filters_of_the_log(site: Site) -> None:
    answer = site.record()
    position, request_id = answer.json()["id"], answer.headers["x-request-id"]
    for query in (
        {"stream_id": answer.json()["uid"]},
        {"correlation_id": request_id},
        {"position": str(position)},
        {"name": "expense.recorded.v2", "position[gte]": str(position), "limit": "1"},
        {"actor": OPERATOR.actor, "position[gt]": str(position - 1), "limit": "1"},
    ):
        (event,) = site.http.get("/events", params=query).json()["data"]
        assert event["position"] == position
        assert event["data"]["amount"] == "12.50"
    recorded_at = event["recorded_at"]
    later = site.http.get("/events", params={"recorded_at[gt]": recorded_at, "limit": "200"})
    assert position not in [event["position"] for event in later.json()["data"]]
    one = site.http.get(f"/events/{position}")
    assert one.json() == event


def test_the_log_is_read_in_pages_and_as_lines(site: Site) -> None:
    for _ in range(5):
        site.record()
    positions: list[int] = []
    answer = site.http.get("/events?limit=2")
    while True:
        positions += [event["position"] for event in answer.json()["data"]]
        if "next" not in answer.links:
            break
        answer = site.http.get(answer.links["next"]["url"])
    assert positions == list(range(1, len(positions) + 1))
    lines = site.http.get("/events", headers={"Accept": "application/x-ndjson"}).text.splitlines()
    assert [json.loads(line)["position"] for line in lines] == positions


def test_only_the_position_sorts(site: Site) -> None:
    answer = site.http.get("/events?sort=-actor")
    assert answer.status_code == 400
    for _ in range(2):
        site.record()
    newest = site.http.get("/events?sort=-position&limit=2").json()["data"]
    assert newest[0]["position"] == newest[1]["position"] + 1


Message = dict[str, str]


@contextmanager
def follow(site: Site, query: str = "", **headers: str) -> Iterator[Iterator[Message]]:
    """The messages of an open stream, comments included (`{"comment": ...}`)."""
    with httpx.stream(
        "GET",
        f"{site.url}/events/stream{query}",
        headers=headers | site.authorization(),
        timeout=120,
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _messages(answer.iter_lines())


def _messages(lines: Iterator[str]) -> Iterator[Message]:
    message: Message = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            message[name or "comment"] = value
        elif message:
            yield message
            message = {}


def take(messages: Iterator[Message], count: int) -> list[Message]:
    """The next messages that carry an event."""
    events = (message for message in messages if "data" in message)
    return [next(events) for _ in range(count)]


def positions_of(messages: Sequence[Message]) -> list[int]:
    positions = [int(message["id"].partition("@")[0]) for message in messages]
    assert positions == [json.loads(message["data"])["position"] for message in messages]
    return positions


def test_a_stream_replays_and_then_tells_what_is_new(site: Site) -> None:
    before = site.record().json()["id"]
    with follow(site, f"?after={before - 1}") as messages:
        assert positions_of(take(messages, 1)) == [before]
        new = [site.record().json()["id"] for _ in range(3)]
        assert positions_of(take(messages, 3)) == new


def test_a_broken_stream_resumes_without_loss_or_repetition(site: Site) -> None:
    first = site.record().json()["id"]
    site.upload(HEADER + "".join(f"IT,H,€{n}.00,2025-01-01,Ada\n" for n in range(1, 1_200)))
    last = site.record().json()["id"]
    seen: list[int] = []
    last_id = str(first - 1)
    while last not in seen:
        with follow(site, **{"Last-Event-ID": last_id}) as messages:
            got = take(messages, min(137, last - int(last_id.partition("@")[0])))
        seen += positions_of(got)
        last_id = got[-1]["id"]
    assert seen == list(range(first, last + 1))


def test_last_event_id_goes_before_after(site: Site) -> None:
    positions = [site.record().json()["id"] for _ in range(2)]
    with follow(site, "?after=0", **{"Last-Event-ID": str(positions[0])}) as messages:
        assert positions_of(take(messages, 1)) == [positions[1]]


def test_names_are_picked_and_the_rest_is_passed_over(site: Site) -> None:
    start = site.record().json()["id"]
    with follow(site, f"?after={start}&name=import.completed.v1") as messages:
        site.record()
        position = int(site.upload(HEADER).headers["daybook-position"])
        (found,) = take(messages, 1)
        assert found["event"] == "import.completed.v1"
        assert positions_of([found]) == [position]
        passed = site.record().json()["id"]
        # An id without an event moves the follower past what it did not want.
        moved = next(
            message for message in messages if message.get("id", "").startswith(f"{passed}@")
        )
        assert "data" not in moved


@pytest.mark.parametrize("names", ["", "&name=import.completed.v1"])
def test_a_stream_that_is_to_end_ends_behind_that_position(site: Site, names: str) -> None:
    """Were it not to end, `list` would not."""
    position = int(site.record().headers["Daybook-Position"])
    site.record(project_name=uuid4().hex)
    asked = f"?after={position - 1}&until={position}{names}"
    with follow(site, asked) as messages:
        told = list(messages)
    assert positions_of([each for each in told if "data" in each]) == ([] if names else [position])
    assert told[-1]["id"].partition("@")[0] == str(position)
    with follow(site, "?after=latest&until=latest") as messages:
        assert not [message for message in messages if "data" in message]


def test_only_what_is_still_to_come(site: Site) -> None:
    site.record()
    with follow(site, "?after=latest") as messages:
        assert "comment" in next(messages)
        new = site.record().json()["id"]
        assert positions_of(take(messages, 1)) == [new]


@pytest.mark.parametrize(
    ("query", "headers", "code"),
    [
        ({"after": "soon"}, {}, "invalid_query"),
        ({"after": "-1"}, {}, "invalid_query"),
        ({"name": "expense.recorded"}, {}, "invalid_query"),
        ({"until": "soon"}, {}, "invalid_query"),
        ({"event": "expense.recorded.v2"}, {}, "invalid_query"),
        ({}, {"Last-Event-ID": "x"}, "wrong_header"),
        ({"after": "999999999"}, {}, "position_ahead"),
        ({"after": "0"}, {"Last-Event-ID": "999999999"}, "position_ahead"),
    ],
)
def test_streams_that_cannot_be_asked_for(
    site: Site, query: dict[str, str], headers: dict[str, str], code: str
) -> None:
    answer = site.http.get("/events/stream", params=query, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    fault: dict[str, Any] = answer.json()["errors"][0]
    assert fault["parameter"] in ("after", "name", "event", "until", "Last-Event-ID")


def test_a_start_ahead_of_the_log_is_no_other_epoch(site: Site) -> None:
    here = site.record()
    epoch = site.http.get("/events?limit=1").headers["daybook-epoch"]
    last = f"{int(here.headers['daybook-position']) + 1_000}@{epoch}"
    refused = problem(
        site.http.get("/events/stream", headers={"Last-Event-ID": last}), 400, "position_ahead"
    )
    assert refused["errors"][0]["parameter"] == "Last-Event-ID"
    with follow(site, f"?after={here.headers['daybook-position']}") as messages:
        assert "comment" in next(messages), "who stands at the end of the log waits for what comes"


def test_whoever_listens_to_messages_alone_hears_every_event(site: Site) -> None:
    start = site.record().json()["id"]
    new = [site.record().json()["id"] for _ in range(2)]
    with follow(site, f"?after={start}&event=message") as messages:
        first = next(messages)
        assert first["retry"] == "2000", "how soon to come back is said before anything else"
        heard = take(messages, 2)
    assert positions_of(heard) == new
    assert [message.keys() & {"event", "name"} for message in heard] == [set(), set()]
    assert json.loads(heard[0]["data"])["name"] == "expense.recorded.v2"


def test_whoever_goes_on_from_a_log_that_was_taken_back_is_told(site: Site) -> None:
    page = site.http.get("/events?limit=1")
    epoch, cursor = page.headers["daybook-epoch"], page.json()["page"]["next"]
    assert site.http.get("/health/ready").json()["epoch"] == epoch
    with follow(site, f"?after=0@{epoch}") as messages:
        (first,) = take(messages, 1)
        assert first["id"] == f"1@{epoch}"
        with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
            connection.execute("INSERT INTO daybook.epochs (position, reason) VALUES (0, 'a test')")
        site.record()
        assert all(message.get("id", "").endswith(epoch) for message in messages if "id" in message)
    for query, headers in (
        ("", {"Last-Event-ID": first["id"]}),
        (f"?after={first['id']}", {}),
        (f"?after=999999@{epoch}", {}),
    ):
        refused = problem(
            site.http.get(f"/events/stream{query}", headers=headers), 410, "epoch_changed"
        )
        assert refused["epoch"] not in ("", epoch)
    problem(site.http.get(f"/events?limit=1&cursor={cursor}"), 410, "epoch_changed")
    problem(
        site.http.get(f"/events?position[gt]=1&limit=1&cursor={cursor}"), 400, "cursor_mismatch"
    )
    now = site.http.get("/events?limit=1")
    assert now.headers["daybook-epoch"] == refused["epoch"]
    following = site.http.get(f"/events?limit=1&cursor={now.json()['page']['next']}")
    assert following.status_code == 200
    with follow(site, **{"Last-Event-ID": "1"}) as messages:
        assert positions_of(take(messages, 1)) == [2], "who names no epoch goes on as ever"


def test_no_more_streams_than_the_process_can_feed(site: Site) -> None:
    with ExitStack() as open_streams:
        streams: list[Iterator[str]] = []
        crowd = [an_operator() for _ in range(8)]

        def one_more(operator: Principal) -> bool:
            headers = site.authorization(operator)
            answer = open_streams.enter_context(
                site.http.stream("GET", "/events/stream?after=latest", headers=headers)
            )
            streams.append(answer.iter_lines())
            return answer.status_code == 200 and next(streams[-1]) == ": connected"

        for operator in crowd * 4:
            # The streams of the tests before are closed here and, a little later, there.
            eventually(lambda operator=operator: one_more(operator))
        refused = site.http.get("/events/stream")
        problem(refused, 503, "too_many_streams")
        assert int(refused.headers["retry-after"]) > 0


def test_a_position_that_a_read_model_does_not_reach_in_time(site: Site) -> None:
    site.kill("projector")
    headers = {**site.after(site.record()), **site.authorization()}
    late = problem(
        httpx.get(f"{site.url}/expenses", headers=headers, timeout=120), 503, "not_caught_up"
    )
    assert int(late["wanted"]) > int(late["position"])
    assert httpx.get(f"{site.url}/events", headers=headers, timeout=120).status_code == 200
    site.begin("projector")
    assert site.http.get("/expenses", headers=headers).status_code == 200


def an_operator() -> Principal:
    return structs.replace(OPERATOR, user_uid=uuid4())
