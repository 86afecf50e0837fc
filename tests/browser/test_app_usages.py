"""Carbon in the web app: a usage from its preview to its end, and what of it the list and the chart tell."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.branches import Branch, Person
from tests.browser.apps import App
from tests.browser.conftest import found_by_axe
from tests.processes import wait_until
from tests.sites import Site

COMMON_SITE = True

USAGE = {"usage_type_id": 100, "usage_at": "2026-03-14T18:30:00+01:00", "amount": "12.5"}


@pytest.fixture
def branch(site: Site) -> Branch:
    """A bank of this test's own, once the types of the beginning are there."""
    wait_until(lambda: site.http.get("/usage-types/104").status_code == 200, "the types")
    return Branch(site)


@pytest.fixture
def mira(branch: Branch) -> Person:
    """A member who has recorded nothing yet."""
    return branch.member()


def _records(who: Person, **changes: Any) -> None:
    answer = who.http.post("/usages", json={**USAGE, **changes})
    assert answer.status_code == 201, answer.text


def _visit(app: App, who: Person, path: str = "/usages", **looks: Any) -> Page:
    return app.signed_in(who.principal, path=path, **looks)


def _table(page: Page) -> Locator:
    return page.get_by_role("table", name="Recorded usages")


def _rows(page: Page) -> Locator:
    return _table(page).locator("tbody tr")


def _chart(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("How much was emitted"))


def test_what_is_recorded_is_what_the_preview_said(app: App, mira: Person) -> None:
    page = _visit(app, mira)
    form = page.get_by_role("region", name="New usage")
    expect(form.get_by_role("group", name="When")).to_contain_text(re.compile("CES?T"))
    form.get_by_label("What", exact=True).select_option("heating")
    form.get_by_label("Counted in").select_option(label="m³")
    form.get_by_label("Amount").fill("2")
    form.get_by_label("Unit").select_option(label="hl")
    told = form.get_by_role("status", name="Emissions")
    expect(told).to_contain_text("3.8912 kg CO2e")
    expect(told).to_contain_text("0.2 m³ × 19.456 kg CO2e per m³, factor version 1")
    form.get_by_role("button", name="Record usage").click()
    expect(_rows(page)).to_have_count(1)
    expect(_rows(page)).to_contain_text("3.8912 kg CO2e")
    expect(form.get_by_label("Amount")).to_have_value("")
    _chart(page).focus()
    expect(_chart(page)).to_have_attribute("aria-valuetext", re.compile(r": 3\.8912 kg CO2e$"))
    assert found_by_axe(page) == []


def test_a_number_is_typed_as_the_language_writes_it(app: App, mira: Person) -> None:
    page = _visit(app, mira, locale="de-DE")
    form = page.get_by_role("region", name="Neuer Verbrauch")
    form.get_by_label("Menge").fill("0,0125")
    form.get_by_label("Einheit").select_option(label="MWh")
    told = form.get_by_role("status", name="Ausstoß")
    expect(told).to_contain_text("18,75 kg CO2e")
    form.get_by_role("button", name="Verbrauch erfassen").click()
    row = page.get_by_role("table", name="Erfasster Verbrauch").locator("tbody tr")
    expect(row).to_contain_text("0,0125 MWh")
    expect(row).to_contain_text("18,75 kg CO2e")


def test_what_is_wrong_with_a_usage_is_told_at_its_field(app: App, mira: Person) -> None:
    app.may_fail("/usages")
    page = _visit(app, mira)
    form = page.get_by_role("region", name="New usage")
    form.get_by_label("Amount").fill("nought")
    form.get_by_role("button", name="Record usage").click()
    expect(form.get_by_label("Amount")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Amount").fill("3")
    form.get_by_role("button", name="Record usage").click()
    expect(_rows(page)).to_have_count(1)


def test_a_usage_is_changed_and_the_chart_with_it(app: App, mira: Person) -> None:
    _records(mira)
    page = _visit(app, mira)
    page.get_by_role("button", name=re.compile("^Edit 12.5 kWh of electricity")).click()
    dialog = page.get_by_role("dialog", name="Change a usage")
    dialog.get_by_label("Amount").fill("20")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(_rows(page)).to_contain_text("30 kg CO2e")
    expect(_chart(page)).to_have_attribute("aria-valuetext", "Mar 2026, electricity: 30 kg CO2e")


def test_a_change_of_something_changed_meanwhile_is_refused(app: App, mira: Person) -> None:
    app.may_fail("/usages/")
    _records(mira)
    page = _visit(app, mira)
    page.get_by_role("button", name=re.compile("^Edit")).click()
    dialog = page.get_by_role("dialog", name="Change a usage")
    dialog.get_by_label("Amount").fill("20")
    (row,) = mira.http.get("/usages").json()["data"]
    changed = mira.http.patch(f"/usages/{row['id']}", json={"amount": "5"})
    assert changed.status_code == 200
    with page.expect_response(re.compile(r"/usages/\d+$")) as seen_again:
        page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
    assert seen_again.value.json()["amount"] == "5"
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
    expect(dialog.get_by_label("Amount")).to_have_value("20")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_label("Amount")).to_have_value("5")
    expect(dialog.get_by_role("alert")).to_contain_text("It was changed while you read it")
    assert mira.http.get("/usages").json()["data"][0]["amount"] == "5"


def test_a_usage_is_deleted_by_keyboard_after_a_question(app: App, mira: Person) -> None:
    _records(mira)
    page = _visit(app, mira)
    name = "12.5 kWh of electricity, 14 Mar 2026, 18:30"
    button = page.get_by_role("button", name=f"Delete {name}")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("alertdialog", name="Delete this usage?")
    expect(dialog).to_contain_text(name)
    assert found_by_axe(page) == []
    for _ in range(5):
        page.keyboard.press("Tab")
        assert dialog.evaluate("it => it.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("You have recorded nothing yet.")).to_be_visible()
    expect(_chart(page)).to_have_count(0)


def test_the_version_of_the_factor_shows_on_hover_and_on_focus(app: App, mira: Person) -> None:
    _records(mira)
    page = _visit(app, mira)
    emissions = _rows(page).get_by_role("button", name="18.75 kg CO2e")
    tooltip = page.get_by_role("tooltip")
    page.mouse.move(1, 1)  # only a pointer that has moved before is one that hovers
    emissions.hover()
    expect(tooltip).to_have_text("Factor version 1: 1.5 kg CO2e per kWh")
    page.mouse.move(0, 0)
    expect(tooltip).to_be_hidden()
    _rows(page).first.focus()
    page.keyboard.press("Tab")
    expect(emissions).to_be_focused()
    expect(tooltip).to_have_text("Factor version 1: 1.5 kg CO2e per kWh")


def test_the_chart_is_of_days_weeks_or_months_and_also_a_table(app: App, mira: Person) -> None:
    _records(mira)
    _records(mira, usage_at="2026-03-16T00:30:00+01:00", amount="1")
    page = _visit(app, mira)
    chart = _chart(page)
    expect(chart).to_have_attribute("aria-valuetext", "Mar 2026, electricity: 20.25 kg CO2e")
    page.get_by_role("link", name="Week", exact=True).click()
    expect(chart).to_have_attribute("aria-valuetext", "9 Mar 26, electricity: 18.75 kg CO2e")
    page.get_by_role("link", name="Day", exact=True).click()
    expect(page).to_have_url(re.compile("bucket=day"))
    chart.focus()
    page.keyboard.press("End")
    # Half past midnight here is the day before in UTC.
    expect(chart).to_have_attribute("aria-valuetext", "16 Mar 26, electricity: 1.5 kg CO2e")
    page.keyboard.press("t")
    values = page.get_by_role("table", name=re.compile("How much was emitted per day"))
    expect(values.get_by_role("row")).to_have_text(
        ["Dayelectricity (kg CO2e)", "14 Mar 2618.75", "15 Mar 260", "16 Mar 261.5"]
    )
    assert found_by_axe(page) == []


def test_the_list_is_filtered_sorted_and_paged_by_its_address(app: App, mira: Person) -> None:
    for day in range(1, 28):
        _records(mira, usage_at=f"2026-05-{day:02}T12:00:00Z", amount=str(day))
    _records(mira, usage_type_id=101, usage_at="2026-06-01T12:00:00Z", unit="kg")
    page = _visit(app, mira)
    expect(_rows(page)).to_have_count(25)
    expect(page.get_by_text("28 usages,")).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    expect(_rows(page)).to_have_count(3)
    page.get_by_role("search").get_by_label("Type").select_option(label="water")
    expect(_rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile("usage_type_id=101"))
    page.get_by_role("button", name="Show everything").click()
    page.get_by_role("button", name="Sort by Amount").click()
    expect(_rows(page).first).to_contain_text("1 kWh")
    page.get_by_role("button", name="Sort by Amount").click()
    expect(_rows(page).first).to_contain_text("27 kWh")
    page.get_by_role("group", name="Until").get_by_role("spinbutton").first.click()
    page.keyboard.type("02052026")
    expect(_rows(page)).to_have_count(2)
    page.reload()
    expect(_rows(page)).to_have_count(2)
    expect(_chart(page)).to_have_attribute("aria-valuetext", "May 2026, electricity: 4.5 kg CO2e")


def test_on_a_phone_nothing_is_cut_off(app: App, mira: Person) -> None:
    _records(mira)
    page = _visit(app, mira, width=360, color_scheme="dark")
    expect(_rows(page)).to_contain_text("18.75 kg CO2e")
    expect(_rows(page).get_by_role("button", name=re.compile("^Delete"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found_by_axe(page) == []


def test_types_are_defined_given_factors_and_retired(app: App) -> None:
    page = app.signed_in(app.operator(), path="/usage-types")
    name = f"Train rides {uuid4().hex[:8]}"
    page.get_by_role("button", name="Define a type").click()
    dialog = page.get_by_role("dialog", name="Define a type")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Counted in").fill("km")
    _fill_factor(page, dialog, "0.036", "01012026")
    dialog.get_by_role("button", name="Define a type").click()
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} (km)")
    page.get_by_role("button", name="Append a version").click()
    dialog = page.get_by_role("dialog", name="Append a version")
    _fill_factor(page, dialog, "0.03", "01012027")
    dialog.get_by_role("button", name="Append a version").click()
    factors = page.get_by_role("table", name=f"Versions of the factor: {name}")
    expect(factors.locator("tbody tr")).to_have_count(2)
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Retire").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Retire").click()
    expect(page.get_by_role("main").get_by_role("paragraph").first).to_contain_text("retired")


def _fill_factor(page: Page, dialog: Locator, factor: str, day: str) -> None:
    dialog.get_by_label("Kilograms of CO2e per unit").fill(factor)
    dialog.get_by_role("group", name="Valid from").get_by_role("spinbutton").first.click()
    page.keyboard.type(day)
    dialog.get_by_label("Source", exact=True).fill("A study")


def test_a_goal_is_set_followed_and_withdrawn(app: App, branch: Branch, mira: Person) -> None:
    app.may_fail("/usage-goals/")
    _records(mira, usage_type_id=103, amount="2", unit="l")
    page = _visit(app, branch.administrator(), "/usage-goals")
    page.get_by_role("button", name="Set a goal").click()
    dialog = page.get_by_role("dialog", name="Set a goal")
    dialog.get_by_label("Type").select_option(label="heating (l)")
    dialog.get_by_label("Year").fill("2026")
    dialog.get_by_label("At most").fill("120")
    dialog.get_by_role("button", name="Set goal").click()
    goal = page.get_by_role("region", name="heating (l) in 2026")
    expect(goal).to_contain_text("17.14 kg CO2e of 120 kg CO2e")
    assert found_by_axe(page) == []
    goal.get_by_role("button", name=re.compile("^Change")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("At most").fill("10")
    (row,) = branch.site.http.get(
        "/usage-goals", params={"bank_uid": str(branch.uid), "status": "active"}
    ).json()["data"]
    path = f"/usage-goals/{row['id']}"
    assert branch.site.http.patch(path, json={"emissions": "110"}).status_code == 200
    dialog.get_by_role("button", name="Change").click()
    expect(dialog.get_by_label("At most")).to_have_value("110")
    expect(dialog.get_by_role("alert")).to_contain_text("It was changed while you read it")
    dialog.get_by_label("At most").fill("10")
    page.get_by_role("dialog").get_by_role("button", name="Change").click()
    expect(goal).to_contain_text("over the goal")
    goal.get_by_role("button", name=re.compile("^Withdraw")).click()
    page.get_by_role("alertdialog").get_by_role("button", name="Withdraw").click()
    expect(goal).to_have_count(0)
