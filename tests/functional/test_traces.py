"""Traces of a running Daybook, as a collector gets them: from a request to the mail, under the id in the log."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from application.shared.tracing import SpanPart, SpanPlace, span, span_of
from domain.shared.errors import Conflict
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.settings import read_settings
from infrastructure.tracing.composition import tracing
from infrastructure.tracing.sending import SpanSender
from tests.branches import CLAIM, LAST_NAME, Branch
from tests.facts import a_cause, an_append, eventually
from tests.processes import free_port
from tests.sites import AN_EXPENSE, Site, a_site
from tests.spans import Collector, Spanned, collector

SOON = {"OTEL_BSP_SCHEDULE_DELAY": "100"}


@pytest.fixture(scope="module")
def spans() -> Iterator[Collector]:
    with collector() as found:
        yield found


@pytest.fixture(scope="module")
def site(
    spans: Collector,
    postgres: PostgresServer,
    valkey: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": spans.url, "DAYBOOK_SETTLE_AFTER_S": "0", **SOON}
    with a_site(postgres, valkey, tmp_path_factory.mktemp("site"), **settings) as running:
        yield running


def _facts(site: Site, trace: UUID) -> list[dict[str, Any]]:
    answer = site.http.get("/events", params={"correlation_id": str(trace), "limit": 100})
    facts: list[dict[str, Any]] = answer.json()["data"]
    return facts


def _has_all(spans: Collector, trace: UUID, *names: str) -> bool:
    return set(names) <= {each.name for each in spans.of(trace)}


def _above(span: Spanned, tree: dict[str, Spanned]) -> list[str]:
    """The names from a span up to the first."""
    return [span.name, *(_above(tree[span.parent], tree) if span.parent else [])]


def test_one_trace_leads_from_the_request_to_the_money_and_the_mail(
    site: Site, spans: Collector
) -> None:
    branch = Branch(site)
    member, administrator = branch.member(), branch.administrator()
    claim = member.claimed()
    trace = uuid4()
    path = f"/reimbursements/{claim['uid']}/approve"
    approved = administrator.http.post(path, json={}, headers={"X-Request-ID": str(trace)})
    assert approved.status_code == 200, approved.text

    def has_ended() -> bool:
        names = {fact["name"] for fact in _facts(site, trace)}
        return {"payment.settled.v1", "expense.recorded.v2"} <= names and _has_all(
            spans, trace, "smtp send", "rail submit"
        )

    eventually(has_ended, "the payment with its mail")
    facts = _facts(site, trace)
    appended = {fact["position"] for fact in facts}

    def is_told() -> bool:
        told = [each.told for each in spans.of(trace) if each.name == "append"]
        return appended <= {
            position
            for one in told
            for position in range(
                one["daybook.position"] - one["daybook.events"] + 1, one["daybook.position"] + 1
            )
        } and _has_all(spans, trace, "project payments", "project ledger", "project expenses")

    eventually(is_told, "a span of each append")
    eventually(lambda: {each.parent for each in spans.of(trace)} - {""} <= _ids(spans, trace))
    found = spans.of(trace)
    tree = {each.id: each for each in found}
    assert len(tree) == len(found)
    (first,) = [each for each in found if not each.parent]
    assert (first.process, first.name) == ("api", "POST /reimbursements/{record_id}/approve")
    assert first.told["http.response.status_code"] == 200
    assert {each.process for each in found} == {"api", "projector", "worker"}
    (submitted,) = [each for each in found if each.name == "rail submit"]
    assert submitted.process == "worker"
    job, plan, *rest = _above(submitted, tree)[1:]
    assert (job.removeprefix("job "), rest[-1]) == (plan.removeprefix("plan "), first.name)
    assert "append" in rest
    mailed = [_above(each, tree) for each in found if each.name == "smtp send"]
    assert all(above[-1] == first.name for above in mailed)
    projected = next(each for each in found if each.name == "project payments")
    assert (projected.process, tree[projected.parent].name) == ("projector", "append")
    assert not any(each.failed for each in found)


def _ids(spans: Collector, trace: UUID) -> set[str]:
    return {each.id for each in spans.of(trace)}


def test_who_comes_with_a_trace_goes_on_in_it(site: Site, spans: Collector) -> None:
    trace, parent = uuid4(), "00f067aa0ba902b7"
    header = {
        "traceparent": f"00-{trace.hex}-{parent}-00"
    }  # not kept there, which says nothing here
    answer = site.http.post("/expenses", json=AN_EXPENSE, headers=header)
    assert answer.headers["X-Request-ID"] == str(trace)
    eventually(lambda: _has_all(spans, trace, "POST /expenses", "append", "project expenses"))
    first = next(each for each in spans.of(trace) if each.name == "POST /expenses")
    assert first.parent == parent
    assert {fact["correlation_id"] for fact in _facts(site, trace)} == {str(trace)}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736",
        "x" * 5_000,
    ],
)
def test_what_is_no_trace_is_passed_over(site: Site, header: str) -> None:
    answer = site.http.get("/health/live", headers={"traceparent": header})
    assert answer.status_code == 200
    assert UUID(answer.headers["X-Request-ID"]).hex != "4bf92f3577b34da6a3ce929d0e0e4736"


def test_an_id_of_ones_own_goes_before_a_trace(site: Site, spans: Collector) -> None:
    own, trace = uuid4(), uuid4()
    headers = {"traceparent": f"00-{trace.hex}-00f067aa0ba902b7-01", "X-Request-ID": str(own)}
    assert site.http.get("/banks", headers=headers).headers["X-Request-ID"] == str(own)
    eventually(lambda: _has_all(spans, own, "GET /banks"))
    assert not spans.of(trace)


def test_a_refusal_is_no_failure_and_a_lost_race_is_told(site: Site, spans: Collector) -> None:
    trace = uuid4()
    headers = {"X-Request-ID": str(trace)}
    assert site.http.post("/expenses", json={}, headers=headers).status_code == 400
    eventually(lambda: _has_all(spans, trace, "POST /expenses"))
    (only,) = spans.of(trace)
    assert (only.failed, only.told["http.response.status_code"]) == (False, 400)


def test_an_import_is_a_trace_of_its_own(site: Site, spans: Collector) -> None:
    text = (
        "departments,project_name,amount,date,member_name\n"
        '"IT",Lantern Portal,"1,200.00€",10/2/2026,Ines Falk\n'
    )
    done = site.upload(text)
    assert done.status_code in (200, 201), done.text
    run = UUID(done.json()["import_id"])
    eventually(lambda: _has_all(spans, run, "append", "project expenses"))


def test_an_attempt_that_lost_is_told_apart_from_the_append_that_holds(
    spans: Collector, log: PostgresEventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    settings = read_settings({"OTEL_EXPORTER_OTLP_ENDPOINT": spans.url})
    cause, stream = a_cause(), uuid4()
    with tracing(settings, "test"):
        log.append_blocking(an_append(stream))
        with pytest.raises(Conflict):
            log.append_blocking(replace(an_append(stream), cause=cause))
        log.append_blocking(replace(an_append(), cause=cause))
        with (
            pytest.raises(KeyError),
            span("outer", SpanPlace(other := uuid4())),
            span("inner"),
        ):
            raise KeyError("Zeppelin")
    inner, outer = spans.of(other)
    assert (inner.failed, inner.told, inner.parent) == (True, {"error.type": "KeyError"}, outer.id)
    lost, holds = spans.of(cause.correlation_id)
    assert (lost.failed, lost.told["error.type"]) == (True, "conflict")
    assert (holds.failed, int(holds.id, 16)) == (False, span_of(cause.causation_id))
    assert lost.id != holds.id


def test_spans_tell_nothing_of_anybody(site: Site, spans: Collector) -> None:
    branch = Branch(site)
    member, administrator = branch.member("Quirina"), branch.administrator("Rosamund")
    trace = uuid4()
    claim = member.claimed(description="Zeppelin to the harbour")
    path = f"/reimbursements/{claim['uid']}/deny"
    denied = administrator.http.post(
        path, json={"reason": "No Zeppelins"}, headers={"X-Request-ID": str(trace)}
    )
    assert denied.status_code == 200, denied.text
    site.http.get("/expenses?member_name=Quirina&x=1", headers={"User-Agent": "Zeppelin"})
    eventually(lambda: _has_all(spans, trace, "smtp send"), "the letter")
    told = repr(spans.spans)
    for secret in ("Quirina", "Rosamund", LAST_NAME, "Zeppelin", "@", CLAIM["amount"], "127.0.0.1"):
        assert secret not in told, secret


def test_a_collector_that_is_away_is_in_nobodys_way(
    site: Site, postgres: PostgresServer, valkey: ValkeyServer, tmp_path_factory: Any
) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": away, **SOON}
    folder = tmp_path_factory.mktemp("away")
    with a_site(postgres, valkey, folder, **settings) as running:
        for _ in range(20):
            assert running.record().status_code == 201
    written = running.output.read_text()
    assert "Traceback" not in written
    assert 1 <= written.count("spans_lost") <= 4  # each process and worker says it once a minute


class Awkward:
    """A collector that answers every batch with a status, and goes on answering until it is let go."""

    def __init__(self) -> None:
        self.let_go = Event()
        self.asked = Event()
        self.sent = 0
        self.url = ""

    @contextmanager
    def answering(self, head: bytes, piece: bytes, pause_s: float) -> Iterator[None]:
        """Send this head, and then pieces."""
        awkward = self

        class Answering(BaseRequestHandler):
            def handle(self) -> None:
                self.request.recv(1 << 16)
                awkward.asked.set()
                with suppress(OSError):
                    self.request.sendall(head)
                    while not awkward.let_go.wait(pause_s):
                        self.request.sendall(piece)
                        awkward.sent += len(piece)

        with ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            self.url = f"http://127.0.0.1:{server.server_address[1]}"
            try:
                yield
            finally:
                self.let_go.set()
                server.shutdown()


def one_span(sender: SpanSender) -> None:
    with sender.span("any", SpanPlace(uuid4()), SpanPart.INTERNAL, {}):
        pass


@pytest.mark.timeout(60)  # half of what OpenTelemetry would wait at the end
@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"]
)
def test_who_answers_slowly_keeps_nobody_from_ending(head: bytes) -> None:
    slow = Awkward()
    with slow.answering(head, b"x", 0.2):
        senders = [SpanSender(f"{slow.url}/v1/traces", 1.0, "api") for _ in range(4)]
        for sender in senders:
            one_span(sender)
            sender.close()
        assert slow.asked.is_set()
        assert not slow.let_go.is_set()


def test_an_answer_without_end_is_not_taken_into_memory() -> None:
    endless = Awkward()
    with endless.answering(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * (1 << 16), 0.0):
        sender = SpanSender(f"{endless.url}/v1/traces", 1.0, "api")
        one_span(sender)
        sender.close()
        assert endless.asked.is_set()
        assert endless.sent < 1 << 25  # what the system takes in by itself
