"""Files of meter readings: each row is priced by the factor valid then, and a file sent again adds nothing."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.branches import Branch, Person
from tests.processes import daybook, wait_until
from tests.sites import Site

COMMON_SITE = True

HEADER = "meter,usage_type_id,usage_at,amount,unit"


@pytest.fixture(scope="module")
def mira(site: Site) -> Person:
    """A member, once the types of the beginning are there."""
    wait_until(lambda: site.http.get("/usage-types/104").status_code == 200, "the types")
    return Branch(site).member()


def hand_in(site: Site, of: Person | None, *rows: str, **more: str) -> httpx.Response:
    fields = {"source": uuid4().hex, **more}
    if of is not None:
        fields["user"] = str(of.principal.user_uid)
    text = "\n".join([HEADER, *rows]) + "\n"
    files = {"file": ("meters.csv", text.encode())}
    return site.http.post("/imports/usages", files=files, data=fields)


def test_readings_are_priced_and_belong_to_their_user(site: Site, mira: Person) -> None:
    meter = uuid4().hex
    rows = (
        f"{meter},100,2026-03-31T23:59:00+02:00,0.2,MWh",
        f"{meter},101,2026-03-31T23:59:00Z,10,",
    )
    answer = hand_in(site, mira, *rows)
    assert answer.status_code == 201, answer.text
    asked = f"/usages?external_id[starts_with]={meter}&sort=usage_at"
    found = mira.http.get(asked, headers=site.after(answer)).json()["data"]
    told = [(one["emissions"], one["unit"], one["normalised_amount"]) for one in found]
    assert told == [("300", "MWh", "200"), ("269.3", "kg", "10")]
    assert found[0]["usage_at"] == "2026-03-31T21:59:00Z"
    again = hand_in(site, mira, *rows).json()
    assert (again["imported"], again["already_known"]) == (0, 2)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("m,99,2026-03-31T23:59:00Z,1,", "unknown_usage_type"),
        ("m,electricity,2026-03-31T23:59:00Z,1,", "bad_value"),
        ("m,100,2026-03-31T23:59:00,1,", "unreadable_time"),
        ("m,100,31.3.2026,1,", "unreadable_time"),
        ("m,100,2126-03-31T23:59:00Z,1,", "in_the_future"),
        ("m,100,1979-03-31T23:59:00Z,1,", "no_factor"),
        ("m,100,2026-03-31T23:59:00Z,1.2345678,", "too_many_decimals"),
        ("m,100,2026-03-31T23:59:00Z,NaN,", "not_finite"),
        ("m,100,2026-03-31T23:59:00Z,twelve,", "unreadable_amount"),
        ("m,100,2026-03-31T23:59:00Z,１２.5,", "unreadable_amount"),
        ("m,100,2026-03-31T23:59:00Z,1_000,", "unreadable_amount"),
        ("m,100,2026-03-31T23:59:00Z,1,l", "wrong_dimension"),
    ],
)
def test_a_bad_row_is_told_and_nothing_is_stored(
    site: Site, mira: Person, row: str, code: str
) -> None:
    meter = uuid4().hex
    refused = hand_in(site, mira, f"{meter},100,2026-03-31T00:00:00Z,1,", row)
    assert refused.status_code == 422, refused.text
    (fault,) = refused.json()["errors"]
    assert (fault["row"], fault["code"]) == (3, code)


def test_only_operators_hand_in_files(site: Site, mira: Person) -> None:
    files: Any = {"file": ("meters.csv", HEADER.encode())}
    data = {"source": "x", "user": str(mira.principal.user_uid)}
    refused = mira.http.post("/imports/usages", files=files, data=data)
    assert refused.status_code == 403
    unknown = site.http.post(
        "/imports/usages", files=files, data={"source": "x", "user": str(uuid4())}
    )
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["code"] == "unknown_user"


def test_a_reverted_file_leaves_lists_series_and_sums(site: Site, mira: Person) -> None:
    meter = uuid4().hex
    rows = [f"{meter},100,2026-02-0{day}T12:00:00Z,{day}.5," for day in (1, 2)]
    first = hand_in(site, mira, *rows)
    of_meter = f"external_id[starts_with]={meter}"
    months = "/usages/series?bucket=month&from=2026-02-01&to=2026-03-01"

    def seen(after: httpx.Response) -> tuple[list[str], str, str, int]:
        headers = site.after(after)
        listed = mira.http.get(f"/usages?{of_meter}", headers=headers).json()["data"]
        grouped = "/usages/aggregates?measures=sum:emissions"
        (by_meter,) = mira.http.get(f"{grouped}&{of_meter}", headers=headers).json()["data"]
        series = mira.http.get(months, headers=headers).json()["total"]
        uids = [one["uid"] for one in listed]
        return uids, by_meter["sum:emissions"], series["emissions"], series["count"]

    before = seen(first)
    assert (len(before[0]), before[1]) == (2, "6")
    run = first.json()["import_id"]
    reverted = site.http.post(f"/imports/{run}/revert", json={"reason": "Wrong file"})
    assert reverted.status_code == 200, reverted.text
    after = seen(reverted)
    assert after[:2] == ([], "0")
    assert Decimal(before[2]) - Decimal(after[2]) == 6
    assert before[3] - after[3] == 2
    assert mira.http.patch(f"/usages/{before[0][0]}", json={"amount": "3"}).status_code == 404
    assert mira.http.delete(f"/usages/{before[0][0]}").status_code == 404
    again = hand_in(site, mira, *rows)
    assert (again.json()["imported"], again.json()["already_known"]) == (2, 0)
    anew = seen(again)
    assert anew[1:] == before[1:]
    assert set(anew[0]).isdisjoint(before[0])
    assert hand_in(site, mira, *rows).json()["already_known"] == 2


def test_what_a_reverted_file_had_may_be_sent_again(site: Site, mira: Person) -> None:
    meter = uuid4().hex
    row = f"{meter},100,2026-02-01T12:00:00Z,4,"
    sent = {
        "external_id": f"{meter}@2026-02-01T12:00:00Z",
        "usage_type_id": 100,
        "usage_at": "2026-02-01T12:00:00Z",
        "amount": "4",
    }

    def send() -> httpx.Response:
        return mira.http.post("/usages/batch", json={"usages": [sent]})

    first = hand_in(site, mira, row)
    (before,) = send().json()["data"]
    assert before["status"] == "duplicate"
    run = first.json()["import_id"]
    site.http.post(f"/imports/{run}/revert", json={"reason": "Wrong file"})
    again = send()
    (anew,) = again.json()["data"]
    assert (anew["status"], anew["uid"] != before["uid"]) == ("recorded", True)
    listed = f"/usages?external_id[starts_with]={meter}"
    rows = mira.http.get(listed, headers=site.after(again)).json()["data"]
    assert [one["uid"] for one in rows] == [anew["uid"]]
    assert send().json()["data"] == [{**anew, "status": "duplicate"}]
    assert hand_in(site, mira, row).json()["already_known"] == 1
    assert mira.http.patch(f"/usages/{anew['uid']}", json={"amount": "5"}).status_code == 200


@pytest.mark.parametrize(
    "other",
    [
        "100,2026-05-01T12:00:00Z,5,",
        "101,2026-05-01T12:00:00Z,4,",
        "100,2026-05-01T12:00:00.5Z,4,",
    ],
)
def test_a_reading_that_is_known_with_other_values_is_told(
    site: Site, mira: Person, other: str
) -> None:
    meter = uuid4().hex
    right = f"{meter},100,2026-05-01T12:00:00Z,4,kWh"
    next_one = f"{meter},100,2026-05-02T12:00:00Z,4,"
    first = hand_in(site, mira, right)
    refused = hand_in(site, mira, f"{meter},{other}", next_one)
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_rows")
    (fault,) = refused.json()["errors"]
    assert (fault["row"], fault["code"]) == (2, "conflicting_external_id")
    aside = hand_in(site, mira, f"{meter},{other}", next_one, mode="quarantine")
    told = [aside.json()[name] for name in ("imported", "quarantined", "already_known")]
    assert (aside.status_code, told) == (201, [1, 1, 0]), aside.text
    (row,) = site.http.get(
        f"/imports/{aside.json()['import_id']}/rejects", headers=site.after(aside)
    ).json()["data"]
    assert row["reason"] == "conflicting_external_id"
    same = f"{meter},100,2026-05-01T14:00:00+02:00,0.004,MWh"
    assert hand_in(site, mira, same).json()["already_known"] == 1
    asked = f"/usages?external_id[starts_with]={meter}&sort=usage_at&limit=1"
    (usage,) = mira.http.get(asked, headers=site.after(first)).json()["data"]
    changed = mira.http.patch(f"/usages/{usage['uid']}", json={"amount": "5"})
    assert changed.status_code == 200
    later = f"{meter},100,2026-05-01T12:00:00Z,5,"
    assert hand_in(site, mira, later).json()["already_known"] == 1


@pytest.mark.parametrize("more", [{}, {"preview": "true"}, {"user": ""}])
def test_readings_belong_to_somebody(site: Site, mira: Person, more: dict[str, str]) -> None:
    refused = hand_in(site, None, f"{uuid4().hex},100,2026-05-01T12:00:00Z,4,", **more)
    assert refused.status_code == 422, refused.text
    (fault,) = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/user", "missing")


def test_who_has_imported_readings_changes_them(site: Site, mira: Person) -> None:
    meter = uuid4().hex
    answer = hand_in(site, mira, f"{meter},100,2026-05-01T12:00:00Z,4,")
    asked = f"/usages?external_id[starts_with]={meter}"
    (usage,) = mira.http.get(asked, headers=site.after(answer)).json()["data"]
    assert mira.http.patch(f"/usages/{usage['uid']}", json={"amount": "5"}).status_code == 200
    assert mira.http.delete(f"/usages/{usage['uid']}").status_code == 204


def test_whose_readings_a_file_has_is_said_at_the_command_line(site: Site, mira: Person) -> None:
    def imported(*of: str) -> Any:
        row = f"{uuid4().hex},100,2026-05-01T12:00:00Z,4,"
        stdin = f"{HEADER}\n{row}\n".encode()
        return daybook("import", "usages", "-", *of, settings=site.settings, stdin=stdin)

    assert "1 of 1 rows recorded" in imported("--user", str(mira.principal.user_uid)).stdout
    email = mira.http.get(mira.path).json()["email"]
    assert "1 of 1 rows recorded" in imported("--user", email.upper()).stdout
    nobody = imported("--user", "nobody@daybook.example")
    assert (nobody.returncode, nobody.stdout) == (2, "")
    assert "there is no user 'nobody@daybook.example'" in nobody.stderr
    assert "--user" in imported().stderr
