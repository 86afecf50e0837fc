"""Profiles of files over HTTP and at the command line: previewed, confirmed, used, withdrawn."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.shared.roles import Role
from tests.asking import problem
from tests.functional.test_cli import daybook
from tests.functional.test_permissions import someone
from tests.sites import Site
from tests.unit.test_file_shapes import GERMAN, GERMAN_IS, HEADER, NAMES, PLAIN, sheet_row, texts
from tests.workbooks import cell, workbook

COMMON_SITE = True

FILE = ("Bericht;;;;\n" + GERMAN).encode("cp1252")


def upload(site: Site, file: bytes = FILE, **fields: str) -> httpx.Response:
    return site.http.post(
        "/imports/expenses", files={"file": ("reisen.csv", file)}, data={"source": "s", **fields}
    )


def confirm(site: Site, source: str, **options: str) -> httpx.Response:
    body = {"kind": "expenses", "source": source, "options": options}
    return site.http.post("/imports/profiles", json=body)


def previewed(site: Site, source: str) -> dict[str, Any]:
    answer = upload(site, source=source, preview="true")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def newest(site: Site) -> Any:
    """The last event that is not of the usage types, which a new book is given meanwhile."""
    asked = {"name[starts_with]": "import", "sort": "-position", "limit": "1"}
    answer = site.http.get("/events", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_preview_says_how_a_file_would_be_read_and_records_nothing(site: Site) -> None:
    head = newest(site)
    told = previewed(site, "travel")
    assert told["profile"]["options"].items() >= {**GERMAN_IS, "encoding": "cp1252"}.items()
    assert {it["option"] for it in told["guesses"]} == {
        "encoding",
        "columns",
        "locale",
        "date_format",
        "header_row",
    }
    assert told["read_as"]["header_row"] == "2"
    assert [it["value"] for it in told["rows"][0]["cells"]][2:4] == ["1234.50 EUR", "2021-10-02"]
    assert newest(site) == head


def test_what_is_confirmed_is_used_by_the_next_import_of_its_source(site: Site) -> None:
    source = uuid4().hex
    problem(upload(site, source=source), 400, "wrong_encoding")
    told = previewed(site, source)
    confirmed = site.http.post("/imports/profiles", json=told["profile"])
    assert (confirmed.status_code, confirmed.json()["version"]) == (201, 1)
    answer = upload(site, source=source)
    assert (answer.status_code, answer.json()["imported"]) == (201, 1)
    assert answer.json()["read_as"]["encoding"] == "cp1252"
    run = site.http.get(answer.headers["location"], headers=site.after(answer)).json()
    assert (run["options"]["profile"], run["options"]["profile_version"]) == (
        confirmed.json()["uid"],
        "1",
    )
    assert run["read_as"] == answer.json()["read_as"]
    problem(upload(site, source=source, profile="none"), 400, "wrong_encoding")
    other = upload(site, source=uuid4().hex, profile=confirmed.json()["uid"])
    assert other.json()["imported"] == 1
    later = site.http.post(
        "/imports/expenses",
        files={"file": ("a.csv", FILE.replace(b"007", b"008"))},
        data={"source": source},
        headers={"Prefer": "respond-async"},
    )
    assert later.status_code == 202


def test_profiles_are_of_no_bank_and_shown_to_operators_only(site: Site) -> None:
    record = f"/imports/profiles/{confirm(site, uuid4().hex, locale='de_DE').json()['uid']}"
    for path in ("/imports/profiles", "/imports/profiles.csv", record, f"{record}/history"):
        with site.signed_in(someone(Role.AUDITOR)) as client:
            problem(client.get(path), 403, "permission_missing")
        with site.signed_in(someone(Role.OPERATOR)) as client:
            assert client.get(path).status_code == 200, path


def test_what_an_import_declares_goes_before_its_profile(site: Site) -> None:
    source = uuid4().hex
    confirm(site, source, locale="de_DE", date_format="D.M.YYYY")
    answer = upload(site, PLAIN.encode(), source=source, locale="en_US", date_format="M/D/YYYY")
    assert answer.json()["imported"] == 1


def test_a_profile_has_versions_and_a_history(site: Site) -> None:
    source = uuid4().hex
    first = confirm(site, source, locale="de_DE")
    same = confirm(site, source, locale="de_DE")
    assert (same.json()["version"], same.json()["uid"]) == (1, first.json()["uid"])
    second = confirm(site, f" {source} ", locale="fr_FR")
    assert second.json()["version"] == 2
    after = site.after(second)
    answer = site.http.get(second.headers["location"], headers=after)
    found = answer.json()
    assert (found["source"], found["options"], found["status"], answer.headers["etag"]) == (
        source,
        {"locale": "fr_FR"},
        "confirmed",
        second.headers["etag"],
    )
    history = site.http.get(f"{second.headers['location']}/history", headers=after).json()["data"]
    assert [fact["data"]["options"] for fact in history] == [
        {"locale": "de_DE"},
        {"locale": "fr_FR"},
    ]
    listed = site.http.get("/imports/profiles", params={"source": source}, headers=after).json()
    assert [it["uid"] for it in listed["data"]] == [found["uid"]]


def test_a_withdrawn_profile_is_not_used(site: Site) -> None:
    source = uuid4().hex
    confirmed = confirm(site, source, locale="de_DE", date_format="D.M.YYYY")
    ended = site.http.delete(confirmed.headers["location"])
    assert ended.status_code == 200
    found = site.http.get(confirmed.headers["location"], headers=site.after(ended)).json()
    assert found["status"] == "withdrawn"
    assert upload(site, PLAIN.encode(), source=source).json()["imported"] == 1
    uid = confirmed.json()["uid"]
    answer = upload(site, PLAIN.encode(), source=source, profile=uid)
    assert problem(answer, 422, "invalid")["errors"][0]["code"] == "unknown_profile"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"kind": "expanses"}, "/kind", "unknown_kind"),
        ({"source": " "}, "/source", "blank"),
        ({"options": {"lokale": "de_DE"}}, "/options/lokale", "unknown_option"),
        ({"options": {"locale": "xx"}}, "/options/locale", "unknown_locale"),
        ({"options": {"columns": "Betrag=amout"}}, "/options/columns", "unknown_column"),
    ],
)
def test_a_profile_that_no_file_could_be_read_with(
    site: Site, body: dict[str, Any], pointer: str, code: str
) -> None:
    usual = {"kind": "expenses", "source": "s", "options": {}}
    answer = site.http.post("/imports/profiles", json={**usual, **body})
    assert answer.status_code == 422
    assert [(it["pointer"], it["code"]) for it in answer.json()["errors"]] == [(pointer, code)]


def test_profiles_that_cannot_be_used(site: Site) -> None:
    answer = upload(site, PLAIN.encode(), profile=str(uuid4()))
    assert problem(answer, 422, "invalid")["errors"][0]["code"] == "unknown_profile"
    assert upload(site, profile="mine").json()["errors"][0]["pointer"] == "/profile"
    assert upload(site, preview="yes").json()["errors"][0]["pointer"] == "/preview"
    bank = site.http.post("/banks", json={"name": "b", "location": "l", "currency": "EUR"})
    answer = upload(site, PLAIN.encode(), profile=bank.json()["uid"])
    assert problem(answer, 422, "invalid")["errors"][0]["code"] == "unknown_profile"


def test_a_rejected_file_says_what_would_fit(site: Site) -> None:
    german = PLAIN.replace("1,234.50€", "1.234,50 €").replace("10/2/2021", "20.10.2021")
    answer = upload(site, (german + german.split("\n")[1] + "\n").encode(), source=uuid4().hex)
    document = problem(answer, 422, "bad_rows")
    assert document["proposal"] == {"locale": "de_DE", "date_format": "D.M.YYYY"}
    assert document["read_as"]["delimiter"] == ","
    run = site.http.get(f"/imports/{document['import_id']}", headers=site.after(answer)).json()
    assert run["proposal"] == document["proposal"]
    again = upload(site, german.encode(), source=uuid4().hex, **document["proposal"])
    assert again.status_code == 201
    some = german + 'IT,x,"1,234.50€",yesterday,Zoë\n'
    assert "proposal" not in upload(site, some.encode(), source=uuid4().hex).json()


def test_a_file_put_aside_as_a_whole_says_what_would_fit(site: Site) -> None:
    german = PLAIN.replace("1,234.50€", "1.234,50 €").replace("10/2/2021", "20.10.2021")
    answer = upload(site, german.encode(), source=uuid4().hex, mode="quarantine")
    told = answer.json()
    assert (answer.status_code, told["imported"], told["quarantined"]) == (201, 0, 1)
    assert told["proposal"] == {"locale": "de_DE", "date_format": "D.M.YYYY"}
    run = site.http.get(f"/imports/{told['import_id']}", headers=site.after(answer)).json()
    assert run["proposal"] == told["proposal"]


def test_a_file_of_which_some_days_seem_right_says_what_would_fit_all(site: Site) -> None:
    days = PLAIN + PLAIN.split("\n")[1].replace("10/2/2021", "13/2/2021") + "\n"
    document = problem(upload(site, days.encode(), source=uuid4().hex), 422, "bad_rows")
    assert document["proposal"] == {"date_format": "D/M/YYYY"}


def test_a_workbook_is_imported(site: Site) -> None:
    file = workbook([texts(*NAMES), sheet_row(cell("1234.5", style="euro"))])
    answer = upload(site, file, source=uuid4().hex)
    assert answer.json()["read_as"] == {"format": "xlsx", "sheet": "Sheet1", "header_row": "1"}
    rows = site.http.get(
        "/expenses", params={"import_id": answer.json()["import_id"]}, headers=site.after(answer)
    ).json()["data"]
    assert [(it["amount"], it["currency"], it["date"]) for it in rows] == [
        ("1234.50", "EUR", "2021-10-02")
    ]


def test_the_command_line_previews_confirms_and_shows_what_was_got(
    site: Site, tmp_path: Path
) -> None:
    file, source = tmp_path / "reisen.csv", uuid4().hex
    file.write_bytes(FILE)
    told = ("import", "expenses", str(file), "--source", source)
    refused = daybook(*told, settings=site.settings)
    assert refused.returncode == 1
    assert "What seems to fit: --encoding cp1252" in refused.stderr
    preview = daybook(*told, "--preview", settings=site.settings)
    assert "--locale de_DE" in preview.stdout
    assert "amount='1234.50 EUR'" in preview.stdout
    assert daybook(*told, "--confirm", settings=site.settings).stdout.endswith("version 1).\n")
    assert daybook(*told, settings=site.settings).stdout.startswith("1 of 1 rows recorded")
    file.write_text(f"{HEADER}\nIT,x,much,1/1/2021,Zoë\n")
    bad = daybook(*told, "--profile", "none", settings=site.settings)
    assert "row 2, amount: an amount such as 1,234.56" in bad.stderr
    assert ", got 'much'" in bad.stderr
    file.write_text(f"{HEADER}\nIT,x,much,1/1/2021,Zoë\nIT,x,€1,1/1/2021,Zoë\n")
    some = daybook(*told, "--profile", "none", "--mode", "valid_only", settings=site.settings)
    assert ", got 'much'" in some.stderr
    assert daybook(*told, "--profile", "x", settings=site.settings).returncode == 2


def test_characters_that_no_database_keeps_are_refused_or_shown(site: Site) -> None:
    answer = upload(site, PLAIN.encode(), columns="a\0=amount")
    assert problem(answer, 422, "invalid")["errors"][0]["code"] == "control_character"
    sheet = workbook([texts(*NAMES), sheet_row(cell("a_x0000__xD800_", "inlineStr"))])
    answer = upload(site, sheet, source=uuid4().hex)
    assert problem(answer, 422, "bad_rows")["errors"][0]["got"] == "a_x0000__xD800_"
    body = {"kind": "expenses\0", "source": "s", "options": {"\0": "\0"}}
    answer = site.http.post("/imports/profiles", json=body)
    assert problem(answer, 422, "invalid")["errors"][0]["code"] == "unknown_kind"
    body = {"kind": "expenses", "source": "s", "options": {"\0": "\0"}}
    answer = site.http.post("/imports/profiles", json=body)
    assert problem(answer, 422, "invalid")["errors"][0]["code"] == "unknown_option"
    body = {"kind": "expenses", "source": "s", "options": {"delimiter": "\0", "currency": "\0"}}
    answer = site.http.post("/imports/profiles", json=body)
    assert answer.status_code == 422
