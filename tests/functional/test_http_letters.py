"""Letters: everybody reads of those to their own address, operators of all; nothing that is asked leads to others."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from application.shared.ports import Append, StreamAppend
from domain.mail import MailBounced, MailRefused, MailSent, mail_uid
from domain.shared.events import Event
from infrastructure.shared.event_log.recorders import open_log
from tests.asking import Caller, problem, when
from tests.branches import Branch, Person
from tests.facts import a_cause, eventually
from tests.functional.test_http_service_accounts import Machine
from tests.people import let_choose, signs_in
from tests.sites import Site

COMMON_SITE = True

Row = dict[str, Any]


class PostBox:
    """Letters as facts in the log of a site, whatever address they are to."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def holds(self, recipient: str, subject: str = "A letter", **changes: Any) -> Row:
        """The row of a letter that was sent."""
        return self.tells(
            uuid4(), MailSent(**self.envelope(uuid4(), recipient, subject, **changes))
        )

    def envelope(self, reaction: UUID, recipient: str, subject: str, **changes: Any) -> Row:
        """What each fact of a letter says."""
        return {
            "reaction_id": reaction,
            "policy": "mail approvals",
            "recipient": recipient,
            "subject": subject,
            "message_id": f"<{reaction.hex}@daybook.example>",
            **changes,
        }

    def tells(self, reaction: UUID, *facts: Event) -> Row:
        """The row of the letter of a reaction, once it knows these facts, of which the first may be long ago."""
        uid, log = mail_uid(reaction), open_log(self.site.settings["DATABASE_URL"])
        try:
            known = len(log.stream_blocking(uid))
            streams = (StreamAppend(uid, known, facts),)
            position = log.append_blocking(Append(streams=streams, cause=a_cause())).last_position
        finally:
            log.close()
        seen = self.site.http.get(
            f"/letters/{uid}", headers={"Daybook-Min-Position": str(position)}
        )
        assert seen.status_code == 200, seen.text
        row: Row = seen.json()
        return row


@pytest.fixture(scope="module")
def post(site: Site) -> PostBox:
    return PostBox(site)


@pytest.fixture(scope="module")
def branch(site: Site) -> Branch:
    return Branch(site)


@pytest.fixture(scope="module")
def mira(branch: Branch) -> Person:
    return branch.member("Mira")


@pytest.fixture(scope="module")
def theirs(branch: Branch, mira: Person, post: PostBox) -> Row:
    """A letter to Mira, which nobody but her and operators may learn of."""
    return post.holds(branch.email("Mira"), f"Only Mira reads {uuid4().hex}")


@pytest.fixture(scope="module")
def strangers(branch: Branch, mira: Person, theirs: Row) -> dict[str, Caller]:
    """Whoever is of the same bank, and of another one."""
    return {
        "member": branch.member("Noor").http,
        "administrator": branch.administrator().http,
        "member and administrator": branch.both().http,
        "auditor": branch.auditor(),
        "member elsewhere": Branch(branch.site).member("Mira").http,
    }


def letters(caller: Caller, **asked: Any) -> list[Row]:
    """The letters that somebody sees."""
    answer = caller.get("/letters", params={"limit": 200, **asked})
    assert answer.status_code == 200, answer.text
    data: list[Row] = answer.json()["data"]
    return data


def test_members_read_what_they_were_sent(branch: Branch, mira: Person) -> None:
    administrator = branch.administrator("Ada")
    claim = mira.claimed()
    assert administrator.decides(claim, "approve").status_code == 200

    def approved() -> list[Row]:
        return letters(mira.http, **{"subject[contains]": "was approved"})

    eventually(approved)
    (letter,) = approved()
    assert letter["reimbursement_uid"] == claim["uid"]
    assert (letter["status"], letter["reason"]) == ("sent", None)
    assert letter["recipient"] == branch.email("Mira")
    assert letter["sent_at"] == letter["recorded_at"]
    for identity in (letter["uid"], letter["id"]):
        assert (
            when(mira.http).gets(f"/letters/{identity}").then(200)["subject"] == letter["subject"]
        )
    seen = letters(mira.http)
    assert {one["recipient"] for one in seen} == {branch.email("Mira")}
    assert [one["id"] for one in seen] == sorted((one["id"] for one in seen), reverse=True)


def test_a_letter_with_a_link_shows_its_subject_alone(branch: Branch, mira: Person) -> None:
    """What it says is nowhere but in the letter: who has a session has not the mailbox."""
    eventually(lambda: letters(mira.http, policy="mail password links"))
    for letter in letters(mira.http, policy="mail password links"):
        assert letter.keys() == {
            "id", "uid", "recipient", "subject", "policy", "status", "reason", "reimbursement_uid", "message_id",
            "sent_at", "recorded_at", "correlation_id",
        }  # fmt: skip
        assert "#" not in letter["subject"]


WAYS_ROUND = [
    "/letters?limit=200",
    "/letters?limit=200&sort=id",
    "/letters?limit=200&sort=-recipient,subject",
    "/letters?limit=200&count=exact",
    "/letters?limit=200&fields=id,recipient,subject,version",
    "/letters?recipient={recipient}",
    "/letters?recipient[ne]=x&limit=200",
    "/letters?recipient[starts_with]=mira&recipient[contains]=@&limit=200",
    "/letters?recipient[in]={recipient},x",
    "/letters?subject={subject}",
    "/letters?id={id}",
    "/letters?uid={uid}",
    "/letters?uid[in]={uid},{correlation_id}",
    "/letters?message_id={message_id}",
    "/letters?correlation_id={correlation_id}",
    "/letters?reason[is_null]=true&limit=200",
    "/letters?status=sent&count=exact",
    "/letters.csv",
    "/letters.csv?recipient={recipient}",
    "/letters.ndjson",
    "/letters.ndjson?id={id}&fields=subject",
    "/letters?recipient={recipient}&count=exact",
    "/letters?recipient={recipient}&count=estimated",
]


@pytest.mark.parametrize("way", WAYS_ROUND)
def test_no_way_to_ask_leads_to_letters_of_others(
    way: str, strangers: dict[str, Caller], theirs: Row, mira: Person
) -> None:
    asked = way.format(**theirs).replace("<", "%3C").replace(">", "%3E")
    assert theirs["subject"] in mira.http.get(asked).text or "fields=id" in asked or "sent" in asked
    for who, stranger in strangers.items():
        answer = stranger.get(asked)
        assert answer.status_code == 200, (who, answer.text)
        assert theirs["subject"] not in answer.text, who
        assert theirs["uid"] not in answer.text, who
        assert theirs["recipient"] not in answer.text, who
        if way.endswith("{recipient}&count=exact"):
            assert answer.json()["page"]["count"] == 0, who


@pytest.mark.parametrize(
    "asked",
    [
        "user_uid={uid}",
        "user_uid[ne]={uid}",
        "sort=user_uid",
        "fields=user_uid",
        "include=all",
        "scope=all",
        "by=recipient",
        "bank_uid={uid}",
    ],
)
def test_whose_a_letter_is_can_not_be_asked_for(asked: str, mira: Person, theirs: Row) -> None:
    answer = mira.http.get(f"/letters?{asked.format(**theirs)}")
    assert answer.status_code == 400, answer.text


def test_a_letter_of_others_is_answered_like_one_that_is_not_there(
    strangers: dict[str, Caller], theirs: Row
) -> None:
    absent = {theirs["uid"]: str(uuid4()), theirs["id"]: "999999999"}
    for who, stranger in strangers.items():
        for identity, nothing in absent.items():
            refused, expected = (
                problem(stranger.get(f"/letters/{one}"), 404, "not_found")["detail"]
                for one in (identity, nothing)
            )
            assert refused.replace(str(identity), "X") == expected.replace(nothing, "X"), who
        for end in ("/history", "/events"):
            assert stranger.get(f"/letters/{theirs['uid']}{end}").status_code == 404, who
        for end in ("aggregates", "facets"):  # which are no ids of letters
            problem(stranger.get(f"/letters/{end}"), 400, "bad_value")
        problem(stranger.get("/mailbox/messages"), 403, "permission_missing")


def test_cursors_and_tags_of_others_lead_nowhere(
    strangers: dict[str, Caller], mira: Person, post: PostBox, theirs: Row
) -> None:
    post.holds(theirs["recipient"])
    first = mira.http.get("/letters?limit=1")
    cursor, tag = first.json()["page"]["next"], first.headers["etag"]
    assert cursor
    record = mira.http.get(f"/letters/{theirs['uid']}").headers["etag"]
    for who, stranger in strangers.items():
        answer = stranger.get("/letters", params={"limit": 1, "cursor": cursor})
        problem(answer, 400, "cursor_mismatch")
        same = stranger.get("/letters?limit=1", headers={"If-None-Match": tag})
        assert same.status_code == 200, who
        one = stranger.get(f"/letters/{theirs['uid']}", headers={"If-None-Match": record})
        assert one.status_code == 404, who


def test_an_address_is_somebodys_however_it_is_written_and_no_other_is(
    branch: Branch, post: PostBox
) -> None:
    """One that begins or ends like it, lies below it, or looks alike, is another's."""
    noa = branch.member("Noa").http
    email = branch.email("Noa")
    local, host = email.split("@")
    own = [post.holds(one) for one in (email, email.upper(), f" {local.title()}@{host.upper()} ")]
    others = [
        post.holds(one)
        for one in (
            email[1:],
            f"x{email}",
            f"{local}1@{host}",
            f"{local[:-1]}@{host}",
            f"{email}.evil.example",
            f"{local}@sub.{host}",
            f"{local}+post@{host}",
            email.replace("o", "\N{CYRILLIC SMALL LETTER O}"),
            f"{email},{email}",
            f"{email}\n{email}",
            "%",
            "",
            "not an address",
        )
    ]
    seen = {one["uid"] for one in letters(noa)}
    assert {one["uid"] for one in own} <= seen
    assert not {one["uid"] for one in others} & seen


def test_one_letter_is_one_row_whatever_becomes_of_it(branch: Branch, post: PostBox) -> None:
    lee, reaction = branch.member("Lee").http, uuid4()
    said = post.envelope(reaction, branch.email("Lee"), "What became of it")
    refused = post.tells(reaction, MailRefused(**said, reason="550 no such mailbox"))
    assert (refused["status"], refused["reason"]) == ("refused", "550 no such mailbox")
    assert refused["sent_at"] is None
    sent = post.tells(reaction, MailSent(**said))
    assert (sent["id"], sent["status"], sent["reason"]) == (refused["id"], "sent", None)
    back = post.tells(reaction, MailBounced(**said, reason="552 mailbox full"))
    assert (back["status"], back["reason"]) == ("bounced", "552 mailbox full")
    assert back["sent_at"] == sent["sent_at"]
    assert back["recorded_at"] >= sent["recorded_at"]
    (row,) = letters(lee, subject="What became of it")
    assert row == back


def test_what_cannot_be_seen_is_not_shown(branch: Branch, post: PostBox) -> None:
    letter = post.holds(
        f"{branch.email('Kai')}\0", "Paid\0 \N{RIGHT-TO-LEFT OVERRIDE}<b>\r\nBcc: x"
    )
    assert letter["subject"] == "Paid   <b>  Bcc: x"
    assert letter["recipient"] == f"{branch.email('Kai')} "


def test_operators_read_all_of_them(site: Site, theirs: Row, post: PostBox) -> None:
    nobodys = post.holds("nobody at all")
    for letter in (theirs, nobodys):
        answer = site.http.get("/letters", params={"uid": letter["uid"]})
        assert answer.json()["data"] == [letter]


def test_who_is_shut_out_comes_to_them_no_more(site: Site, branch: Branch, post: PostBox) -> None:
    kim, email = branch.member("Kim"), branch.email("Kim")
    letter = post.holds(email)
    let_choose(site, email)
    pair = signs_in(site, email).json()
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    seen = httpx.get(f"{site.url}/letters/{letter['uid']}", headers=headers, timeout=120)
    assert seen.json() == letter
    gone = site.http.post(f"/users/{kim.principal.user_uid}/deactivate")
    assert gone.status_code == 200, gone.text
    assert signs_in(site, email).status_code == 401
    refreshed = httpx.post(
        f"{site.url}/auth/refresh", json={"refresh_token": pair["refresh_token"]}, timeout=120
    )
    assert refreshed.status_code == 401
    assert site.http.get(f"/letters/{letter['uid']}").json() == letter


def test_a_machine_reads_them_only_with_a_scope_for_all_banks(
    site: Site, branch: Branch, theirs: Row
) -> None:
    watch = Machine(site, "letters:read")
    assert watch.asks("GET", f"/letters/{theirs['uid']}").json() == theirs
    problem(Machine(site, "reactions:read").asks("GET", "/letters"), 403, "permission_missing")
    body = {"name": "Of a bank", "scopes": ["letters:read"], "bank_id": branch.id}
    assert site.http.post("/service-accounts", json=body).status_code == 422
