"""What one person tries alone, over HTTP: each of it ends in a refusal, or waits for the word of another."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.identity import user_uid
from domain.shared.roles import Role, administrator_uid
from tests.asking import Caller, problem
from tests.branches import Branch, Person, a_person, fresh
from tests.processes import daybook, wait_until
from tests.signed_in import OPERATOR
from tests.sites import Site

COMMON_SITE = True

THEIR_OWN_IBAN = "NL91ABNA0417164300"


@pytest.fixture
def bank(site: Site) -> Branch:
    """A bank of its own, whose policy a test may set."""
    return Branch(site)


def sets(bank: Branch, folder: Path, **change: Any) -> None:
    """Put a policy in force, at the machine."""
    path = folder / "policy.json"
    path.write_text(json.dumps(change))
    done = daybook("policies", "set", str(bank.id), str(path), settings=bank.site.settings)
    assert done.returncode == 0, done.stderr


def admits(by: Person, bank: Branch, first_name: str, iban: str | None = None) -> Person:
    """A member let in by this administrator, who opens the account, too, if they say where the money goes."""
    body = a_person(first_name, bank.email(first_name))
    made = by.http.post(f"{bank.path}/members", json=body)
    assert made.status_code == 201, made.text
    member = Person(bank.site, bank.principal(first_name, Role.MEMBER), made)
    if iban is None:
        member.account = bank.opened(member)
    else:
        account = {"bank_member_id": member.id, "iban": iban}
        opened = by.http.post(f"{bank.path}/accounts", json=account)
        assert opened.status_code == 201, opened.text
        member.account = opened.json()["id"]
    return member


# A member who does not exist


def test_a_member_made_up_is_not_paid_by_who_made_them_up(bank: Branch) -> None:
    ruth, tom = bank.administrator("Ruth"), bank.administrator("Tom")
    claim = admits(ruth, bank, "Nobody").claimed()
    assert ruth.decides(claim, "approve").json()["status"] == "pending"
    assert ruth.decides(claim, "approve").json()["status"] == "pending"
    approved = tom.decides(claim, "approve").json()
    assert (approved["status"], UUID(approved["endorsed_by"])) == ("approved", ruth.uid)


def test_who_opened_the_account_approves_nothing_that_goes_there(bank: Branch) -> None:
    ruth, tom = bank.administrator("Ruth"), bank.administrator("Tom")
    claim = admits(ruth, bank, "Nobody", THEIR_OWN_IBAN).claimed()
    problem(ruth.decides(claim, "approve"), 403, "own_payee")
    assert tom.decides(claim, "approve").json()["status"] == "approved"


# Splitting


def test_a_claim_cut_in_pieces_counts_as_the_whole(bank: Branch) -> None:
    mira, tom = bank.member(), bank.administrator("Tom", "500.00")
    one, two, three = (mira.claimed(amount=f"{250 - n}.00") for n in range(3))
    statuses = [tom.decides(it, "approve").json()["status"] for it in (one, two, three)]
    assert statuses == ["approved", "approved", "pending"]
    ruth = bank.administrator("Ruth")
    assert ruth.decides(three, "approve").json()["status"] == "approved"


def test_claims_of_others_do_not_count(bank: Branch) -> None:
    tom = bank.administrator("Tom", "500.00")
    for name in ("Mira", "Iris"):
        claim = bank.member(name).claimed(amount="400.00")
        assert tom.decides(claim, "approve").json()["status"] == "approved"


# Tiers


def test_a_tier_asks_for_so_many_people_of_its_roles(bank: Branch, tmp_path: Path) -> None:
    tiers = [
        {"currency": "EUR", "up_to": "100"},
        {"approvals": 2, "roles": ["administrator", "operator"]},
    ]
    sets(bank, tmp_path, tiers=tiers, splitting_days=0)
    mira, ruth = bank.member(), bank.administrator("Ruth")
    small, large = mira.claimed(amount="100.00"), mira.claimed(amount="100.01")
    path = f"/reimbursements/{small['id']}/approve"
    assert problem(bank.operator.post(path), 403, "not_asked")["roles"] == ["administrator"]
    approved = ruth.decides(small, "approve").json()
    assert (approved["status"], approved["policy_version"]) == ("approved", 1)
    assert ruth.decides(large, "approve").json()["status"] == "pending"
    path = f"/reimbursements/{large['id']}/approve"
    problem(bank.operator.post(path), 403, "own_payee")  # who opened the account
    other = replace(OPERATOR, user_uid=user_uid(bank.email("Olga")))
    done = Caller(bank.site, other).post(path).json()
    assert (done["status"], UUID(done["decided_by"])) == ("approved", other.user_uid)


def test_an_operator_is_asked_about_nothing_by_default(bank: Branch) -> None:
    claim = bank.member().claimed()
    problem(bank.operator.post(f"/reimbursements/{claim['id']}/approve"), 403, "not_asked")
    denial = {"reason": "No ticket"}
    refused = bank.operator.post(f"/reimbursements/{claim['id']}/deny", json=denial)
    problem(refused, 403, "not_asked")


# One person


def test_a_bank_of_one_person_says_so(bank: Branch, tmp_path: Path) -> None:
    sets(bank, tmp_path, four_eyes=False)
    ruth = bank.administrator("Ruth")
    claim = admits(ruth, bank, "Mira", THEIR_OWN_IBAN).claimed()
    approved = ruth.decides(claim, "approve").json()
    assert (approved["status"], approved["four_eyes"]) == ("approved", False)
    own = bank.both("Iris").claimed(amount=fresh())
    answer = ruth.decides(own, "approve")
    assert answer.json()["status"] == "approved"


# Payees


def test_an_endorsement_is_void_once_others_are_paid(bank: Branch) -> None:
    mira = bank.member()
    tom, nils = (bank.administrator(name, "100.00") for name in ("Tom", "Nils"))
    claim = mira.claimed(amount="150.00")
    assert tom.decides(claim, "approve").json()["payee_version"] == 1
    pays(tom, mira, THEIR_OWN_IBAN, confirmed_by=mira)
    endorsed = nils.decides(claim, "approve").json()
    assert (endorsed["status"], endorsed["payee_version"]) == ("pending", 2)
    # Whoever had it changed has no say any more, whoever confirmed it.
    problem(tom.decides(claim, "approve"), 403, "own_payee")
    ruth = bank.administrator("Ruth")
    approved = ruth.decides(claim, "approve").json()
    assert (approved["status"], approved["payee_version"]) == ("approved", 2)


def pays(by: Person, member: Person, iban: str, confirmed_by: Person) -> None:
    """Have a member's account changed to this number."""
    waiting = by.http.patch(f"/accounts/{member.account}", json={"iban": iban})
    assert waiting.status_code == 202, waiting.text
    confirmed = confirmed_by.http.post(f"{waiting.headers['Location']}/confirm")
    assert confirmed.status_code == 200, confirmed.text


def test_an_account_turned_to_ones_own_pays_nothing_by_ones_word(bank: Branch) -> None:
    """The number of a member is changed while their claim waits, and another administrator confirms it unseen."""
    mira, ruth = bank.member(), bank.administrator("Ruth")
    tom, nils = bank.administrator("Tom"), bank.administrator("Nils")
    claim = mira.claimed()
    pays(tom, mira, THEIR_OWN_IBAN, confirmed_by=ruth)
    for by in (tom, ruth):
        problem(by.decides(claim, "approve"), 403, "own_payee")
    assert nils.decides(claim, "approve").json()["payee_version"] == 2


def test_a_number_that_is_anothers_is_seen_first(bank: Branch) -> None:
    mira, iris, ruth = bank.member("Mira"), bank.member("Iris"), bank.administrator("Ruth")
    iris.iban = mira.iban
    iris.account = bank.opened(iris)
    claim = iris.claimed()
    refused = problem(ruth.decides(claim, "approve"), 409, "duplicate_not_acknowledged")
    accounts = mira.sees(f"/accounts/{mira.account}")
    assert refused["account_duplicate_of"] == accounts["uid"]
    approved = ruth.decides(claim, "approve", acknowledge_duplicates=True)
    assert approved.json()["status"] == "approved"


# Policies


def test_every_version_of_a_policy_is_told(bank: Branch, tmp_path: Path) -> None:
    mira = bank.member()
    (default,) = mira.sees(f"{bank.path}/policies")["data"]
    assert (default["version"], default["four_eyes"], default["hold_hours"]) == (0, True, 72)
    assert default["set_at"] is None
    sets(bank, tmp_path, hold_hours=0)
    sets(bank, tmp_path, tiers=[{"approvals": 2}])
    second, first, _ = mira.sees(f"{bank.path}/policies")["data"]
    assert (second["version"], first["version"]) == (2, 1)
    assert (second["hold_hours"], second["tiers"][0]["approvals"]) == (0, 2)
    assert first["tiers"] == default["tiers"]
    elsewhere = Branch(bank.site).member("Eve")
    problem(elsewhere.http.get(f"{bank.path}/policies"), 404, "not_found")


def test_a_policy_takes_two_people(bank: Branch) -> None:
    ruth, tom, nils = (bank.administrator(*it) for it in (("Ruth",), ("Tom", "1.00"), ("Nils",)))
    alone = {"four_eyes": False, "tiers": [{"currency": "EUR", "up_to": 5000}, {"approvals": 2}]}
    waiting = tom.http.post(f"{bank.path}/policies", json=alone)
    assert waiting.status_code == 202, waiting.text
    assert "without four eyes" in waiting.json()["summary"]
    proposal = waiting.headers["Location"]
    assert tom.sees(f"{bank.path}/policies")["data"][0]["version"] == 0
    assert tom.http.post(f"{proposal}/confirm").status_code == 403
    assert ruth.http.post(f"{proposal}/confirm").status_code == 200
    policy = tom.sees(f"{bank.path}/policies")["data"][0]
    assert (policy["version"], policy["four_eyes"]) == (1, False)
    assert (policy["set_by"], policy["confirmed_by"]) == tuple(
        str(it.principal.user_uid) for it in (tom, ruth)
    )
    assert policy["tiers"][0]["up_to"] == "5000.00"
    # From now on one is enough.
    answer = nils.http.post(f"{bank.path}/policies", json={"four_eyes": True})
    assert (answer.status_code, answer.json()["data"][0]["version"]) == (200, 2)
    for wrong, pointer in (({"hold_hours": -1}, "/hold_hours"), ({"tiers": []}, "/tiers")):
        (error,) = problem(ruth.http.post(f"{bank.path}/policies", json=wrong), 422, "invalid")[
            "errors"
        ]
        assert error["pointer"] == pointer
    mira = bank.member()
    problem(mira.http.post(f"{bank.path}/policies", json=alone), 403, "permission_missing")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"hold_hours": -1}', "/hold_hours"),
        ('{"tiers": [{"currency": "EUR"}]}', "/tiers"),
        ('{"hold_minutes": 5}', "hold_minutes"),
        ("{", "cannot be read"),
    ],
)
def test_a_policy_that_is_none_is_refused(
    bank: Branch, tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "policy.json"
    path.write_text(text)
    done = daybook("policies", "set", str(bank.id), str(path), settings=bank.site.settings)
    assert done.returncode == 1
    assert told.removeprefix("/") in done.stderr
    assert len(bank.operator.get(f"{bank.path}/policies").json()["data"]) == 1


# Delegations


def lends(by: Person, to: Person, first: date | None = None) -> Any:
    """A delegation for a fortnight, from today if no other day is given."""
    first = first or datetime.now(UTC).date()
    body = {"to": to.id, "starts_on": str(first), "ends_on": str(first + timedelta(days=13))}
    return by.http.post("/delegations", json=body)


def test_a_limit_is_lent_and_taken_back(bank: Branch) -> None:
    mira = bank.member()
    ruth, tom = bank.administrator("Ruth"), bank.administrator("Tom", "100.00")
    claim = mira.claimed(amount="900.00")
    behalf = {"on_behalf_of": ruth.id}
    problem(tom.decides(claim, "approve", **behalf), 403, "not_lent")
    lent = lends(ruth, tom)
    assert lent.status_code == 201, lent.text
    approved = tom.decides(claim, "approve", **behalf).json()
    assert (approved["status"], UUID(approved["on_behalf_of"])) == (
        "approved",
        ruth.principal.user_uid,
    )
    delegation = f"/delegations/{lent.json()['id']}"
    problem(tom.http.delete(delegation), 403, "not_yours_to_lend")
    ended = ruth.http.delete(delegation)
    assert ended.status_code == 200
    assert tom.sees(delegation, ended)["status"] == "ended"
    late = mira.claimed(amount="901.00")
    problem(tom.decides(late, "approve", **behalf), 403, "not_lent")


def test_who_is_appointed_anew_lends_and_is_lent_anew(bank: Branch) -> None:
    ruth, tom, mira = bank.administrator("Ruth"), bank.administrator("Tom", "10"), bank.member()
    today = str(datetime.now(UTC).date())
    lent = {"to": tom.id, "starts_on": today, "ends_on": today}
    assert ruth.http.post("/delegations", json=lent).is_success
    assert ruth.http.delete(tom.path).status_code == 200
    bank.appoints("Tom", approval_limit="10")
    claim, borrowed = mira.claimed(amount=fresh()), {"on_behalf_of": ruth.id}
    problem(tom.decides(claim, "approve", **borrowed), 403, "not_lent")
    assert ruth.http.post("/delegations", json=lent).is_success
    approved = tom.decides(claim, "approve", **borrowed)
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")


def test_a_limit_is_lent_for_days(bank: Branch) -> None:
    ruth, tom = bank.administrator("Ruth"), bank.administrator("Tom", "100.00")
    today = datetime.now(UTC).date()
    assert lends(ruth, tom, today + timedelta(days=2)).status_code == 201
    claim = bank.member().claimed(amount="900.00")
    problem(tom.decides(claim, "approve", on_behalf_of=ruth.id), 403, "not_lent")
    body = {"to": tom.id, "starts_on": str(today), "ends_on": str(today + timedelta(days=92))}
    refused = ruth.http.post("/delegations", json=body)
    (error,) = problem(refused, 422, "invalid")["errors"]
    assert error["pointer"] == "/ends_on"
    problem(lends(ruth, ruth), 422, "invalid")


def test_a_limit_is_lent_for_days_that_there_are(bank: Branch) -> None:
    ruth, tom = bank.administrator("Ruth"), bank.administrator("Tom", "100.00")
    for first, last in (("9999-12-31", "2026-11-25"), ("9999-10-05", "2026-11-25")):
        body = {"to": tom.id, "starts_on": first, "ends_on": last}
        refused = ruth.http.post("/delegations", json=body)
        (error,) = problem(refused, 422, "invalid")["errors"]
        assert (error["pointer"], error["code"]) == ("/ends_on", "date_out_of_range")


def test_nobody_is_paid_by_who_uses_their_limit(bank: Branch) -> None:
    iris, tom = bank.both("Iris"), bank.administrator("Tom", "100.00")
    assert lends(iris, tom).status_code == 201
    claim = iris.claimed(amount="900.00")
    as_administrator = administrator_uid(bank.uid, user_uid(bank.email("Iris")))
    refused = tom.decides(claim, "approve", on_behalf_of=str(as_administrator))
    problem(refused, 403, "lender_barred")


def test_a_limit_counts_nothing_beside_the_word_of_whose_it_is(bank: Branch) -> None:
    ruth, tom = (bank.administrator(*it) for it in (("Ruth", "500.00"), ("Tom", "100.00")))
    assert lends(ruth, tom).status_code == 201
    claim = bank.member().claimed(amount="900.00")
    assert ruth.decides(claim, "approve").json()["status"] == "pending"
    problem(tom.decides(claim, "approve", on_behalf_of=ruth.id), 409, "limits_too_low")


# Letters


def subjects_to(bank: Branch, first_name: str) -> list[str]:
    """What the letters to somebody are about, the newest first."""
    query = {"recipient": bank.email(first_name), "fields": "subject"}
    messages = bank.site.http.get("/mailbox/messages", params=query).json()["data"]
    return [message["subject"] for message in messages]


def test_those_whose_word_would_help_are_asked(bank: Branch) -> None:
    mira, tom = bank.member(), bank.administrator("Tom", "100.00")
    for name, limit in (("Nils", "100.00"), ("Tiny", "10.00")):
        bank.administrator(name, limit)
    claim = mira.claimed(amount="150.00")
    assert tom.decides(claim, "approve").json()["status"] == "pending"
    wanted = "Mira Berg's claim of 150.00 EUR needs your word"
    wait_until(lambda: wanted in subjects_to(bank, "Nils"), "the letter to Nils")
    assert all(wanted not in subjects_to(bank, name) for name in ("Tom", "Tiny"))
