"""Claims in the web app, from what a member submits to the money, and the inbox of those who decide."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.branches import Branch, Person, fresh
from tests.browser.apps import App
from tests.browser.conftest import found_by_axe
from tests.sites import Site

COMMON_SITE = True
SOON_MS = 60_000
expect.set_options(timeout=SOON_MS)


@pytest.fixture
def branch(site: Site) -> Branch:
    """A bank of this test's own."""
    return Branch(site)


def _submits(page: Page, what: str, amount: str) -> None:
    page.get_by_label("What was it for?").fill(what)
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Submit the claim").click()


def _row(page: Page, what: str) -> Locator:
    return page.get_by_role("row").filter(has_text=what)


def _opens(page: Page, what: str) -> Locator:
    """Open a claim of the inbox; answers what is told of it."""
    _row(page, what).get_by_text(what).click()
    opened = page.get_by_role("article")
    expect(opened.get_by_text(what).first).to_be_visible()
    return opened


def _claims_of(person: Person) -> int:
    count: int = person.http.get("/reimbursements?limit=1&count=exact").json()["page"]["count"]
    return count


def _status_of(person: Person, claim: dict[str, object]) -> str:
    return str(person.http.get(f"/reimbursements/{claim['uid']}").json()["status"])


def test_from_the_form_to_the_money(app: App, branch: Branch) -> None:
    mira, ruth = branch.member(), branch.administrator()
    page = app.signed_in(mira.principal, path="/claims")
    page.get_by_role("link", name="Claim money back").first.click()
    _submits(page, "Train to Kiel", "1,204.81")
    expect(page.get_by_text("It waits for a decision.", exact=True)).to_be_visible()
    # Afresh, without the note of React Aria's about a date field that is gone.
    page.reload()
    expect(page.get_by_text("It waits for a decision.", exact=True)).to_be_visible()
    assert found_by_axe(page) == []

    inbox = app.signed_in(ruth.principal, path="/inbox")
    opened = _opens(inbox, "Train to Kiel")
    expect(opened).to_contain_text("Your word is enough")
    assert found_by_axe(inbox) == []
    opened.get_by_role("button", name="Approve 1,204.81 EUR").click()
    expect(inbox.get_by_text("All is decided.")).to_be_visible()

    expect(page.get_by_text("Ruth Berg approved it, and the money arrived on")).to_be_visible()
    history = page.get_by_role("region", name="What happened")
    for told in (
        "The money arrived",
        "The money left",
        "Ruth Berg approved it",
        "Claimed: 1,204.81 EUR",
    ):
        expect(history.get_by_text(told)).to_be_visible()
    page.get_by_role("link", name="Claims").click()
    expect(_row(page, "Train to Kiel")).to_contain_text("Money arrived")


def test_an_amount_as_germans_type_it(app: App, branch: Branch) -> None:
    mira = branch.member()
    page = app.signed_in(mira.principal, path="/claims/new", locale="de-DE")
    page.get_by_label("Wofür war es?").fill("Bahn nach Kiel")
    page.get_by_label("Betrag").fill("1.204,81")
    page.get_by_role("button", name="Antrag einreichen").click()
    expect(page.get_by_text("Der Antrag wartet auf eine Entscheidung.", exact=True)).to_be_visible()
    expect(page.get_by_text("1.204,81 EUR").first).to_be_visible()


def test_what_is_wrong_stands_at_its_field(app: App, branch: Branch) -> None:
    app.may_fail("/reimbursements")
    mira = branch.member()
    page = app.signed_in(mira.principal, path="/claims/new")
    _submits(page, "Train", "12.345")
    expect(page.get_by_text("This currency has fewer decimals.")).to_be_visible()
    expect(page.get_by_label("Amount")).to_be_focused()
    assert found_by_axe(page) == []
    assert _claims_of(mira) == 0


def test_pressing_twice_and_reloading_claims_once(app: App, branch: Branch) -> None:
    mira = branch.member()
    page = app.signed_in(mira.principal, path="/claims/new")
    page.get_by_label("What was it for?").fill("Taxi")
    page.get_by_label("Amount").fill("12.50")
    page.get_by_role("button", name="Submit the claim").dblclick()
    expect(page.get_by_text("It waits for a decision.", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("It waits for a decision.", exact=True)).to_be_visible()
    assert _claims_of(mira) == 1


def test_a_lost_answer_is_sent_again_and_claims_once(app: App, branch: Branch) -> None:
    app.may_fail("/reimbursements")
    mira = branch.member()
    page = app.signed_in(mira.principal, path="/claims/new")
    lost: list[bool] = []

    def lose_once(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(True)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/reimbursements", lose_once)
    _submits(page, "Taxi", "12.50")
    expect(page.get_by_text("Daybook does not answer now.")).to_be_visible()
    page.get_by_label("What was it for?").press("Enter")
    expect(page.get_by_text("It waits for a decision.", exact=True)).to_be_visible()
    assert _claims_of(mira) == 1


def test_amending_and_withdrawing(app: App, branch: Branch) -> None:
    app.may_fail("/reimbursements")
    mira = branch.member()
    claim = mira.claimed(description="Train to Kiel", amount="1204.81")
    page = app.signed_in(mira.principal, path=f"/claims/{claim['id']}")
    page.get_by_role("button", name="Amend").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Amount")).to_have_value("1,204.81")
    assert found_by_axe(page) == []
    dialog.get_by_label("Amount").fill("1,104.81")
    elsewhere = mira.http.patch(f"/reimbursements/{claim['uid']}", json={"amount": "1004.81"})
    assert elsewhere.status_code == 200
    dialog.get_by_role("button", name="Save the changes").click()
    expect(dialog.get_by_label("Amount")).to_have_value("1,004.81")
    expect(dialog.get_by_role("alert")).to_contain_text("It was changed while you read it")
    dialog.get_by_label("Amount").fill("1,104.81")
    dialog.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_text("Amended: 1,104.81 EUR")).to_be_visible()

    page.get_by_role("button", name="Take back").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Claims")
    page.get_by_role("link", name="Taken back").click()
    expect(_row(page, "Train to Kiel")).to_contain_text("Taken back")


def test_denying_asks_for_the_reason(app: App, branch: Branch) -> None:
    mira, ruth = branch.member(), branch.administrator()
    claim = mira.claimed(description="Parking")
    page = app.signed_in(ruth.principal, path="/inbox")
    opened = _opens(page, "Parking")
    opened.get_by_role("button", name="Deny …").click()
    expect(opened.get_by_label("Why is it not paid?")).to_be_focused()
    opened.get_by_label("Why is it not paid?").fill("It is part of the allowance")
    opened.get_by_role("button", name="Deny the claim").click()
    expect(page.get_by_text("All is decided.")).to_be_visible()
    member = app.signed_in(mira.principal, path=f"/claims/{claim['id']}")
    expect(member.get_by_text("It is part of the allowance").first).to_be_visible()


def test_what_looks_like_an_earlier_one_is_approved_only_when_ticked(
    app: App, branch: Branch
) -> None:
    mira, ruth = branch.member(), branch.administrator()
    amount = fresh()
    mira.claimed(description="The first", amount=amount)
    second = mira.claimed(description="Once more", amount=amount)
    page = app.signed_in(ruth.principal, path=f"/inbox?claim={second['id']}")
    opened = page.get_by_role("article")
    beside = opened.get_by_role("region", name="The same amount and day as an earlier claim")
    expect(beside.get_by_text("The first")).to_be_visible()
    approve = opened.get_by_role("button", name="Approve")
    approve.click()
    expect(opened.get_by_text("Tick first that you have looked")).to_be_visible()
    assert _status_of(mira, second) == "pending"
    opened.get_by_role("checkbox").check()
    approve.click()
    expect(page.get_by_text(f"Claim {second['id']} is approved.")).to_be_visible()
    assert _status_of(mira, second) == "approved"


def test_a_limit_that_does_not_reach_endorses(app: App, branch: Branch) -> None:
    mira, tom = branch.member(), branch.administrator("Tom", limit="100.00")
    ruth = branch.administrator()
    claim = mira.claimed(description="Crane", amount="900.00")
    page = app.signed_in(tom.principal, path=f"/inbox?claim={claim['id']}")
    opened = page.get_by_role("article")
    expect(opened).to_contain_text("Your limit of 100.00 EUR does not reach what counts.")
    opened.get_by_role("button", name="Endorse 900.00 EUR").click()
    expect(_row(page, "Crane")).to_contain_text("Endorsed by Tom Berg")
    other = app.signed_in(ruth.principal, path=f"/inbox?claim={claim['id']}")
    expect(other.get_by_role("article")).to_contain_text("Tom Berg is in favour already.")


def test_many_at_once_and_who_was_faster(app: App, branch: Branch) -> None:
    mira, ruth, tom = branch.member(), branch.administrator(), branch.administrator("Tom")
    claims = [mira.claimed(description=f"Taxi {number}", amount=fresh()) for number in range(3)]
    page = app.signed_in(ruth.principal, path="/inbox")
    expect(_row(page, "Taxi 2")).to_be_visible()
    page.get_by_role("checkbox", name="Select all rows").check()
    many = page.get_by_role("region", name="3 claims selected")
    assert tom.decides(claims[1], "deny", reason="No receipt").status_code == 200
    assert found_by_axe(page) == []
    many.get_by_role("button", name="Approve 3").click()
    expect(page.get_by_text("2 were decided, one was refused")).to_be_visible()
    refused = page.get_by_role("alert", name="What was refused")
    expect(refused).to_contain_text("Taxi 1")
    expect(refused).to_contain_text("Tom Berg has denied this claim already")
    assert [_status_of(mira, claim) for claim in claims] == ["approved", "denied", "approved"]


def test_two_administrators_at_once(app: App, branch: Branch) -> None:
    app.may_fail("/reimbursements")
    mira, ruth, tom = branch.member(), branch.administrator(), branch.administrator("Tom")
    claim = mira.claimed(description="Taxi")
    page = app.signed_in(ruth.principal, path=f"/inbox?claim={claim['id']}")
    opened = page.get_by_role("article")
    expect(opened.get_by_role("button", name="Approve")).to_be_visible()
    assert tom.decides(claim, "deny", reason="No receipt").status_code == 200
    opened.get_by_role("button", name="Approve").click()
    expect(opened.get_by_text("Tom Berg has denied this claim already")).to_be_visible()
    expect(opened.get_by_text("No receipt").first).to_be_visible()


def test_what_was_amended_meanwhile_is_read_again(app: App, branch: Branch) -> None:
    app.may_fail("/reimbursements")
    mira, ruth = branch.member(), branch.administrator()
    claim = mira.claimed(description="Taxi", amount="20.00")
    page = app.signed_in(ruth.principal, path=f"/inbox?claim={claim['id']}")
    opened = page.get_by_role("article")
    expect(opened.get_by_role("button", name="Approve 20.00 EUR")).to_be_visible()
    amended = mira.http.patch(f"/reimbursements/{claim['uid']}", json={"amount": "90.00"})
    assert amended.status_code == 200
    opened.get_by_role("button", name="Approve").click()
    expect(opened.get_by_text("It was changed while you read it.")).to_be_visible()
    expect(opened.get_by_role("button", name="Approve 90.00 EUR")).to_be_visible()
    assert _status_of(mira, claim) == "pending"


def test_deciding_by_keyboard_alone(app: App, branch: Branch) -> None:
    mira, ruth = branch.member(), branch.administrator()
    claims = [mira.claimed(description=f"Taxi {number}", amount=fresh()) for number in range(3)]
    page = app.signed_in(ruth.principal, path="/inbox")
    expect(_row(page, "Taxi 0")).to_be_focused()
    press = page.keyboard.press
    press("j")
    expect(_row(page, "Taxi 1")).to_be_focused()
    press("Enter")
    approve = page.get_by_role("button", name="Approve")
    expect(approve).to_be_visible()
    press("a")
    expect(approve).to_be_focused()
    press("Enter")
    expect(page.get_by_text(f"Claim {claims[1]['id']} is approved.")).to_be_visible()
    expect(_row(page, "Taxi 2")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("article").get_by_text("Taxi 2")).to_be_visible()
    expect(page.get_by_role("button", name="Deny …")).to_be_visible()
    press("d")
    expect(page.get_by_label("Why is it not paid?")).to_be_focused()
    page.keyboard.type("No receipt")
    press("Tab")
    press("Enter")
    expect(page.get_by_text(f"Claim {claims[2]['id']} is denied.")).to_be_visible()
    assert [_status_of(mira, claim) for claim in claims] == ["pending", "approved", "denied"]


def test_no_click_decides_a_claim_that_nobody_has_read(app: App, branch: Branch) -> None:
    """Whoever clicks twice, or once more where the button was, has decided the one they read."""
    mira, ruth = branch.member(), branch.administrator()
    claims = [mira.claimed(description=f"Taxi {number}", amount=fresh()) for number in range(3)]
    page = app.signed_in(ruth.principal, path="/inbox")
    opened = _opens(page, "Taxi 0")
    place = opened.get_by_role("button", name="Approve").bounding_box()
    assert place is not None
    at = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.dblclick(*at)
    expect(page.get_by_text("That is decided. Enter opens the next claim.")).to_be_visible()
    expect(page.get_by_text(f"Claim {claims[0]['id']} is approved.")).to_have_count(1)
    page.mouse.click(*at)
    expect(_row(page, "Taxi 0")).to_have_count(0)
    page.mouse.click(*at)
    assert [_status_of(mira, claim) for claim in claims] == ["approved", "pending", "pending"]


def test_lending_a_limit_and_using_it(app: App, branch: Branch) -> None:
    mira, ruth = branch.member(), branch.administrator()
    tom = branch.administrator("Tom", limit="100.00")
    lender = app.signed_in(ruth.principal, path="/delegations")
    lender.get_by_label("To whom?").select_option(label="Tom Berg")
    lender.get_by_role("button", name="Lend it").click()
    expect(_row(lender, "Tom Berg")).to_contain_text("Lent")
    claim = mira.claimed(description="Crane", amount="900.00")
    page = app.signed_in(tom.principal, path=f"/inbox?claim={claim['id']}")
    opened = page.get_by_role("article")
    opened.get_by_label("Whose limit").select_option(index=1)
    opened.get_by_role("button", name="Approve 900.00 EUR").click()
    expect(page.get_by_text(f"Claim {claim['id']} is approved.")).to_be_visible()
    _row(lender, "Tom Berg").get_by_role("button", name="End it").click()
    lender.get_by_role("alertdialog").get_by_role("button", name="End it").click()
    expect(_row(lender, "Tom Berg")).to_contain_text("Ended")


@pytest.mark.parametrize("path", ["/", "/claims", "/claims/new", "/inbox", "/delegations"])
def test_a_narrow_screen_hides_nothing(app: App, branch: Branch, path: str) -> None:
    iris = branch.both()
    branch.member().claimed(description="Train to the harbour and back", amount=fresh())
    page = app.signed_in(iris.principal, path=path, width=360)
    page.wait_for_load_state("networkidle")
    wide = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
    assert found_by_axe(page) == []


def test_the_start_page_says_what_waits(app: App, branch: Branch) -> None:
    mira, ruth = branch.member(), branch.administrator()
    page = app.signed_in(ruth.principal)
    expect(page.get_by_text("All is done. Nothing waits for you.")).to_be_visible()
    mira.claimed()
    app.goto(page, "/")
    page.get_by_role("link", name="claim waits for a decision").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting claims")
