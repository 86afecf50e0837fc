"""Transactions over HTTP: listed, added up, and told per user."""

import random
from decimal import ROUND_HALF_EVEN, Decimal
from urllib.parse import quote
from uuid import uuid4

import msgspec
import pytest

from application.shared.permissions import Principal
from domain.shared.roles import Role
from tests.asking import problem, when
from tests.sites import Site
from tests.transacting import USERS, hand_in, ingest, summary

COMMON_SITE = True


def test_the_summary_is_as_asked_to_the_last_digit(site: Site, user: int) -> None:
    rows = "".join(f"{uuid4().hex},{user},$204.81,2026-03-14\n" for _ in range(50))
    assert hand_in(site, rows).status_code == 201
    answer = summary(site, user)
    assert answer.text == (
        f'{{"user_id":{user},"total_transactions":50,"total_amount":10240.50,'
        '"average_transaction_amount":204.81}'
    )
    assert answer.headers["content-type"] == "application/json"


def test_a_sum_no_float_could_hold_is_told_exactly(site: Site, user: int) -> None:
    for amount in ("9007199254740993.01", "0.02"):
        last = ingest(site, user, amount)
    numbers = msgspec.json.decode(
        summary(site, user, after=last).content, type=dict[str, msgspec.Raw]
    )
    assert bytes(numbers["total_amount"]) == b"9007199254740993.03"
    assert bytes(numbers["average_transaction_amount"]) == b"4503599627370496.52"


def test_a_user_whose_amounts_add_up_to_zero_is_found(site: Site, user: int) -> None:
    ingest(site, user, "5.00")
    told = summary(site, user, after=ingest(site, user, "-5.00")).json()
    assert (told["total_transactions"], told["total_amount"]) == (2, 0)


def test_a_user_without_transactions_is_not_found(site: Site, user: int) -> None:
    when(site.http).gets(f"/transactions/{user}/summary").refused(404, "not_found")
    last = ingest(site, user)
    assert summary(site, user, "?from=2026-03-14&to=2026-03-14", last).status_code == 200
    for query in ("?from=2026-03-15", "?to=2026-03-13", "?currency=EUR"):
        refused = when(site.http).gets(f"/transactions/{user}/summary{query}")
        assert f"user {user}" in refused.refused(404, "not_found")["detail"]


def test_a_user_with_bad_rows_only_is_not_found(site: Site, user: int) -> None:
    rows = f"{uuid4().hex},{user},many,2026-03-14\n{uuid4().hex},{user},1,2026-02-30\n"
    answer = hand_in(site, rows, mode="valid_only")
    assert (answer.status_code, answer.json()["bad_rows"]) == (201, 2)
    assert summary(site, user).status_code == 404


def test_days_are_included_and_have_an_order(site: Site, user: int) -> None:
    for day in (13, 14, 15):
        last = ingest(site, user, f"{day}.00", transaction_date=f"2026-03-{day}")
    told = summary(site, user, "?from=2026-03-14&to=2026-03-15", last).json()
    assert (told["total_transactions"], told["total_amount"]) == (2, 29)
    refused = when(site.http).gets(f"/transactions/{user}/summary?from=2026-03-15&to=2026-03-14")
    (fault,) = refused.refused(422, "out_of_range")["errors"]
    assert fault["parameter"] == "from"


def test_currencies_are_never_added(site: Site, user: int) -> None:
    ingest(site, user, "10.00")
    last = ingest(site, user, "1500", currency="JPY")
    conflict = problem(summary(site, user, after=last), 409, "several_currencies")
    assert conflict["currencies"] == ["JPY", "USD"]
    told = summary(site, user, "?currency=JPY")
    assert '"total_amount":1500,' in told.text
    assert summary(site, user, "?currency=USD").json()["total_amount"] == 10


@pytest.mark.parametrize(
    "user", ["0", "-1", "2147483648", "1e3", "abc", "٤٢", "1.0", "%201", "9" * 5_000, "+1", "null"]
)
def test_what_is_no_number_of_a_user_is_told_so(site: Site, user: str) -> None:
    for path in (f"/transactions/{user}/summary", f"/users/{user}/transactions/monthly"):
        refused = when(site.http).gets(quote(path, safe="/%")).refused(422, "out_of_range")
        (fault,) = refused["errors"]
        assert fault["parameter"] == "user_id"
        assert len(fault["got"]) <= 200


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=bad", "from"),
        ("to=2026-02-30", "to"),
        ("from=", "from"),
        ("currency=usd", "currency"),
        ("currency=%00", "currency"),
        ("form=2026-03-01", "form"),
        ("from=2026-03-01&from=2026-03-02", "from"),
    ],
)
def test_a_query_that_cannot_be_read_is_told_so(site: Site, query: str, parameter: str) -> None:
    for path in ("/transactions/1/summary", "/users/1/transactions/monthly"):
        answer = site.http.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert parameter in [fault["parameter"] for fault in answer.json()["errors"]]


def test_months_without_transactions_are_there_with_zero(site: Site, user: int) -> None:
    ingest(site, user, "10.00", transaction_date="2025-11-30")
    ingest(site, user, "5.00", transaction_date="2025-11-01")
    last = ingest(site, user, "-2.50", transaction_date="2026-02-01")
    path = f"/users/{user}/transactions/monthly"
    told = site.http.get(path, headers=site.after(last)).json()["data"]
    assert [(row["month"], row["total_transactions"], row["total_amount"]) for row in told] == [
        ("2025-11-01", 2, "15.00"),
        ("2025-12-01", 0, "0.00"),
        ("2026-01-01", 0, "0.00"),
        ("2026-02-01", 1, "-2.50"),
    ]
    cut = site.http.get(f"{path}?from=2025-10-20&to=2025-11-15").json()["data"]
    assert [(row["month"], row["total_amount"]) for row in cut] == [
        ("2025-10-01", "0.00"),
        ("2025-11-01", "5.00"),
    ]
    later = site.http.get(f"{path}?from=2026-08-31").json()["data"]
    assert [(row["month"], row["total_transactions"]) for row in later] == [("2026-08-01", 0)]


def test_months_are_told_per_currency_and_not_without_end(site: Site, user: int) -> None:
    ingest(site, user, "10.00")
    last = ingest(site, user, "1500", currency="JPY", transaction_date="2026-04-01")
    path = f"/users/{user}/transactions/monthly"
    told = site.http.get(path, headers=site.after(last)).json()["data"]
    assert [(row["month"][:7], row["currency"], row["total_amount"]) for row in told] == [
        ("2026-03", "JPY", "0"),
        ("2026-03", "USD", "10.00"),
        ("2026-04", "JPY", "1500"),
        ("2026-04", "USD", "0.00"),
    ]
    assert len(site.http.get(f"{path}?currency=JPY").json()["data"]) == 1
    when(site.http).gets(f"{path}?from=0001-01-01").refused(422, "too_many_groups")
    when(site.http).gets(f"{path}?to=9999-12-31").refused(422, "too_many_groups")
    stranger = f"/users/{USERS.randrange(1_000, 2**31)}/transactions/monthly"
    when(site.http).gets(stranger).refused(404, "not_found")


def test_the_whole_grammar_is_there(site: Site, user: int) -> None:
    for amount, day in (("10.00", "2026-03-14"), ("20.00", "2026-03-15"), ("40.00", "2026-04-01")):
        last = ingest(site, user, amount, transaction_date=day)
    at = site.after(last)
    groups = site.http.get(
        f"/transactions/aggregates?by=month&user_id={user}&measures=sum:amount,avg:amount,count",
        headers=at,
    ).json()["data"]
    assert [
        (row["month"], row["sum:amount"], row["avg:amount"], row["count"]) for row in groups
    ] == [
        ("2026-03-01", "30.00", "15.000000", 2),
        ("2026-04-01", "40.00", "40.000000", 1),
    ]
    (facet,) = site.http.get(f"/transactions/facets?by=currency&user_id={user}").json()["data"]
    assert facet["values"] == [
        {"value": "USD", "sum:amount": "70.00", "sum_amount": "70.00", "count": 3}
    ]
    exported = site.http.get(f"/transactions.csv?user_id={user}&sort=-amount&limit=1").text
    assert ",40.00,USD,2026-04-01," in exported.splitlines()[1]
    page = site.http.get(
        f"/transactions?user_id={user}&amount[gte]=20&sort=-amount&limit=1&count=exact"
    )
    assert page.json()["page"]["count"] == 2


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_people_of_a_bank_read_no_transactions(site: Site, role: Role) -> None:
    """A transaction belongs to no bank, so it is nothing of theirs."""
    someone = Principal(user_uid=uuid4(), name="X", bank_uid=uuid4(), roles=frozenset({role}))
    with site.signed_in(someone) as client:
        for path in ("/transactions", "/transactions/1/summary", "/users/1/transactions/monthly"):
            when(client).gets(path).refused(403, "permission_missing")
        when(client).posts("/transactions", json={}).refused(403, "permission_missing")


def test_summaries_are_those_of_a_plain_book(site: Site) -> None:
    """Against the sums of the rows themselves, for users with a handful of rows each."""
    draw = random.Random(7)
    users = [USERS.randrange(1_000, 2**31) for _ in range(20)]
    book: dict[int, list[Decimal]] = {user: [] for user in users}
    rows = []
    for _ in range(400):
        user, amount = draw.choice(users), Decimal(draw.randrange(-10_000, 100_000)).scaleb(-2)
        book[user].append(amount)
        rows.append(f'{uuid4().hex},{user},"{amount:,}",2026-03-{draw.randrange(1, 29):02}\n')
    assert hand_in(site, "".join(rows)).status_code == 201
    for user, amounts in book.items():
        total = sum(amounts, Decimal(0))
        average = (total / len(amounts)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        assert summary(site, user).text == (
            f'{{"user_id":{user},"total_transactions":{len(amounts)},"total_amount":{total},'
            f'"average_transaction_amount":{average}}}'
        )
