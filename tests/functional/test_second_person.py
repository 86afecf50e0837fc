"""What one person tries alone with people, limits and payees: it is refused, or waits, and others are told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from uuid import UUID, uuid4

import httpx
import pytest

from application.proposals.use_cases import WAITING_MAX
from application.shared.ports import Append, StreamAppend
from domain.banks import policies
from domain.banks.policies import SetPolicy, policy_uid
from domain.identity import user_uid
from domain.shared.roles import administrator_uid
from infrastructure.shared.event_log.recorders import open_log
from tests.asking import Caller, problem, version_of, when
from tests.branches import IBAN, MEMBER_IBAN, Branch, Person, a_person
from tests.facts import a_cause
from tests.people import links_to
from tests.processes import daybook, wait_until
from tests.signed_in import OPERATOR, SECOND_OPERATOR
from tests.sites import Site

COMMON_SITE = True

MINE = "BE68539007547034"


class House(Branch):
    """A bank with the administrators Ruth (up to 500) and Milan (any amount), and the member Ines."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.ruth = self.administrator("Ruth", "500")
        self.milan = self.administrator("Milan")
        self.ines = self.member("Ines")
        self.second = Caller(site, SECOND_OPERATOR)

    def letters(self, first_name: str, subject: str, number: int = 1) -> list[str]:
        """The texts of the letters to somebody whose subjects begin so, once there are this many."""
        return letters(self.site, self.email(first_name), subject, number)

    def payee(self, after: httpx.Response) -> tuple[str, int]:
        """The number and the version of the payee of Ines's account, once what `after` left can be seen."""
        row = self.operator.sees(f"/accounts/{self.ines.account}", after)
        return row["iban"], row["payee_version"]


def letters(site: Site, email: str, subject: str, number: int = 1) -> list[str]:
    """As `House.letters`, by address."""

    def found() -> list[str] | None:
        query = {"recipient": email, "fields": "subject,text_body"}
        sent = site.http.get("/mailbox/messages", params=query).json()["data"]
        texts = [each["text_body"] for each in sent if each["subject"].strip().startswith(subject)]
        return texts if len(texts) >= number else None

    told: list[str] = wait_until(found, f"letters to {email}")
    return told


@pytest.fixture(scope="module")
def house(site: Site) -> House:
    return House(site)


def waits(answer: httpx.Response) -> str:
    """Where the proposal is found that a command became."""
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/proposals/{answer.json()['uid']}"
    return answer.headers["Location"]


def confirms(person: Person | Caller, path: str) -> httpx.Response:
    caller = person.http if isinstance(person, Person) else person
    return caller.post(f"{path}/confirm")


def test_an_administrator_with_a_limit_appoints_no_puppet_without_one(house: House) -> None:
    puppet = house.person("Puppet", approval_limit=None)
    path = f"{house.path}/administrators"
    when(house.ruth.http).posts(path, json=puppet).refused(
        403, "above_own_limit", own_limit="500.00"
    )
    for more in ({"approval_limit": "500.01"}, {"approval_limit": "1", "currency": "USD"}):
        when(house.ruth.http).posts(path, json={**puppet, **more}).refused(403, "above_own_limit")


def test_a_puppet_waits_for_a_second_administrator(house: House) -> None:
    puppet = house.person("Doll", approval_limit="500.00")
    proposal = waits(house.ruth.http.post(f"{house.path}/administrators", json=puppet))
    uid = administrator_uid(house.uid, user_uid(house.email("Doll")))
    assert house.operator.get(f"/administrators/{uid}").status_code == 404
    problem(confirms(house.ruth, proposal), 403, "own_proposal")
    problem(confirms(house.second, proposal), 403, "may_not_confirm")
    problem(confirms(house.ines, proposal), 404, "not_found")
    (letter,) = house.letters("Milan", "Waits for you: Appoint Doll Berg")
    assert "Ruth Berg proposed" in letter
    assert proposal.rpartition("/")[2] in letter
    done = confirms(house.milan, proposal)
    assert done.status_code == 200
    row = house.ruth.sees(f"/administrators/{uid}", done)
    assert (row["approval_limit"], row["status"]) == ("500.00", "active")
    assert len(links_to(house.site, house.email("Doll"))) == 1
    house.letters("Ruth", "Confirmed: Appoint Doll Berg")
    facts = house.operator.sees(f"/administrators/{uid}/history", done)["data"]
    assert facts[0]["data"]["appointed_by"] == str(house.ruth.principal.user_uid)
    assert facts[0]["data"]["confirmed_by"] == str(house.milan.principal.user_uid)


def test_power_that_one_person_takes_away_is_told(house: House) -> None:
    wanda, iris = house.administrator("Wanda", "400"), house.member("Iris")
    lowered = house.ruth.http.patch(wanda.path, json={"approval_limit": "10"})
    assert lowered.status_code == 200, lowered.text
    for person in (wanda, iris):
        assert house.ruth.http.delete(person.path).status_code == 200
    (letter,) = house.letters("Wanda", "Your limit was lowered")
    assert "up to 10.00 EUR" in letter
    assert "Ruth Berg did that" in letter
    house.letters("Wanda", "You are no administrator any more")
    house.letters("Iris", "You are no member any more")
    house.letters("Milan", "Wanda Berg's limit was lowered")
    house.letters("Milan", "Wanda Berg is no administrator any more")
    query = {"recipient": house.email("Ruth"), "fields": "subject"}
    told = house.site.http.get("/mailbox/messages", params=query).json()["data"]
    assert not [
        each for each in told if "lowered" in each["subject"] or "no admin" in each["subject"]
    ]


def test_who_was_let_go_comes_back_by_two_people_only(house: House) -> None:
    vera = house.administrator("Vera", "100")
    gone = house.ruth.http.delete(vera.path)
    again = house.person("Vera", approval_limit="100")
    proposal = waits(house.ruth.http.post(f"{house.path}/administrators", json=again))
    assert house.ruth.sees(vera.path, gone)["status"] == "inactive"
    rejected = house.milan.http.post(f"{proposal}/reject", json={"reason": "She left"})
    assert rejected.status_code == 200
    problem(confirms(house.milan, proposal), 409, "proposal_closed")
    (letter,) = house.letters("Ruth", "Rejected: Appoint Vera Berg")
    assert "She left" in letter
    row = house.ruth.sees(proposal, rejected)
    assert (row["status"], row["reason"]) == ("rejected", "She left")


def test_a_limit_is_raised_by_two_people_of_whom_neither_has_it(house: House) -> None:
    nora = house.administrator("Nora", "100")
    raised = {"approval_limit": "500"}
    proposal = waits(house.ruth.http.patch(nora.path, json=raised))
    problem(confirms(nora, proposal), 403, "concerns_yourself")
    house.letters("Nora", "This concerns you: Let the administrator Nora Berg")
    for above in ({"approval_limit": "501"}, {"approval_limit": None}, {"currency": "USD"}):
        when(house.ruth.http).patches(nora.path, json=above).refused(403, "above_own_limit")
    done = confirms(house.milan, proposal)
    assert house.ruth.sees(nora.path, done)["approval_limit"] == "500.00"
    lowered = house.ruth.http.patch(
        nora.path, json={"approval_limit": "50", "last_name": "Bergson"}
    )
    assert lowered.status_code == 200
    row = house.ruth.sees(nora.path, lowered)
    assert (row["approval_limit"], row["last_name"]) == ("50.00", "Bergson")


def test_a_member_is_not_paid_into_somebody_elses_account(house: House) -> None:
    claimed = house.ines.claims(amount="321.00")
    account = f"/accounts/{house.ines.account}"
    before = house.payee(claimed)
    asked = house.milan.http.patch(account, json={"iban": MINE})
    proposal = waits(asked)
    problem(confirms(house.milan, proposal), 403, "own_proposal")
    assert house.payee(asked) == before
    (letter,) = house.letters("Ines", "This concerns you: Change the account that Ines Berg")
    assert "Milan Berg proposed" in letter
    row = house.ines.sees(proposal, asked)
    assert (row["kind"], row["terms"]["iban"], row["status"]) == ("payee", "****7034", "waiting")
    assert house.ines.http.post(f"{proposal}/reject").status_code == 200
    approved = house.milan.decides(claimed.json(), "approve")
    assert (approved.status_code, approved.json()["payee_version"]) == (200, 1)
    assert house.payee(approved) == before


def test_the_owner_or_a_second_administrator_confirms_a_payee_and_the_owner_is_told(
    house: House,
) -> None:
    account = house.opened(house.ines)
    path = f"/accounts/{account}"
    opened = house.letters("Ines", "An account was opened for you", 2)
    assert all("opened the account ****" in text for text in opened)
    house.ines.http.patch(path, json={"holder": "I. Berg"}).raise_for_status()
    (own,) = house.letters("Ines", "Where your money goes was changed")
    assert "Ines Berg changed that." in own
    by_owner = waits(house.ruth.http.patch(path, json={"iban": MINE}))
    overtaken = waits(house.ruth.http.patch(path, json={"iban": MEMBER_IBAN}))
    confirms(house.ines, by_owner).raise_for_status()
    problem(confirms(house.ines, overtaken), 409, "proposal_outdated")
    by_second = waits(house.ruth.http.patch(path, json={"iban": MEMBER_IBAN}))
    done = confirms(house.milan, by_second)
    assert house.ines.sees(path, done)["payee_version"] == 4
    told = house.letters("Ines", "Where your money goes was changed", 3)
    (last,) = (text for text in told if "****4300" in text.split("are paid to")[1])
    assert "Ruth Berg changed that, and Milan Berg confirmed it." in last
    assert "Nothing is sent there before" in last
    assert "****7034 of I. Berg" in last
    for secret in (MINE, MEMBER_IBAN, IBAN):
        assert secret not in str(told)
        for shown in (f"/events?stream_id={by_second.rpartition('/')[2]}", f"{by_second}/history"):
            assert secret not in str(house.operator.sees(shown, done))


def test_members_open_and_change_accounts_of_their_own_and_of_nobody_else(house: House) -> None:
    joost, accounts = house.member("Joost"), f"{house.path}/accounts"
    opened = joost.http.post(accounts, json={"bank_member_id": joost.id, "iban": IBAN})
    assert opened.status_code == 201
    path = opened.headers["Location"]
    changed = joost.http.patch(path, json={"iban": MEMBER_IBAN}, headers={"If-Match": '"1"'})
    assert (changed.status_code, version_of(changed)) == (200, 2)
    when(joost.http).patches(path, json={"iban": IBAN}, headers={"If-Match": '"1"'}).refused(
        412, "stale_version"
    )
    theirs = {"bank_member_id": house.ines.id, "iban": IBAN}
    when(joost.http).posts(accounts, json=theirs).refused(404, "not_found")
    when(joost.http).patches(f"/accounts/{house.ines.account}", json={"iban": IBAN}).refused(
        404, "not_found"
    )
    assert joost.http.delete(path).status_code == 200
    when(house.ruth.http).patches(
        f"/accounts/{house.ines.account}", json={"iban": MINE}, headers={"If-Match": '"99"'}
    ).refused(412, "stale_version")


def test_one_number_for_two_people_is_flagged(site: Site) -> None:
    house = House(site)
    karl = house.member("Karl")
    theirs = house.opens(karl.id, iban=IBAN)
    ours = house.ines.sees(f"/accounts/{house.ines.account}", theirs)
    path = theirs.headers["Location"]
    assert karl.sees(path, theirs)["duplicate_of"] == ours["uid"]
    assert ours["duplicate_of"] is None
    claim = karl.claimed(bank_account_id=theirs.json()["id"], amount="12.00")
    refused = problem(house.ruth.decides(claim, "approve"), 409, "duplicate_not_acknowledged")
    assert refused["account_duplicate_of"] == ours["uid"]
    seen = house.ruth.decides(claim, "approve", acknowledge_duplicates=True)
    assert seen.json()["status"] == "approved"
    changed = karl.http.patch(path, json={"iban": MEMBER_IBAN})
    assert karl.sees(path, changed)["duplicate_of"] is None
    taken = house.ines.http.patch(f"/accounts/{house.ines.account}", json={"iban": MEMBER_IBAN})
    row = house.ines.sees(f"/accounts/{house.ines.account}", taken)
    assert row["duplicate_of"] == theirs.json()["uid"]
    assert karl.http.delete(path).status_code == 200
    free = house.opens(house.member("Lotte").id, iban=MINE)
    assert house.operator.sees(free.headers["Location"], free)["duplicate_of"] is None


def test_an_operator_lets_in_no_puppet_operator(site: Site) -> None:
    email = f"op-{uuid4().hex[:12]}@daybook.example"
    body = {"email": email, "name": "A Puppet", "role": "operator"}
    asked = site.http.post("/users", json=body)
    proposal = waits(asked)
    first, second = Caller(site, OPERATOR), Caller(site, SECOND_OPERATOR)
    assert first.sees(f"/users?email={email}", asked)["data"] == []
    problem(confirms(first, proposal), 403, "own_proposal")
    address = f"{(SECOND_OPERATOR.user_uid or UUID(int=0)).hex}@daybook.example"
    letters(site, address, f"Waits for you: Let in A Puppet ({email})")
    done = confirms(second, proposal)
    assert done.status_code == 200
    assert len(links_to(site, email)) == 1
    again = confirms(second, proposal)
    assert (again.status_code, again.json()) == (200, done.json())


def test_an_operator_makes_nobody_an_administrator_beside_those_there_are(house: House) -> None:
    puppet = a_person("Punch", house.email("Punch"))
    proposal = waits(house.operator.post(f"{house.path}/administrators", json=puppet))
    problem(confirms(house.second, proposal), 403, "may_not_confirm")
    withdrawn = house.operator.post(f"{proposal}/withdraw")
    assert house.operator.sees(proposal, withdrawn)["status"] == "withdrawn"
    problem(confirms(house.milan, proposal), 409, "proposal_closed")


def test_what_somebody_proposed_who_was_let_go_since_takes_no_effect(house: House) -> None:
    otto = house.administrator("Otto", "500")
    proposal = waits(
        otto.http.post(
            f"{house.path}/administrators", json=house.person("Pulci", approval_limit="5")
        )
    )
    assert house.milan.http.delete(otto.path).status_code == 200
    problem(confirms(house.milan, proposal), 409, "proposal_outdated")


def test_what_was_changed_since_it_was_proposed_is_proposed_anew(house: House) -> None:
    otto, milan = house.administrator("Ottilie", "200"), house.milan.http
    raised = waits(house.ruth.http.patch(otto.path, json={"approval_limit": "500"}))
    # Milan found something out, and takes power away at once: what waits gives it back by nobody's mistake.
    assert milan.patch(otto.path, json={"approval_limit": "10"}).status_code == 200
    problem(confirms(house.milan, raised), 409, "proposal_outdated")
    again = house.person("Twice", approval_limit="5")
    first, second = (
        waits(house.ruth.http.post(f"{house.path}/administrators", json=again)) for _ in range(2)
    )
    assert confirms(house.milan, first).status_code == 200
    uid = administrator_uid(house.uid, user_uid(house.email("Twice")))
    assert milan.delete(f"/administrators/{uid}").status_code == 200
    problem(confirms(house.milan, second), 409, "proposal_outdated")
    loose, strict = ({"hold_hours": hours} for hours in (0, 240))
    path = f"{house.path}/policies"
    waiting = waits(house.ruth.http.post(path, json=loose))
    assert confirms(house.milan, waits(house.ruth.http.post(path, json=strict))).status_code == 200
    problem(confirms(house.milan, waiting), 409, "proposal_outdated")


def test_of_two_who_decide_at_once_one_is_told_of_the_other(house: House) -> None:
    otto = house.administrator("Olaf", "500")
    for number in range(5):
        nobody = house.person(f"Nobody{number}", approval_limit="5")
        proposal = waits(house.ruth.http.post(f"{house.path}/administrators", json=nobody))
        together = Barrier(2)

        def decides(
            by: Person, verdict: str, together: Barrier = together, path: str = proposal
        ) -> httpx.Response:
            together.wait()
            return by.http.post(f"{path}/{verdict}")

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(decides, (house.milan, otto), ("confirm", "reject")))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        uid = administrator_uid(house.uid, user_uid(house.email(f"Nobody{number}")))
        (done,) = (answer for answer in answers if answer.status_code == 200)
        history = house.operator.sees(f"{proposal}/history", done)["data"]
        is_confirmed = history[-1]["name"] == "proposal.confirmed.v1"
        facts = house.operator.get(f"/events?stream_id={uid}").json()["data"]
        assert len(history) == 2
        assert len(facts) == is_confirmed


def test_one_person_leaves_so_many_proposals_waiting_and_no_more(site: Site) -> None:
    branch = Branch(site)
    ruth, milan = branch.administrator("Ruth"), branch.administrator("Milan")

    def proposes(number: int, by: Person = ruth) -> httpx.Response:
        nobody = branch.person(f"Nobody{number}", approval_limit="5")
        return by.http.post(f"{branch.path}/administrators", json=nobody)

    made = [waits(proposes(number)) for number in range(WAITING_MAX)]
    problem(proposes(WAITING_MAX), 409, "too_many_proposals", limit=WAITING_MAX)
    assert waits(proposes(0, milan))
    assert confirms(milan, made[0]).status_code == 200
    assert ruth.http.post(f"{made[1]}/withdraw").status_code == 200
    more = [waits(proposes(WAITING_MAX + number)) for number in range(2)]
    assert len({*made, *more}) == WAITING_MAX + 2
    problem(proposes(WAITING_MAX + 2), 409, "too_many_proposals")


def test_another_banks_proposals_are_not_found(house: House, site: Site) -> None:
    other = House(site)
    asked = house.ruth.http.patch(f"/accounts/{house.ines.account}", json={"iban": MINE})
    proposal = waits(asked)
    assert house.milan.sees(proposal, asked)["status"] == "waiting"
    for caller in (other.milan, other.ines):
        problem(confirms(caller, proposal), 404, "not_found")
        assert caller.http.get(proposal).status_code == 404
    listed = house.milan.sees(f"{house.path}/proposals", asked)["data"]
    assert {row["bank_uid"] for row in listed} == {str(house.uid)}
    mine = house.ines.sees("/proposals?status=waiting", asked)["data"]
    assert {row["user_uid"] for row in mine} == {str(house.ines.principal.user_uid)}


def goes_without_four_eyes(branch: Branch) -> None:
    set_ = SetPolicy(bank_uid=branch.uid, bank_id=branch.id, four_eyes=False)
    facts = tuple(policies.decide(policies.DEFAULT, set_, datetime.now(UTC)))
    append = StreamAppend(policy_uid(branch.uid), 0, facts)
    log = open_log(branch.site.settings["DATABASE_URL"])
    try:
        log.append_blocking(Append(streams=(append,), cause=a_cause()))
    finally:
        log.close()


def test_a_bank_of_one_person_goes_without_a_second_one(site: Site) -> None:
    branch = Branch(site)
    ruth = branch.administrator("Ruth")
    goes_without_four_eyes(branch)
    ines = branch.member("Ines")
    changed = ruth.http.patch(f"/accounts/{ines.account}", json={"iban": MINE})
    assert changed.status_code == 200
    appointed = ruth.http.post(f"{branch.path}/administrators", json=branch.person("Milan"))
    assert appointed.status_code == 201
    when(ruth.http).patches(ruth.path, json={"approval_limit": "1"}).refused(403, "own_limit")
    waits(branch.operator.patch(f"/accounts/{ines.account}", json={"iban": IBAN}))


def test_what_waits_is_confirmed_or_rejected_at_the_machine(site: Site) -> None:
    body = {"name": "Olga Op", "role": "operator"}
    emails = [f"op-{uuid4().hex[:12]}@daybook.example" for _ in range(2)]
    made = [site.http.post("/users", json={**body, "email": email}) for email in emails]
    ids = [str(answer.json()["id"]) for answer in made]
    assert site.http.get("/proposals", headers=site.after(made[1])).status_code == 200
    listed = daybook("proposals", "list", settings=site.settings)
    for number, email in zip(ids, emails, strict=True):
        assert number in listed.stdout
        assert (
            f"Let in Olga Op ({email}) as an operator (proposed by Test Operator)" in listed.stdout
        )
    done = daybook("proposals", "confirm", ids[0], settings=site.settings)
    assert (done.returncode, done.stdout) == (0, f"Proposal {ids[0]} is confirmed.\n")
    assert len(links_to(site, emails[0])) == 1
    no = daybook("proposals", "reject", ids[1], "--reason", "Who?", settings=site.settings)
    assert no.returncode == 0
    late = daybook("proposals", "confirm", ids[1], settings=site.settings)
    assert late.returncode == 1
    assert "rejected by local operator" in late.stderr
