"""Reactions over HTTP and on the command line: listing, retrying, giving up, bounces, and the mailbox."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from click.testing import CliRunner, Result

from infrastructure.shared.event_log.log import PostgresEventLog
from interfaces.cli import main
from tests.facts import NOBODY, eventually
from tests.reacting import MEMBER, Firm, names_in
from tests.sites import Site


@pytest.fixture(scope="module")
def log(site: Site) -> Iterator[PostgresEventLog]:
    log = PostgresEventLog(site.settings["DATABASE_URL"])
    yield log
    log.close()


_LETTERS = "kind[in]=mail_claim_waiting,mail_claim_received,mail_claim_denied"
"""Beside them a claim is looked at again in days."""


@pytest.fixture(scope="module")
def denied(site: Site, log: PostgresEventLog) -> UUID:
    """A claim that was denied, and its member told."""
    firm = Firm(log)
    claim = firm.submit("Lamp oil")
    firm.deny(claim, "No <b>receipt</b>")
    eventually(lambda: len(listed(site, f"subject={claim}&state=done&{_LETTERS}")) == 3)
    eventually(lambda: len(listed(site, "kind=mail_administrator&state=done")) == 1)
    return claim


@pytest.fixture(scope="module")
def orphan(site: Site, log: PostgresEventLog, denied: UUID) -> dict[str, Any]:
    """A reaction that cannot succeed: a letter to a member who is not there."""
    firm = Firm(log)
    claim = firm.submit("Told to nobody", member_uid=uuid4())
    firm.deny(claim)
    query = f"subject={claim}&kind=mail_claim_denied&state=parked"
    eventually(lambda: listed(site, query))
    return listed(site, query)[0]


def listed(site: Site, query: str) -> list[dict[str, Any]]:
    answer = site.http.get(f"/reactions?{query}")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


def messages(site: Site) -> list[dict[str, Any]]:
    answer = site.http.get("/mailbox/messages")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


def post(site: Site, path: str, **body: str) -> httpx.Response:
    return site.http.post(path, json=body) if body else site.http.post(path)


def test_what_was_done_is_listed_with_what_it_was_about(site: Site, denied: UUID) -> None:
    rows = listed(site, f"subject={denied}&sort=id&{_LETTERS}")
    kinds = ["mail_claim_waiting", "mail_claim_received", "mail_claim_denied"]
    assert [row["kind"] for row in rows] == kinds
    assert [row["lane"] for row in rows] == ["common", "common", "mail"]
    assert {row["digest"] for row in rows} == {None}
    assert {row["state"] for row in rows} == {"done"}
    assert {row["failures"] for row in rows} == {0}
    one = site.http.get(f"/reactions/{rows[0]['uid']}").json()
    assert one == site.http.get(f"/reactions/{rows[0]['id']}").json() == rows[0]
    assert listed(site, f"subject={denied}&lane=mail") == rows[2:]
    assert not listed(site, f"digest={rows[0]['uid']}")
    groups = site.http.get(f"/reactions/aggregates?by=state&{_LETTERS}").json()["data"]
    assert {"state": "done", "count": 3} in groups


def test_what_is_done_is_neither_retried_nor_given_up(site: Site, denied: UUID) -> None:
    uid = listed(site, f"subject={denied}")[0]["uid"]
    for what in ("retry", "discard"):
        answer = post(site, f"/reactions/{uid}/{what}")
        assert answer.status_code == 409
        assert answer.json()["code"] == "wrong_reaction_state"
        assert answer.json()["state"] == "done"


@pytest.mark.parametrize("identity", [str(NOBODY), "999999999"])
def test_there_is_no_such_reaction(site: Site, identity: str) -> None:
    assert post(site, f"/reactions/{identity}/retry").json()["code"] == "reaction_not_found"
    assert post(site, f"/reactions/{identity}/discard").status_code == 404
    assert site.http.get(f"/reactions/{identity}").status_code == 404


def test_an_id_that_is_none_is_named(site: Site) -> None:
    answer = post(site, "/reactions/seven/retry")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["got"] == "seven"


def test_what_is_parked_tells_why_and_can_be_retried_and_given_up(
    site: Site, orphan: dict[str, Any]
) -> None:
    assert "no member" in orphan["last_error"]
    counts = site.http.get("/health/ready").json()["reactions"]
    assert counts["parked"] >= 1
    assert 'daybook_reactions{state="parked"}' in site.http.get("/metrics").text

    retried = post(site, f"/reactions/{orphan['id']}/retry")
    assert retried.status_code == 200
    assert retried.json()["state"] == "pending"
    assert retried.json()["failures"] == 0
    eventually(lambda: listed(site, f"id={orphan['id']}&state=parked"))

    for _ in range(2):  # again is quiet
        given_up = post(site, f"/reactions/{orphan['uid']}/discard")
        assert given_up.status_code == 200
        assert given_up.json()["state"] == "discarded"
    row = site.http.get(f"/reactions/{orphan['id']}").json()
    assert row["decided_by"].startswith("user:")
    assert site.http.get("/health/ready").json()["reactions"]["parked"] < counts["parked"]


def daybook(site: Site, *arguments: str) -> Result:
    """A `daybook reactions` command, run in this process."""
    return CliRunner().invoke(main, ["reactions", *arguments], env=dict(site.settings))


def test_the_command_line_does_the_same(site: Site, orphan: dict[str, Any]) -> None:
    identity = str(orphan["id"])
    shown = daybook(site, "list", "--state", "discarded,parked")
    assert "mail_claim_denied" in shown.stdout
    assert orphan["last_error"] in shown.stdout
    retried = daybook(site, "retry", identity)
    assert retried.stdout.startswith(f"Reaction {identity} (mail_claim_denied) is pending")
    eventually(lambda: listed(site, f"id={identity}&state=parked"))
    given_up = daybook(site, "discard", identity)
    assert f"Reaction {identity} (mail_claim_denied) is discarded" in given_up.stdout
    lines = daybook(site, "list", "--state", "discarded", "--json")
    assert [json.loads(line)["id"] for line in lines.stdout.splitlines()] == [orphan["id"]]
    missing = daybook(site, "retry", "999999999")
    assert missing.exit_code == 1
    assert "There is no reaction" in missing.stderr
    wrong = daybook(site, "list", "--state", "dnoe")
    assert wrong.exit_code == 1
    assert "dnoe" in wrong.stderr


def test_the_mailbox_has_every_message_once(site: Site, denied: UUID) -> None:
    found = {(one["recipient"], one["subject"]): one for one in messages(site)}
    letter = found[MEMBER, "Your claim of 1,248.20 EUR was denied"]
    assert (MEMBER, "Your claim of 1,248.20 EUR was received") in found
    assert "No <b>receipt</b>" in letter["text_body"]
    assert letter["deliveries"] == 1
    assert site.http.get(f"/mailbox/messages/{letter['id']}").json() == letter


def test_the_mailbox_is_a_page_for_a_browser_without_a_token(site: Site, denied: UUID) -> None:
    letter = next(message for message in messages(site) if "denied" in message["subject"])
    with httpx.Client(base_url=site.url) as browser:
        page = browser.get("/mailbox")
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert f'<a href="/mailbox/{letter["id"]}">{letter["subject"]}</a>' in page.text
        shown = browser.get(f"/mailbox/{letter['id']}").text
        assert "No &lt;b&gt;receipt&lt;/b&gt;" in shown
        assert "<b>receipt" not in shown
        assert "<iframe sandbox" in shown
        assert browser.get("/mailbox/999999").status_code == 404
        assert browser.get("/mailbox/none").status_code == 400
        assert browser.get("/mailbox/messages").status_code == 401
        for headers in (
            {"Host": "evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"X-Forwarded-For": "203.0.113.7"},
            {"X-Real-IP": "203.0.113.7"},
        ):
            for path in ("/mailbox", f"/mailbox/{letter['id']}"):
                answer = browser.get(path, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (403, "foreign_site")


def test_a_bounce_is_noted_and_shows_on_the_reaction(
    site: Site, log: PostgresEventLog, denied: UUID
) -> None:
    letter = next(message for message in messages(site) if "denied" in message["subject"])
    report = {"message_id": letter["message_id"], "reason": "552 5.2.2 mailbox full"}
    answer = post(site, "/mail/bounces", **report)
    assert answer.status_code == 200
    assert answer.headers["Location"] == f"/reactions/{answer.json()['reaction_uid']}"
    again = post(site, "/mail/bounces", **report)
    assert again.headers["Daybook-Position"] == answer.headers["Daybook-Position"]
    assert names_in(log).count("mail.bounced.v1") == 1
    path = answer.headers["Location"]

    def shown() -> bool:
        error = site.http.get(path).json()["last_error"]
        return bool(error == "the message came back: 552 5.2.2 mailbox full")

    eventually(shown)


@pytest.mark.parametrize("message_id", ["<nobody@example>", f"<{NOBODY.hex}@daybook.example>"])
def test_a_bounce_of_no_message_of_ours_is_not_found(site: Site, message_id: str) -> None:
    assert post(site, "/mail/bounces", message_id=message_id, reason="x").status_code == 404


def test_a_bounce_says_what_and_why(site: Site) -> None:
    answer = post(site, "/mail/bounces", message_id="<a@b>", reason="", extra="x")
    assert answer.status_code == 400
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/reason", "/extra"}
