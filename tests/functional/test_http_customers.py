"""Customers and their cash flow for staff: what was handed in on a page, exactly, until it is taken back."""

import pytest

from domain.shared.roles import Role
from tests.functional.test_permissions import someone
from tests.processes import wait_until
from tests.sites import Site
from tests.statements import twelve
from tests.visiting import Visitor

NEW = "/workflows/customer-cashflow/new"


@pytest.fixture(scope="module")
def page(site: Site) -> str:
    """The page of Grace, who handed a statement in."""
    with Visitor(site) as visitor:
        visitor.open(NEW)
        told = {"first_name": "Grace", "last_name": "Åkesson", "date_of_birth": "1980-02-29"}
        values = {f"details.{name}": text for name, text in told.items()}
        answer = visitor.send(
            values, {"statement": ("s.csv", twelve("€100.10", "€60.05").encode())}
        )
        visitor.open(answer.headers["location"])
        assert visitor.page.count("<svg") == 1
        return str(answer.headers["location"])


def _grace(site: Site) -> dict[str, str]:
    (row,) = wait_until(
        lambda: site.http.get("/customers?last_name=Åkesson").json()["data"], "the customer"
    )
    return dict(row)


def test_customers_are_listed_and_looked_up(site: Site, page: str) -> None:
    grace = _grace(site)
    assert (grace["first_name"], grace["date_of_birth"]) == ("Grace", "1980-02-29")
    assert site.http.get(f"/customers/{grace['id']}").json()["uid"] == grace["uid"]
    history = site.http.get(f"/customers/{grace['uid']}/history").json()
    assert "customer.registered" in str(history)


def test_the_cash_flow_tells_months_and_sums_exactly(site: Site, page: str) -> None:
    path = f"/customers/{_grace(site)['uid']}/cashflow"
    told = site.http.get(path).json()
    assert [month["month"] for month in told["data"]][::11] == ["2025-11-01", "2026-10-01"]
    assert told["data"][0] == {
        "month": "2025-11-01",
        "income": "100.10",
        "expenses": "60.05",
        "net": "40.05",
        "currency": "EUR",
    }
    sums = {"income": "1201.20", "expenses": "720.60", "net": "480.60", "currency": "EUR"}
    assert told["totals"] == [sums]
    last = site.http.get(f"{path}?months=2").json()["data"]
    assert [month["month"] for month in last] == ["2026-09-01", "2026-10-01"]


@pytest.mark.parametrize("months", ["0", "121", "x", "1e1", "-1", ""])
def test_a_number_of_months_that_is_none_is_refused(site: Site, page: str, months: str) -> None:
    answer = site.http.get(f"/customers/{_grace(site)['uid']}/cashflow", params={"months": months})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "months")


def test_who_is_no_operator_sees_no_customer(site: Site, page: str) -> None:
    uid = _grace(site)["uid"]
    for role in set(Role) - {Role.OPERATOR}:
        with site.signed_in(someone(role)) as client:
            for path in ("/customers", f"/customers/{uid}", f"/customers/{uid}/cashflow"):
                assert client.get(path).status_code == 403


def test_a_customer_that_nobody_knows_has_no_cash_flow(site: Site) -> None:
    answer = site.http.get("/customers/00000000-0000-8000-8000-000000000000/cashflow")
    assert answer.status_code == 404


def test_what_is_taken_back_is_shown_to_nobody(site: Site, page: str) -> None:
    uid = _grace(site)["uid"]
    (run,) = site.http.get("/imports?kind=statements").json()["data"]
    answer = site.http.post(f"/imports/{run['uid']}/revert", json={"reason": "It was a try"})
    assert answer.status_code in (200, 204), answer.text
    told = site.http.get(f"/customers/{uid}/cashflow", headers=site.after(answer)).json()
    assert (told["data"], told["totals"]) == ([], [])
    with Visitor(site) as visitor:
        assert visitor.open(page).status_code == 200
        assert "taken back" in visitor.page
        assert "<svg" not in visitor.page
